import type { FastifyInstance } from 'fastify';
import Type from 'typebox';
import type { StreamStatus } from '../../../src/content/resources.ts';
import type { ContentStore, Slice, StreamRecord } from '../../store/content/content-store.ts';
import { answers } from '../answer.ts';
import { visibleStatuses } from '../galleries.ts';
import { pageByPreviousId } from '../paging/by-previous-id.ts';
import type { Links } from '../paging/links.ts';
import {
  CategoryId,
  CustomerId,
  galleriesOf,
  MediaId,
  PagingById,
  Reading,
  WithoutTagged,
  WithTagged,
} from '../parameters.ts';
import { picturesOf } from '../related.ts';
import { COLLECTED, pageByIdExample } from '../representations/examples.ts';
import { streamInList } from '../representations/stream.ts';
import type { RequestContext } from '../request-context.ts';
import { contentRoutes } from '../route.ts';

const Query = Type.Interface([Reading, WithTagged, PagingById], {});
type Query = Type.Static<typeof Query>;

/** The streams of a customer and of a category, by page, and of a media, all at once. */
export function streamListRoutes(app: FastifyInstance, contentStore: ContentStore): void {
  const route = contentRoutes(app, 'streams');

  async function represent(links: Links, streams: readonly StreamRecord[]) {
    const pictures = await picturesOf(contentStore, streams);
    return streams.map((stream) => streamInList(links, stream, pictures));
  }

  async function list(
    { links }: RequestContext,
    path: string,
    query: Query,
    read: (statuses: StreamStatus[], slice: Slice) => Promise<StreamRecord[]>,
  ) {
    const statuses = visibleStatuses(galleriesOf(query, true));
    const { include_tagged_galleries, include_inactive_galleries } = query;
    const collection = {
      path,
      filters: {
        ...(include_tagged_galleries && { include_tagged_galleries }),
        ...(include_inactive_galleries && { include_inactive_galleries }),
      },
      read: (slice: Slice) => read(statuses, slice),
    };
    const { entities, _links } = await pageByPreviousId(links, collection, query);
    return { _links, _embedded: { gallery: await represent(links, entities) } };
  }

  route.get(
    '/customers/:customer_id/streams',
    {
      summary: 'Streams of a customer',
      params: CustomerId,
      query: Query,
      response: answers('A page of streams.', pageByIdExample('/customers/1/streams', COLLECTED.gallery)),
    },
    async ({ context, params, query }) => {
      const { id } = await context.entities.findOwnCustomer(params.customer_id);
      return list(context, `/customers/${id}/streams`, query, (statuses, slice) =>
        contentStore.streamsOfCustomer(id, statuses, slice),
      );
    },
  );

  route.get(
    '/categories/:category_id/streams',
    {
      summary: 'Streams of a category',
      params: CategoryId,
      query: Query,
      response: answers('A page of streams.', pageByIdExample('/categories/12/streams', COLLECTED.gallery)),
    },
    async ({ context, params, query }) => {
      const { id } = await context.entities.findVisibleCategory(params.category_id);
      return list(context, `/categories/${id}/streams`, query, (statuses, slice) =>
        contentStore.streamsOfCategory(id, statuses, slice),
      );
    },
  );

  route.get(
    '/media/:media_id/streams',
    {
      summary: 'Streams of a media',
      params: MediaId,
      query: Type.Interface([Reading, WithoutTagged], {}),
      response: answers('All its streams that are shown.', { _links: [], _embedded: COLLECTED.stream }),
    },
    async ({ context: { entities, links }, params, query }) => {
      const { id } = await entities.findVisibleMedia(params.media_id);
      const statuses = visibleStatuses(galleriesOf(query, false));
      const streams = (await contentStore.streamsOfMedia([id], statuses)).get(id) ?? [];
      return { _links: [], _embedded: { stream: await represent(links, streams) } };
    },
  );
}
