import type { FastifyInstance } from 'fastify';
import Type from 'typebox';
import type { ContentStore, StreamRecord } from '../../store/content/content-store.ts';
import { answers } from '../answer.ts';
import { CustomerId, InactiveToo, isOn, Key, Reading, StreamId, TagKey } from '../parameters.ts';
import { picturesOf } from '../related.ts';
import { STREAM_EXAMPLE } from '../representations/examples.ts';
import { streamOf } from '../representations/stream.ts';
import type { RequestContext } from '../request-context.ts';
import { contentRoutes } from '../route.ts';

const Query = Type.Interface([Reading, InactiveToo], {});
type Query = Type.Static<typeof Query>;
const Search = Type.Interface([Query, TagKey], {});
const PathKey = Type.Object({ key: Key });
const CustomerAndKey = Type.Interface([CustomerId, PathKey], {});
const response = answers('The stream with its customer and pictures.', STREAM_EXAMPLE);

/** One stream, by id or by key. */
export function streamRoutes(app: FastifyInstance, contentStore: ContentStore): void {
  const route = contentRoutes(app, 'streams');

  async function represent({ links, entities }: RequestContext, stream: StreamRecord) {
    const customer = await entities.findOwnCustomer();
    return streamOf(links, stream, customer, await picturesOf(contentStore, [stream]));
  }

  async function byKey(context: RequestContext, key: string, query: Query) {
    return represent(context, await context.entities.findVisibleStreamByKey(key, withInactive(query)));
  }

  route.get(
    '/streams/:stream_id',
    { summary: 'A stream', params: StreamId, query: Query, response },
    async ({ context, params, query }) =>
      represent(context, await context.entities.findVisibleStream(params.stream_id, withInactive(query))),
  );
  route.get(
    '/customers/:customer_id/streams/search',
    { summary: 'A stream by its key', params: CustomerId, query: Search, response },
    async ({ context, params, query }) => {
      await context.entities.findOwnCustomer(params.customer_id);
      return byKey(context, query.tag_key, query);
    },
  );
  route.get(
    '/customers/:customer_id/streams/bytag/:key',
    { summary: 'A stream by its key, which stands in the path', params: CustomerAndKey, query: Query, response },
    async ({ context, params, query }) => {
      await context.entities.findOwnCustomer(params.customer_id);
      return byKey(context, params.key, query);
    },
  );
  route.get(
    '/streams/bytag/:key',
    { summary: 'A stream of the token’s customer by its key', params: PathKey, query: Query, response },
    ({ context, params, query }) => byKey(context, params.key, query),
  );
}

function withInactive({ include_inactive_galleries }: Query): boolean {
  return isOn(include_inactive_galleries, false);
}
