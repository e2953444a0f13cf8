import type { FastifyInstance } from 'fastify';
import Type from 'typebox';
import { LIMITS } from '../../../src/events/limits.ts';
import { decodeProductEvent } from '../../../src/wires/product-events/decode.ts';
import { preflight } from '../../http/cors.ts';
import { example } from '../../http/example.ts';
import { arrivalOf, rowOf } from '../ingest/event-row.ts';
import { customerOf, demandOrg, SECURITY } from './caller.ts';
import { bodyOf, notCreated, REFUSALS } from './errors.ts';
import type { ProductEventsOptions } from './plugin.ts';
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
  // Any body passes: what is wrong with it is told in this protocol's words.
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

/** `POST /api/analytics/events`: one event, answered when it is on disk, or found there. */
export function createRoute(app: FastifyInstance, { events, intake, content }: ProductEventsOptions): void {
  app.options('/api/analytics/events', { schema: { hide: true } }, preflight('POST'));
  app.post('/api/analytics/events', { schema, bodyLimit: LIMITS.bulkBytes }, async (request, reply) => {
    const customerId = await customerOf(request, content.access, 'create');
    const read = decodeProductEvent(request.body);
    if ('detail' in read) throw notCreated(read.detail);
    const { event, sentAt, orgId, userId, device } = read;
    demandOrg(orgId, customerId);
    const { headers } = request;
    // A page that sends no Referer is still of some origin.
    const referer = headers.referer ?? headers.origin;
    const arrival = arrivalOf({ ...headers, referer, ...(device && { 'user-agent': device }) }, Date.now(), sentAt);
    const row = rowOf(event, arrival, 'product-events', userId === undefined ? {} : { userId });
    const [outcome] = await intake.submit(customerId, arrival, [row]);
    if (outcome === 'refused') throw notCreated('event: the database refused it');
    // A public token reads no events, so whoever repeats one in a page is told what he said himself.
    const { caller } = request;
    const mayRead = caller && 'token' in caller && caller.token.kind === 'private';
    const stored = mayRead && outcome === 'repeated' ? await events.products.one(customerId, row.id) : undefined;
    return reply.header('cache-control', 'no-store').send(await productEvent(customerId, stored ?? row, content));
  });
}
