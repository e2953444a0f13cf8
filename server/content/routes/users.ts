import type { FastifyInstance } from 'fastify';
import Type from 'typebox';
import { answers } from '../answer.ts';
import { CustomerId, InstagramHandle, UserId } from '../parameters.ts';
import { INSTAGRAM_USER_EXAMPLE, USER_EXAMPLE } from '../representations/examples.ts';
import { instagramUserOf, userOf } from '../representations/user.ts';
import { contentRoutes } from '../route.ts';

export function userRoutes(app: FastifyInstance): void {
  const route = contentRoutes(app, 'users');

  route.get(
    '/users/:user_id',
    { summary: 'A user', params: UserId, response: answers('The user.', USER_EXAMPLE) },
    async ({ context: { entities, links }, params, request }) => {
      const user = await entities.findVisibleUser(params.user_id);
      return userOf(links, user, request.uploadId ?? user.id);
    },
  );

  route.get(
    '/customers/:customer_id/instagram_users/:instagram_handle',
    {
      summary: 'A user by Instagram handle',
      params: Type.Interface([CustomerId, InstagramHandle], {}),
      response: answers('The user, with the list of media by handle.', INSTAGRAM_USER_EXAMPLE),
    },
    async ({ context: { entities, links }, params }) => {
      await entities.findOwnCustomer(params.customer_id);
      return instagramUserOf(links, await entities.findVisibleUserByInstagram(params.instagram_handle));
    },
  );
}
