import type { FastifyInstance } from 'fastify';
import Type from 'typebox';
import type { MediaPage, Sorting } from '../../../src/content/resources.ts';
import type { ContentStore, Scope } from '../../store/content/content-store.ts';
import { answers } from '../answer.ts';
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
import { readRelated } from '../related.ts';
import { customerOf } from '../representations/customer.ts';
import { COLLECTED, pageExample } from '../representations/examples.ts';
import { mediaOf } from '../representations/media.ts';
import { instagramPathOf } from '../representations/user.ts';
import type { RequestContext } from '../request-context.ts';
import { contentRoutes } from '../route.ts';

const StreamListing = Type.Interface([Listing, PreviousId], {});
type ListQuery = Type.Static<typeof StreamListing>;
const response = answers('A page of media.', pageExample('/streams/219/media/recent', COLLECTED.media));

/** The media of a customer, a category, a stream or a user, by page. */
export function listRoutes(app: FastifyInstance, contentStore: ContentStore): void {
  const route = contentRoutes(app, 'media');

  async function list(
    { token, entities, links }: RequestContext,
    scope: Scope,
    sorting: Sorting,
    query: ListQuery,
    owner = `/${COLLECTIONS[scope.kind]}/${scope.id}`,
  ): Promise<MediaPage> {
    const customer = await entities.findOwnCustomer();
    const at = { customerId: token.customerId, scope, sorting, path: `${owner}/media/${sorting}` };
    const { mediaIds, walk, _links } = await readPage(contentStore, links, at, query, Date.now());
    const media = await contentStore.media(mediaIds);
    const related = await readRelated(contentStore, media, walk.embedding);
    return {
      _links,
      _embedded: {
        media: media.map((one) => mediaOf(links, one, related, walk.embedding)),
        customer: customerOf(links, customer),
      },
    };
  }

  route.get(
    '/customers/:customer_id/media/:sorting_option',
    {
      summary: 'Media of a customer',
      params: Type.Interface([CustomerId, OtherSorting], {}),
      query: Listing,
      response,
    },
    async ({ context, params, query }) => {
      const { id } = await context.entities.findOwnCustomer(params.customer_id);
      return list(context, { kind: 'customer', id }, params.sorting_option, query);
    },
  );

  route.get(
    '/categories/:category_id/media/:sorting_option',
    {
      summary: 'Media of a category',
      params: Type.Interface([CategoryId, OtherSorting], {}),
      query: Listing,
      response,
    },
    async ({ context, params, query }) => {
      const { id } = await context.entities.findVisibleCategory(params.category_id);
      return list(context, { kind: 'category', id }, params.sorting_option, query);
    },
  );
  route.get(
    '/categories/media/:sorting_option',
    {
      summary: 'Media of a category by its key',
      params: OtherSorting,
      query: Type.Interface([Listing, TagKey], {}),
      response,
    },
    async ({ context, params, query }) => {
      const { id } = await context.entities.findVisibleCategoryByKey(query.tag_key);
      return list(context, { kind: 'category', id }, params.sorting_option, query);
    },
  );

  route.get(
    '/streams/:stream_id/media/:sorting_option',
    {
      summary: 'Media of a stream',
      params: Type.Interface([StreamId, StreamSorting], {}),
      query: StreamListing,
      response,
    },
    async ({ context, params, query }) => {
      const { id } = await context.entities.findVisibleStream(params.stream_id, asksForInactive(query));
      return list(context, { kind: 'stream', id }, params.sorting_option, query);
    },
  );
  route.get(
    '/streams/media/:sorting_option',
    {
      summary: 'Media of a stream by its key',
      params: StreamSorting,
      query: Type.Interface([StreamListing, TagKey], {}),
      response,
    },
    async ({ context, params, query }) => {
      const { id } = await context.entities.findVisibleStreamByKey(query.tag_key, asksForInactive(query));
      return list(context, { kind: 'stream', id }, params.sorting_option, query);
    },
  );

  route.get(
    '/users/:user_id/media/recent',
    { summary: 'Media of a user', params: UserId, query: Listing, response },
    async ({ context, params, query }) => {
      const { id } = await context.entities.findVisibleUser(params.user_id);
      return list(context, { kind: 'user', id }, 'recent', query);
    },
  );
  route.get(
    '/customers/:customer_id/instagram_users/:instagram_handle/media/recent',
    {
      summary: 'Media of a user by Instagram handle',
      params: Type.Interface([CustomerId, InstagramHandle], {}),
      query: Listing,
      response,
    },
    async ({ context, params, query }) => {
      await context.entities.findOwnCustomer(params.customer_id);
      const user = await context.entities.findVisibleUserByInstagram(params.instagram_handle);
      return list(context, { kind: 'user', id: user.id }, 'recent', query, instagramPathOf(user));
    },
  );
}

const COLLECTIONS = { customer: 'customers', category: 'categories', stream: 'streams', user: 'users' } as const;
