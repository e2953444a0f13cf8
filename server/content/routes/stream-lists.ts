import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import type { FastifyInstance } from 'fastify';
import Type from 'typebox';
import type { StreamStatus } from '../../../src/content/resources.ts';
import type { ContentStore, Slice, StreamRecord } from '../../store/content/content-store.ts';
import { answers, ok } from '../answer.ts';
import { ownCustomer, shownCategory, shownMedia } from '../entities.ts';
import { shownStatuses } from '../galleries.ts';
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
import { type Asker, asking } from '../request-context.ts';

const tags = ['streams'];
const Query = Type.Interface([Reading, WithTagged, PagingById], {});
type Asked = Type.Static<typeof Query>;

/** Streams of a customer and of a category by page, of a media all at once. */
export function streamListRoutes(plain: FastifyInstance, store: ContentStore): void {
  const app = plain.withTypeProvider<TypeBoxTypeProvider>();

  async function inList(links: Links, streams: readonly StreamRecord[]) {
    const pictures = await picturesOf(store, streams);
    return streams.map((stream) => streamInList(links, stream, pictures));
  }

  async function list(
    { links }: Asker,
    path: string,
    asked: Asked,
    read: (statuses: StreamStatus[], slice: Slice) => Promise<StreamRecord[]>,
  ) {
    const statuses = shownStatuses(galleriesOf(asked, true));
    const { include_tagged_galleries, include_inactive_galleries } = asked;
    const collection = {
      path,
      filters: {
        ...(include_tagged_galleries && { include_tagged_galleries }),
        ...(include_inactive_galleries && { include_inactive_galleries }),
      },
      read: (slice: Slice) => read(statuses, slice),
    };
    const { entities, _links } = await pageByPreviousId(links, collection, asked);
    return ok({ _links, _embedded: { gallery: await inList(links, entities) } });
  }

  app.get(
    '/customers/:customer_id/streams',
    {
      schema: {
        tags,
        summary: 'Streams of a customer',
        params: CustomerId,
        querystring: Query,
        response: answers('A page of streams.', pageByIdExample('/customers/1/streams', COLLECTED.gallery)),
      },
    },
    async (request) => {
      const asker = asking(request);
      const { id } = await ownCustomer(store, asker.token, request.params.customer_id);
      return list(asker, `/customers/${id}/streams`, request.query, (statuses, slice) =>
        store.streamsOfCustomer(id, statuses, slice),
      );
    },
  );

  app.get(
    '/categories/:category_id/streams',
    {
      schema: {
        tags,
        summary: 'Streams of a category',
        params: CategoryId,
        querystring: Query,
        response: answers('A page of streams.', pageByIdExample('/categories/12/streams', COLLECTED.gallery)),
      },
    },
    async (request) => {
      const asker = asking(request);
      const { id } = await shownCategory(store, asker.token, request.params.category_id);
      return list(asker, `/categories/${id}/streams`, request.query, (statuses, slice) =>
        store.streamsOfCategory(id, statuses, slice),
      );
    },
  );

  app.get(
    '/media/:media_id/streams',
    {
      schema: {
        tags,
        summary: 'Streams of a media',
        params: MediaId,
        querystring: Type.Interface([Reading, WithoutTagged], {}),
        response: answers('All its streams that are shown.', { _links: [], _embedded: COLLECTED.stream }),
      },
    },
    async (request) => {
      const { token, links } = asking(request);
      const { id } = await shownMedia(store, token, request.params.media_id);
      const statuses = shownStatuses(galleriesOf(request.query, false));
      const streams = (await store.streamsOfMedia([id], statuses)).get(id) ?? [];
      return ok({ _links: [], _embedded: { stream: await inList(links, streams) } });
    },
  );
}
