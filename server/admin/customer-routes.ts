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
      summary: 'Add a customer; only this answer has its first private token',
      description:
        'For the operator of the service, like `npm run admin -- customer add`. No customer’s token can do it.',
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
        'The customer is not found from now on. Its content, user points and media files are removed in the background. Its events and their totals stay in the database, unless `withEvents` is true.',
      params: ListedId,
      querystring: Type.Object({
        withEvents: Type.Optional(Type.Boolean({ description: 'Also erase its events and their totals.' })),
      }),
    },
    async ({ customerId, params: { id }, query: { withEvents } }) => {
      if (id !== customerId) throw new AdminError(403, 'A token removes only its own customer.');
      await removeCustomer(contentStore, id, withEvents);
      removals.start();
    },
  );
}
