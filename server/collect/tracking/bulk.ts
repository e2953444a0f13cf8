import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import Type from 'typebox';
import { LIMITS } from '../../../src/events/limits.ts';
import { type BulkAnswer, type Decoded, decodeBulk } from '../../../src/wires/tracking/encode.ts';
import { preflight } from '../../http/cors.ts';
import { VERSION } from '../../http/errors.ts';
import type { Access } from '../../store/access.ts';
import type { EventRow, RowOutcome } from '../../store/events/event-store.ts';
import { type Arrival, arrivalOf, rowOf } from '../ingest/event-row.ts';
import type { Intake } from '../ingest/intake.ts';
import { answer, BULK_ANSWERS, refusal } from './answers.ts';
import { NOT_STORABLE, redirectProblem, redirects } from './tracking.ts';

const EVENT =
  '/track/vital/CLS?analytics_id=visitor-17&value=0.02&event_id=01941f29-7c00-7000-8000-000000000001&event_time=1767225599000';
const schema = {
  summary: 'Track many events',
  description:
    'JSON, {"sent_at": milliseconds, "requests": ["/track/…"]}, as text/plain or application/json. Each request is a path of the tracking specification and may carry event_id and event_time.',
  tags: ['tracking'],
  consumes: ['application/json', 'text/plain'],
  // Any body passes: what is wrong with it is told in this protocol's words.
  body: Type.Unsafe<unknown>({
    description: 'Events, and the sender’s clock when it sends them.',
    examples: [{ sent_at: 1_767_225_600_000, requests: [EVENT] }],
  }),
  response: BULK_ANSWERS,
};

type Refused = BulkAnswer['data']['refused'][number];

/** `POST /track/bulk`: says of each event, by its index, what became of it, when all of them are on disk. */
export function bulkRoute(app: FastifyInstance, access: Access, intake: Intake): void {
  app.options('/track/bulk', { schema: { hide: true } }, preflight('POST'));
  app.post('/track/bulk', { schema, bodyLimit: LIMITS.bulkBytes }, async (request, reply) => {
    const { caller } = request;
    if (!caller || 'refused' in caller)
      return answer(reply, 'json', 403, refusal(403, caller?.refused ?? 'auth_token: is missing'));
    const begun = await begin(request, reply, caller.token.customerId, access, intake);
    if ('detail' in begun) return answer(reply, 'json', 400, refusal(400, begun.detail));
    const { data, indexes, stored } = begun;
    (await stored).forEach((outcome, i) => {
      const index = indexes[i] as number;
      if (outcome === 'refused') data.refused.push({ index, error: 'Invalid params', detail: NOT_STORABLE });
      else data[outcome].push(index);
    });
    const body: BulkAnswer = { metadata: { code: 200, message: 'OK', version: VERSION }, data };
    return answer(reply, 'json', 200, body);
  });
}

/** What is known of a bulk request while it waits for the disk. */
interface Begun {
  /** Refusals by now. */
  data: BulkAnswer['data'];
  /** Of each row that is stored, its index in the request. */
  indexes: number[];
  stored: Promise<RowOutcome[]>;
}

/**
 * Reads a bulk request and submits its events. What it read ends here, the body included: a thousand requests may wait
 * for the disk, and what they hold, each collection of garbage copies.
 */
async function begin(
  request: FastifyRequest,
  reply: FastifyReply,
  customerId: number,
  access: Access,
  intake: Intake,
): Promise<Begun | { detail: string }> {
  const bulk = decodeBulk(request.body);
  request.body = undefined;
  if ('detail' in bulk) return bulk;
  request.server.rates.charge(request, reply, request.caller, bulk.requests.length);
  const arrival = arrivalOf(request.headers, Date.now(), bulk.sentAt);
  const data: BulkAnswer['data'] = { accepted: [], repeated: [], refused: [] };
  const rows: EventRow[] = [];
  const indexes: number[] = [];
  for (const [index, read] of bulk.requests.entries()) {
    // Nothing is waited for where nothing has to be asked: a request has hundreds of events.
    const elsewhere =
      'event' in read && redirects(read.event) ? await redirectProblem(read.event, customerId, access) : undefined;
    const row = elsewhere ? { error: 'Invalid params', detail: elsewhere } : rowOrRefusal(read, arrival);
    if ('error' in row) data.refused.push({ index, ...row });
    else {
      rows.push(row);
      indexes.push(index);
    }
  }
  return { data, indexes, stored: rows.length > 0 ? intake.submit(customerId, arrival, rows) : Promise.resolve([]) };
}

function rowOrRefusal(read: Decoded, arrival: Arrival): EventRow | Omit<Refused, 'index'> {
  if ('status' in read) return { error: read.status === 404 ? 'Not Found' : 'Invalid params', detail: read.detail };
  return rowOf(read.event, arrival);
}
