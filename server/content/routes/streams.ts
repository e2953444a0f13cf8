import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import type { FastifyInstance } from 'fastify';
import Type from 'typebox';
import type { ContentStore, StreamRecord } from '../../store/content/content-store.ts';
import { answers, ok } from '../answer.ts';
import { ownCustomer, shownStream, streamByKey } from '../entities.ts';
import { CustomerId, InactiveToo, isOn, Key, Reading, StreamId, TagKey } from '../parameters.ts';
import { picturesOf } from '../related.ts';
import { STREAM_EXAMPLE } from '../representations/examples.ts';
import { streamOf } from '../representations/stream.ts';
import { type Asker, asking } from '../request-context.ts';

const tags = ['streams'];
const Query = Type.Interface([Reading, InactiveToo], {});
const Search = Type.Interface([Query, TagKey], {});
const PathKey = Type.Object({ key: Key });
const response = answers('The stream with its customer and pictures.', STREAM_EXAMPLE);

/** A stream alone, by id and by key. */
export function streamRoutes(plain: FastifyInstance, store: ContentStore): void {
  const app = plain.withTypeProvider<TypeBoxTypeProvider>();

  async function represent({ links, token }: Asker, stream: StreamRecord) {
    return ok(streamOf(links, stream, await ownCustomer(store, token), await picturesOf(store, [stream])));
  }

  app.get(
    '/streams/:stream_id',
    { schema: { tags, summary: 'A stream', params: StreamId, querystring: Query, response } },
    async (request) => {
      const asker = asking(request);
      const inactiveToo = isOn(request.query.include_inactive_galleries, false);
      return represent(asker, await shownStream(store, asker.token, request.params.stream_id, inactiveToo));
    },
  );

  async function byKey(asker: Asker, key: string, { include_inactive_galleries: inactive }: Type.Static<typeof Query>) {
    return represent(asker, await streamByKey(store, asker.token, key, isOn(inactive, false)));
  }
  app.get(
    '/customers/:customer_id/streams/search',
    { schema: { tags, summary: 'A stream by its key', params: CustomerId, querystring: Search, response } },
    async (request) => {
      const asker = asking(request);
      await ownCustomer(store, asker.token, request.params.customer_id);
      return byKey(asker, request.query.tag_key, request.query);
    },
  );
  app.get(
    '/customers/:customer_id/streams/bytag/:key',
    {
      schema: {
        tags,
        summary: 'A stream by its key, which stands in the path',
        params: Type.Interface([CustomerId, PathKey], {}),
        querystring: Query,
        response,
      },
    },
    async (request) => {
      const asker = asking(request);
      await ownCustomer(store, asker.token, request.params.customer_id);
      return byKey(asker, request.params.key, request.query);
    },
  );
  app.get(
    '/streams/bytag/:key',
    {
      schema: {
        tags,
        summary: 'A stream of the token’s customer by its key',
        params: PathKey,
        querystring: Query,
        response,
      },
    },
    async (request) => byKey(asking(request), request.params.key, request.query),
  );
}
