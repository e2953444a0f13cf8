import type { FastifyInstance } from 'fastify';
import Type from 'typebox';
import { LIMITS } from '../../../src/events/limits.ts';
import { decode } from '../../../src/wires/product-events/decode.ts';
import { preflight } from '../../http/cors.ts';
import { example } from '../../http/example.ts';
import { arrivalOf, rowOf } from '../ingest/event-row.ts';
import { NOT_STORABLE } from '../ingest/intake.ts';
import { customerOf, demandOrg, SECURITY } from './caller.ts';
import { bodyOf, notCreated, REFUSALS } from './errors.ts';
import type { ProductEventsOptions } from './options.ts';
import { EVENT_EXAMPLE, productEvent } from './reading/representation.ts';

const { id: _, eventType, sessionId, assetId, configuration, eventMetadata } = EVENT_EXAMPLE;
const schema = {
  summary: 'Create an event',
  description:
    'Answered when it is on disk. `eventMetadata.event_id`, a UUID, makes repeats harmless; `event_time` and `sent_at` beside it are milliseconds by the sender’s clock.',
  tags: ['product events'],
  security: SECURITY,
  consumes: ['application/json', 'text/plain'],
  querystring: Type.Object({
    bearer_token: Type.Optional(Type.String({ description: 'A token, where there is no bearer header.' })),
    orgId: Type.Optional(Type.String({ description: 'The organization of the token.' })),
  }),
  // Any body passes the framework: this protocol answers wrong ones in its own shape.
  body: Type.Unsafe<unknown>({
    description: 'The event; `eventType` and `sessionId` are required.',
    examples: [{ eventType, sessionId, assetId, configuration, eventMetadata, metric: 1 }],
  }),
  response: {
    200: example('The event, as it is stored.', EVENT_EXAMPLE),
    ...REFUSALS,
    422: example('A field is wrong.', bodyOf(notCreated('sessionId: is missing'))),
  },
};

/** `POST /api/analytics/events`: one event. Answers when it is on disk, or was found there. */
export function createRoute(app: FastifyInstance, { eventStore, intake, contentStore }: ProductEventsOptions): void {
  app.options('/api/analytics/events', { schema: { hide: true } }, preflight('POST'));
  app.post('/api/analytics/events', { schema, bodyLimit: LIMITS.bulkBytes }, async (request, reply) => {
    const customerId = await customerOf(request, contentStore.access, 'create');
    const decoded = decode(request.body);
    if ('detail' in decoded) throw notCreated(decoded.detail);
    const { events, sentAt, orgId, userId, device } = decoded;
    const [{ event }] = events;
    demandOrg(orgId, customerId);
    const { headers } = request;
    // A page that sends no Referer is known by its origin.
    const referer = headers.referer ?? headers.origin;
    const arrival = arrivalOf({ ...headers, referer, ...(device && { 'user-agent': device }) }, Date.now(), sentAt);
    const row = rowOf(event, arrival, 'product-events', userId === undefined ? {} : { userId });
    const [outcome] = await intake.submit(customerId, arrival, [row]);
    if (outcome === 'refused') throw notCreated(NOT_STORABLE);
    // A public token reads no events: the answer to a page repeats what the page sent.
    const { caller } = request;
    const mayRead = caller && 'token' in caller && caller.token.kind === 'private';
    const stored = mayRead && outcome === 'repeated' ? await eventStore.products.one(customerId, row.id) : undefined;
    return reply.header('cache-control', 'no-store').send(await productEvent(customerId, stored ?? row, contentStore));
  });
}
