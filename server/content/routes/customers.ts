import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import type { FastifyInstance } from 'fastify';
import type { ContentStore } from '../../store/content/content-store.ts';
import { answers, ok } from '../answer.ts';
import { ownCustomer } from '../entities.ts';
import { CustomerId, Reading } from '../parameters.ts';
import { ownCustomerOf, rootOf } from '../representations/customer.ts';
import { OWN_CUSTOMER_EXAMPLE, ROOT_EXAMPLE } from '../representations/examples.ts';
import { asking } from '../request-context.ts';

const tags = ['customers'];

export function customerRoutes(plain: FastifyInstance, store: ContentStore): void {
  const app = plain.withTypeProvider<TypeBoxTypeProvider>();

  app.get(
    '/',
    {
      schema: {
        tags,
        summary: 'The customer of the token',
        querystring: Reading,
        response: answers('The customer, embedded.', ROOT_EXAMPLE),
      },
    },
    async (request) => {
      const { token, links } = asking(request);
      return ok(rootOf(links, await ownCustomer(store, token)));
    },
  );

  app.get(
    '/customers/:customer_id',
    {
      schema: {
        tags,
        summary: 'A customer',
        params: CustomerId,
        querystring: Reading,
        response: answers('The customer, and in `_embedded` once more, as the root has it.', OWN_CUSTOMER_EXAMPLE),
      },
    },
    async (request) => {
      const { token, links } = asking(request);
      return ok(ownCustomerOf(links, await ownCustomer(store, token, request.params.customer_id)));
    },
  );
}
