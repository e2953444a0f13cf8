import type { FastifyInstance } from 'fastify';
import Type from 'typebox';
import { addToken } from './access.ts';
import { addCustomer, NewCustomer, removeCustomer } from './customers.ts';
import { AdminError } from './errors.ts';
import { ANSWERS } from './examples.ts';
import type { AdminOptions } from './options.ts';
import { adminRoutes, ListedId } from './route.ts';

/** `/admin/v1/customers`. */
export function customerRoutes(app: FastifyInstance, { archive: { contentStore }, removals }: AdminOptions): void {
  const route = adminRoutes(app);

  route.get(
    '/admin/v1/customers',
    { summary: 'The token’s customer', response: ANSWERS.customers },
    async ({ customerId }) => ({ customers: [await contentStore.customer(customerId)] }),
  );
  route.add(
    '/admin/v1/customers',
    {
      config: { operator: true },
      security: [{ operator: [] }],
      summary: 'Add a customer; the answer holds its first private token, once',
      description: 'For whoever runs the service, as `npm run admin -- customer add` is: no customer’s token does it.',
      body: NewCustomer,
      response: ANSWERS.customer,
    },
    async ({ body }) => {
      const customer = await addCustomer(contentStore, body);
      const token = await addToken(contentStore, customer.id, { kind: 'private', label: 'made with the customer' });
      return { customer, token };
    },
  );
  route.remove(
    '/admin/v1/customers/:id',
    {
      summary: 'Remove the token’s customer with all its content',
      description:
        'Nobody finds it from now on. Its content, user points and media files go in the background. Its events and their totals stay in the database, unless `withEvents` says otherwise.',
      params: ListedId,
      querystring: Type.Object({
        withEvents: Type.Optional(Type.Boolean({ description: 'Erase its events and their totals, too.' })),
      }),
    },
    async ({ customerId, params: { id }, query: { withEvents } }) => {
      if (id !== customerId) throw new AdminError(403, 'A token removes only its own customer.');
      await removeCustomer(contentStore, id, withEvents);
      removals.start();
    },
  );
}
