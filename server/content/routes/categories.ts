import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import type { FastifyInstance } from 'fastify';
import Type from 'typebox';
import type { CategoryRecord, ContentStore } from '../../store/content/content-store.ts';
import { answers, ok } from '../answer.ts';
import { categoryByKey, ownCustomer, shownCategory } from '../entities.ts';
import { CategoryId, CustomerId, Key, Reading, TagKey } from '../parameters.ts';
import { categoryOf } from '../representations/category.ts';
import { CATEGORY_EXAMPLE } from '../representations/examples.ts';
import { type Asker, asking } from '../request-context.ts';

const tags = ['categories'];
const Search = Type.Interface([Reading, TagKey], {});
const PathKey = Type.Object({ key: Key });
const response = answers('The category with its customer.', CATEGORY_EXAMPLE);

/** A category alone, by id and by key. */
export function categoryRoutes(plain: FastifyInstance, store: ContentStore): void {
  const app = plain.withTypeProvider<TypeBoxTypeProvider>();

  async function represent({ links, token }: Asker, category: CategoryRecord) {
    return ok(categoryOf(links, category, await ownCustomer(store, token)));
  }

  // A client of version 2.2 asks by the second path, which the text does not have.
  for (const [path, summary] of [
    ['/categories/:category_id', 'A category'],
    ['/category/:category_id', 'A category, by another path'],
  ] as const)
    app.get(
      path,
      { schema: { tags, summary, params: CategoryId, querystring: Reading, response } },
      async (request) => {
        const asker = asking(request);
        return represent(asker, await shownCategory(store, asker.token, request.params.category_id));
      },
    );

  app.get(
    '/customers/:customer_id/categories/search',
    { schema: { tags, summary: 'A category by its key', params: CustomerId, querystring: Search, response } },
    async (request) => {
      const asker = asking(request);
      await ownCustomer(store, asker.token, request.params.customer_id);
      return represent(asker, await categoryByKey(store, asker.token, request.query.tag_key));
    },
  );
  // The aliases that the stream search has, for categories too: clients build both from one pattern.
  app.get(
    '/customers/:customer_id/categories/bytag/:key',
    {
      schema: {
        tags,
        summary: 'A category by its key, which stands in the path',
        params: Type.Interface([CustomerId, PathKey], {}),
        querystring: Reading,
        response,
      },
    },
    async (request) => {
      const asker = asking(request);
      await ownCustomer(store, asker.token, request.params.customer_id);
      return represent(asker, await categoryByKey(store, asker.token, request.params.key));
    },
  );
  app.get(
    '/categories/bytag/:key',
    {
      schema: {
        tags,
        summary: 'A category of the token’s customer by its key',
        params: PathKey,
        querystring: Reading,
        response,
      },
    },
    async (request) => {
      const asker = asking(request);
      return represent(asker, await categoryByKey(store, asker.token, request.params.key));
    },
  );
}
