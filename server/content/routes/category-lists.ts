import type { FastifyInstance } from 'fastify';
import Type from 'typebox';
import type { CategoryRecord, ContentStore, Slice } from '../../store/content/content-store.ts';
import { answers } from '../answer.ts';
import { type Collection, pageByKey } from '../paging/by-page-key.ts';
import { asksForInactive, CustomerId, InactiveToo, MediaId, Paging, Reading, StreamId } from '../parameters.ts';
import { categoryInList } from '../representations/category.ts';
import { COLLECTED, pageExample } from '../representations/examples.ts';
import type { RequestContext } from '../request-context.ts';
import { contentRoutes } from '../route.ts';

/** The categories of a customer and of a stream, by page, and of a media, all at once. */
export function categoryListRoutes(app: FastifyInstance, contentStore: ContentStore): void {
  const route = contentRoutes(app, 'categories');

  async function list({ links }: RequestContext, collection: Collection<number, CategoryRecord>, paging: Paging) {
    const { entities, _links } = await pageByKey(contentStore, links, collection, paging, Date.now());
    return { _links, _embedded: { category: entities.map((category) => categoryInList(links, category)) } };
  }

  route.get(
    '/customers/:customer_id/categories',
    {
      summary: 'Categories of a customer',
      params: CustomerId,
      query: Type.Interface([Reading, Paging], {}),
      response: answers('A page of categories.', pageExample('/customers/1/categories', COLLECTED.category)),
    },
    async ({ context, params, query }) => {
      const { id } = await context.entities.findOwnCustomer(params.customer_id);
      const read = (slice: Slice) => contentStore.categoriesOfCustomer(id, slice);
      return list(context, { path: `/customers/${id}/categories`, read }, query);
    },
  );

  route.get(
    '/streams/:stream_id/categories',
    {
      summary: 'Categories of a stream',
      params: StreamId,
      query: Type.Interface([Reading, InactiveToo, Paging], {}),
      response: answers('A page of categories.', pageExample('/streams/219/categories', COLLECTED.category)),
    },
    async ({ context, params, query }) => {
      const { id } = await context.entities.findVisibleStream(params.stream_id, asksForInactive(query));
      const read = (slice: Slice) => contentStore.categoriesOfStream(id, slice);
      return list(context, { path: `/streams/${id}/categories`, read }, query);
    },
  );

  route.get(
    '/media/:media_id/categories',
    {
      summary: 'Categories of a media',
      params: MediaId,
      response: answers('All its categories.', { _links: [], _embedded: COLLECTED.category }),
    },
    async ({ context: { entities, links }, params }) => {
      const { id } = await entities.findVisibleMedia(params.media_id);
      const categories = (await contentStore.categoriesOfMedia([id])).get(id) ?? [];
      return { _links: [], _embedded: { category: categories.map((category) => categoryInList(links, category)) } };
    },
  );
}
