import type { FastifyInstance } from 'fastify';
import Type from 'typebox';
import type { CategoryRecord } from '../../store/content/content-store.ts';
import { answers } from '../answer.ts';
import { CategoryId, CustomerId, Key, Reading, TagKey } from '../parameters.ts';
import { categoryOf } from '../representations/category.ts';
import { CATEGORY_EXAMPLE } from '../representations/examples.ts';
import type { RequestContext } from '../request-context.ts';
import { contentRoutes } from '../route.ts';

const Search = Type.Interface([Reading, TagKey], {});
const PathKey = Type.Object({ key: Key });
const CustomerAndKey = Type.Interface([CustomerId, PathKey], {});
const response = answers('The category with its customer.', CATEGORY_EXAMPLE);

/** One category, by id or by key. */
export function categoryRoutes(app: FastifyInstance): void {
  const route = contentRoutes(app, 'categories');

  // Clients of version 2.2 use the second path, which the specification does not have.
  for (const [path, summary] of [
    ['/categories/:category_id', 'A category'],
    ['/category/:category_id', 'A category, by another path'],
  ] as const)
    route.get(path, { summary, params: CategoryId, response }, async ({ context, params }) =>
      represent(context, await context.entities.findVisibleCategory(params.category_id)),
    );

  route.get(
    '/customers/:customer_id/categories/search',
    { summary: 'A category by its key', params: CustomerId, query: Search, response },
    async ({ context, params, query }) => {
      await context.entities.findOwnCustomer(params.customer_id);
      return represent(context, await context.entities.findVisibleCategoryByKey(query.tag_key));
    },
  );
  // The stream search has these aliases, and clients build the paths of both searches from one pattern.
  route.get(
    '/customers/:customer_id/categories/bytag/:key',
    { summary: 'A category by its key, which stands in the path', params: CustomerAndKey, response },
    async ({ context, params }) => {
      await context.entities.findOwnCustomer(params.customer_id);
      return represent(context, await context.entities.findVisibleCategoryByKey(params.key));
    },
  );
  route.get(
    '/categories/bytag/:key',
    { summary: 'A category of the token’s customer by its key', params: PathKey, response },
    async ({ context, params }) => represent(context, await context.entities.findVisibleCategoryByKey(params.key)),
  );
}

async function represent({ links, entities }: RequestContext, category: CategoryRecord) {
  return categoryOf(links, category, await entities.findOwnCustomer());
}
