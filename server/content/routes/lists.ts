import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import type { FastifyInstance } from 'fastify';
import Type from 'typebox';
import type { MediaPage, Sorting } from '../../../src/content/resources.ts';
import type { ContentStore, Scope } from '../../store/content/content-store.ts';
import { answers, ok } from '../answer.ts';
import {
  categoryByKey,
  ownCustomer,
  shownCategory,
  shownStream,
  shownUser,
  streamByKey,
  userByInstagram,
} from '../entities.ts';
import { readPage } from '../paging/pages.ts';
import {
  asksForInactive,
  CategoryId,
  CustomerId,
  InstagramHandle,
  Listing,
  OtherSorting,
  PreviousId,
  StreamId,
  StreamSorting,
  TagKey,
  UserId,
} from '../parameters.ts';
import { gather } from '../related.ts';
import { customerOf } from '../representations/customer.ts';
import { COLLECTED, pageExample } from '../representations/examples.ts';
import { mediaOf } from '../representations/media.ts';
import { instagramPathOf } from '../representations/user.ts';
import { type Asker, asking } from '../request-context.ts';

const tags = ['media'];
const StreamListing = Type.Interface([Listing, PreviousId], {});
type Asked = Type.Static<typeof StreamListing>;
const response = answers('A page of media.', pageExample('/streams/219/media/recent', COLLECTED.media));

/** Media of a customer, a category, a stream, a user: one kind of answer, by page. */
export function listRoutes(plain: FastifyInstance, store: ContentStore): void {
  const app = plain.withTypeProvider<TypeBoxTypeProvider>();

  async function list(
    { token, links }: Asker,
    scope: Scope,
    sorting: Sorting,
    asked: Asked,
    owner = `/${COLLECTIONS[scope.kind]}/${scope.id}`,
  ) {
    const customer = await ownCustomer(store, token);
    const at = { customerId: token.customerId, scope, sorting, path: `${owner}/media/${sorting}` };
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
        response,
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
        response,
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
        response,
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
        response,
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
        response,
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
    { schema: { tags, summary: 'Media of a user', params: UserId, querystring: Listing, response } },
    async (request) => {
      const asker = asking(request);
      const { id } = await shownUser(store, asker.token, request.params.user_id);
      return list(asker, { kind: 'user', id }, 'recent', request.query);
    },
  );
  app.get(
    '/customers/:customer_id/instagram_users/:instagram_handle/media/recent',
    {
      schema: {
        tags,
        summary: 'Media of a user by Instagram handle',
        params: Type.Interface([CustomerId, InstagramHandle], {}),
        querystring: Listing,
        response,
      },
    },
    async (request) => {
      const asker = asking(request);
      const { customer_id, instagram_handle } = request.params;
      await ownCustomer(store, asker.token, customer_id);
      const user = await userByInstagram(store, asker.token, instagram_handle);
      return list(asker, { kind: 'user', id: user.id }, 'recent', request.query, instagramPathOf(user));
    },
  );
}

const COLLECTIONS = { customer: 'customers', category: 'categories', stream: 'streams', user: 'users' } as const;
