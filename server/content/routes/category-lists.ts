import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import type { FastifyInstance } from 'fastify';
import Type from 'typebox';
import type { CategoryRecord, ContentStore, Slice } from '../../store/content/content-store.ts';
import { answers, ok } from '../answer.ts';
import { ownCustomer, shownMedia, shownStream } from '../entities.ts';
import { type Collection, pageByKey } from '../paging/by-page-key.ts';
import { asksForInactive, CustomerId, InactiveToo, MediaId, Paging, Reading, StreamId } from '../parameters.ts';
import { categoryInList } from '../representations/category.ts';
import { COLLECTED, pageExample } from '../representations/examples.ts';
import { type Asker, asking } from '../request-context.ts';

const tags = ['categories'];

/** Categories of a customer and of a stream by page, of a media all at once. */
export function categoryListRoutes(plain: FastifyInstance, store: ContentStore): void {
  const app = plain.withTypeProvider<TypeBoxTypeProvider>();

  async function list({ links }: Asker, collection: Collection<number, CategoryRecord>, asked: Paging) {
    const { entities, _links } = await pageByKey(store, links, collection, asked, Date.now());
    return ok({ _links, _embedded: { category: entities.map((category) => categoryInList(links, category)) } });
  }

  app.get(
    '/customers/:customer_id/categories',
    {
      schema: {
        tags,
        summary: 'Categories of a customer',
        params: CustomerId,
        querystring: Type.Interface([Reading, Paging], {}),
        response: answers('A page of categories.', pageExample('/customers/1/categories', COLLECTED.category)),
      },
    },
    async (request) => {
      const asker = asking(request);
      const { id } = await ownCustomer(store, asker.token, request.params.customer_id);
      const read = (slice: Slice) => store.categoriesOfCustomer(id, slice);
      return list(asker, { path: `/customers/${id}/categories`, read }, request.query);
    },
  );

  app.get(
    '/streams/:stream_id/categories',
    {
      schema: {
        tags,
        summary: 'Categories of a stream',
        params: StreamId,
        querystring: Type.Interface([Reading, InactiveToo, Paging], {}),
        response: answers('A page of categories.', pageExample('/streams/219/categories', COLLECTED.category)),
      },
    },
    async (request) => {
      const asker = asking(request);
      const inactiveToo = asksForInactive(request.query);
      const { id } = await shownStream(store, asker.token, request.params.stream_id, inactiveToo);
      const read = (slice: Slice) => store.categoriesOfStream(id, slice);
      return list(asker, { path: `/streams/${id}/categories`, read }, request.query);
    },
  );

  app.get(
    '/media/:media_id/categories',
    {
      schema: {
        tags,
        summary: 'Categories of a media',
        params: MediaId,
        querystring: Reading,
        response: answers('All its categories.', { _links: [], _embedded: COLLECTED.category }),
      },
    },
    async (request) => {
      const { token, links } = asking(request);
      const { id } = await shownMedia(store, token, request.params.media_id);
      const categories = (await store.categoriesOfMedia([id])).get(id) ?? [];
      return ok({
        _links: [],
        _embedded: { category: categories.map((category) => categoryInList(links, category)) },
      });
    },
  );
}
