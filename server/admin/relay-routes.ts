import type { FastifyInstance } from 'fastify';
import { ANSWERS } from './examples.ts';
import type { AdminOptions } from './options.ts';
import { addRelay, NewRelay, removeRelay } from './relays.ts';
import { adminRoutes, ListedId } from './route.ts';

/** `/admin/v1/relays`: the servers that the pages' activities are sent on to. */
export function relayRoutes(
  app: FastifyInstance,
  { archive: { contentStore }, allowPrivateRelays = false }: AdminOptions,
): void {
  const route = adminRoutes(app);
  route.get(
    '/admin/v1/relays',
    { summary: 'Relays of activities, without their secrets', response: ANSWERS.relays },
    async ({ customerId }) => ({ relays: await contentStore.relays(customerId) }),
  );
  route.add(
    '/admin/v1/relays',
    {
      summary: 'Add a relay to another server’s datamart, or change it',
      description:
        'A private address is refused, unless the operator of the service allows it. A name without an address is added, with a `note`.',
      body: NewRelay,
      response: ANSWERS.relay,
    },
    ({ customerId, body }) => addRelay(contentStore, customerId, body, allowPrivateRelays),
  );
  route.remove(
    '/admin/v1/relays/:id',
    { summary: 'Remove a relay and its waiting activities', params: ListedId },
    ({ customerId, params }) => removeRelay(contentStore, customerId, params.id),
  );
}
