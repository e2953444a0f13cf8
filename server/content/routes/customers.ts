import type { FastifyInstance } from 'fastify';
import { answers } from '../answer.ts';
import { CustomerId } from '../parameters.ts';
import { ownCustomerOf, rootOf } from '../representations/customer.ts';
import { OWN_CUSTOMER_EXAMPLE, ROOT_EXAMPLE } from '../representations/examples.ts';
import { contentRoutes } from '../route.ts';

export function customerRoutes(app: FastifyInstance): void {
  const route = contentRoutes(app, 'customers');

  route.get(
    '/',
    { summary: 'The customer of the token', response: answers('The customer, embedded.', ROOT_EXAMPLE) },
    async ({ context: { entities, links } }) => rootOf(links, await entities.findOwnCustomer()),
  );

  route.get(
    '/customers/:customer_id',
    {
      summary: 'A customer',
      params: CustomerId,
      response: answers('The customer, and in `_embedded` once more, as the root has it.', OWN_CUSTOMER_EXAMPLE),
    },
    async ({ context: { entities, links }, params }) =>
      ownCustomerOf(links, await entities.findOwnCustomer(params.customer_id)),
  );
}
