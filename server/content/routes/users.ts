import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import type { FastifyInstance } from 'fastify';
import Type from 'typebox';
import type { ContentStore } from '../../store/content/content-store.ts';
import { answers, ok } from '../answer.ts';
import { ownCustomer, shownUser, userByInstagram } from '../entities.ts';
import { CustomerId, InstagramHandle, Reading, UserId } from '../parameters.ts';
import { INSTAGRAM_USER_EXAMPLE, USER_EXAMPLE } from '../representations/examples.ts';
import { instagramUserOf, userOf } from '../representations/user.ts';
import { asking } from '../request-context.ts';

const tags = ['users'];

export function userRoutes(plain: FastifyInstance, store: ContentStore): void {
  const app = plain.withTypeProvider<TypeBoxTypeProvider>();

  app.get(
    '/users/:user_id',
    {
      schema: {
        tags,
        summary: 'A user',
        params: UserId,
        querystring: Reading,
        response: answers('The user.', USER_EXAMPLE),
      },
    },
    async (request) => {
      const { token, links } = asking(request);
      const user = await shownUser(store, token, request.params.user_id);
      return ok(userOf(links, user, request.uploadId ?? user.id));
    },
  );

  app.get(
    '/customers/:customer_id/instagram_users/:instagram_handle',
    {
      schema: {
        tags,
        summary: 'A user by Instagram handle',
        params: Type.Interface([CustomerId, InstagramHandle], {}),
        querystring: Reading,
        response: answers('The user, with the list of media by handle.', INSTAGRAM_USER_EXAMPLE),
      },
    },
    async (request) => {
      const { token, links } = asking(request);
      const { customer_id, instagram_handle } = request.params;
      await ownCustomer(store, token, customer_id);
      return ok(instagramUserOf(links, await userByInstagram(store, token, instagram_handle)));
    },
  );
}
