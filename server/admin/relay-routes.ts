import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import type { FastifyInstance } from 'fastify';
import Type from 'typebox';
import { Id } from '../http/validation.ts';
import type { ContentStore } from '../store/content/content-store.ts';
import { ANSWERS, BODIES } from './examples.ts';
import { addRelay, removeRelay } from './relays.ts';

const tags = ['administration'];
const Relay = Type.Object(
  {
    url: Type.String({ maxLength: 2048, description: 'What stands before `/v1/datamarts` at the other server.' }),
    datamart: Type.String({ maxLength: 18, description: 'The number of the datamart there.' }),
    keyId: Type.String({ maxLength: 200, description: 'The `X-Mics-Key-Id` that it knows the shop by.' }),
    secret: Type.String({ maxLength: 1000, description: 'What signs. No answer shows it.' }),
  },
  { examples: [BODIES.relay] },
);
const ListedId = Type.Object({ id: Id('Its id, as its list has it.') });

/** `/admin/v1/relays`: where the pages' activities are sent on to. */
export function relayRoutes(plain: FastifyInstance, store: ContentStore, allowPrivate: boolean): void {
  const app = plain.withTypeProvider<TypeBoxTypeProvider>();
  app.get(
    '/admin/v1/relays',
    { schema: { tags, summary: 'Relays of activities, without their secrets', response: ANSWERS.relays } },
    async ({ administered }) => ({ relays: await store.relays(administered) }),
  );
  app.post(
    '/admin/v1/relays',
    {
      schema: {
        tags,
        summary: 'Add a relay to another server’s datamart, or change it',
        description:
          'Not to a private address, unless whoever runs the service allows it. A name that has no address now is added, with a `note`.',
        body: Relay,
        response: ANSWERS.relay,
      },
    },
    async ({ body, administered }, reply) =>
      reply.code(201).send(await addRelay(store, administered, body, allowPrivate)),
  );
  app.delete(
    '/admin/v1/relays/:id',
    {
      schema: {
        tags,
        summary: 'Remove a relay; what waits for it is given up',
        params: ListedId,
        response: ANSWERS.removed,
      },
    },
    async ({ params, administered }, reply) => {
      await removeRelay(store, administered, params.id);
      return reply.code(204).send();
    },
  );
}
