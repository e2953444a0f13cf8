import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import type { FastifyInstance } from 'fastify';
import type { ContentStore } from '../../store/content/content-store.ts';
import { ok } from '../answer.ts';
import { asking } from '../ask.ts';
import { owned } from '../entities.ts';
import { Common, UserId } from '../parameters.ts';
import { userOf } from '../representations/user.ts';

const tags = ['users'];

export function userRoutes(plain: FastifyInstance, store: ContentStore): void {
  const app = plain.withTypeProvider<TypeBoxTypeProvider>();

  app.get(
    '/users/:user_id',
    { schema: { tags, summary: 'A user', params: UserId, querystring: Common } },
    async (request) => {
      const { token, links } = asking(request);
      const { user_id: id } = request.params;
      return ok(userOf(links, owned(await store.user(id), token, 'User', id)));
    },
  );
}
