import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import type { FastifyInstance } from 'fastify';
import Type from 'typebox';
import type { MediaPage, Sorting } from '../../../src/content/resources.ts';
import type { ContentStore, Scope } from '../../store/content/content-store.ts';
import { ok } from '../answer.ts';
import { type Asker, asking } from '../ask.ts';
import { categoryByKey, ownCustomer, owned, shownCategory, shownStream, streamByKey } from '../entities.ts';
import { gather } from '../gathered.ts';
import { readPage } from '../pages.ts';
import {
  CategoryId,
  CustomerId,
  isOn,
  Listing,
  OtherSorting,
  PreviousId,
  StreamId,
  StreamSorting,
  TagKey,
  UserId,
} from '../parameters.ts';
import { customerOf } from '../representations/customer.ts';
import { mediaOf } from '../representations/media.ts';

const tags = ['media'];
const StreamListing = Type.Interface([Listing, PreviousId], {});
type Asked = Type.Static<typeof StreamListing>;

/** Media of a customer, a category, a stream, a user: one kind of answer, by page. */
export function listRoutes(plain: FastifyInstance, store: ContentStore): void {
  const app = plain.withTypeProvider<TypeBoxTypeProvider>();

  async function list({ token, links }: Asker, scope: Scope, sorting: Sorting, asked: Asked) {
    const customer = await ownCustomer(store, token);
    const path = `/${COLLECTIONS[scope.kind]}/${scope.id}/media/${sorting}`;
    const at = { customerId: token.customerId, scope, sorting, path };
    const { mediaIds, walk, _links } = await readPage(store, links, at, asked, Date.now());
    const media = await store.media(mediaIds);
    const gathered = await gather(store, media, walk.show);
    const page: MediaPage = {
      _links,
      _embedded: {
        media: media.map((one) => mediaOf(links, one, gathered, walk.show)),
        customer: customerOf(links, customer),
      },
    };
    return ok(page);
  }

  app.get(
    '/customers/:customer_id/media/:sorting_option',
    {
      schema: {
        tags,
        summary: 'Media of a customer',
        params: Type.Interface([CustomerId, OtherSorting], {}),
        querystring: Listing,
      },
    },
    async (request) => {
      const asker = asking(request);
      const { customer_id: id, sorting_option: sorting } = request.params;
      await ownCustomer(store, asker.token, id);
      return list(asker, { kind: 'customer', id }, sorting, request.query);
    },
  );

  app.get(
    '/categories/:category_id/media/:sorting_option',
    {
      schema: {
        tags,
        summary: 'Media of a category',
        params: Type.Interface([CategoryId, OtherSorting], {}),
        querystring: Listing,
      },
    },
    async (request) => {
      const asker = asking(request);
      const { category_id, sorting_option: sorting } = request.params;
      const { id } = await shownCategory(store, asker.token, category_id);
      return list(asker, { kind: 'category', id }, sorting, request.query);
    },
  );
  app.get(
    '/categories/media/:sorting_option',
    {
      schema: {
        tags,
        summary: 'Media of a category by its key',
        params: OtherSorting,
        querystring: Type.Interface([Listing, TagKey], {}),
      },
    },
    async (request) => {
      const asker = asking(request);
      const { id } = await categoryByKey(store, asker.token, request.query.tag_key);
      return list(asker, { kind: 'category', id }, request.params.sorting_option, request.query);
    },
  );

  app.get(
    '/streams/:stream_id/media/:sorting_option',
    {
      schema: {
        tags,
        summary: 'Media of a stream',
        params: Type.Interface([StreamId, StreamSorting], {}),
        querystring: StreamListing,
      },
    },
    async (request) => {
      const asker = asking(request);
      const { stream_id, sorting_option: sorting } = request.params;
      const inactiveToo = asksForInactive(request.query);
      const { id } = await shownStream(store, asker.token, stream_id, inactiveToo);
      return list(asker, { kind: 'stream', id }, sorting, request.query);
    },
  );
  app.get(
    '/streams/media/:sorting_option',
    {
      schema: {
        tags,
        summary: 'Media of a stream by its key',
        params: StreamSorting,
        querystring: Type.Interface([StreamListing, TagKey], {}),
      },
    },
    async (request) => {
      const asker = asking(request);
      const inactiveToo = asksForInactive(request.query);
      const { id } = await streamByKey(store, asker.token, request.query.tag_key, inactiveToo);
      return list(asker, { kind: 'stream', id }, request.params.sorting_option, request.query);
    },
  );

  app.get(
    '/users/:user_id/media/recent',
    { schema: { tags, summary: 'Media of a user', params: UserId, querystring: Listing } },
    async (request) => {
      const asker = asking(request);
      const { user_id } = request.params;
      const { id } = owned(await store.user(user_id), asker.token, 'User', user_id);
      return list(asker, { kind: 'user', id }, 'recent', request.query);
    },
  );
}

/** A link to a further page does not say it again; its `page_key` was given to somebody who did. */
function asksForInactive({ include_inactive_galleries, page_key }: Asked): boolean {
  return isOn(include_inactive_galleries, false) || page_key !== undefined;
}

const COLLECTIONS = { customer: 'customers', category: 'categories', stream: 'streams', user: 'users' } as const;
