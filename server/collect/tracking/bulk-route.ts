import type { FastifyInstance, FastifyRequest } from 'fastify';
import Type from 'typebox';
import { LIMITS } from '../../../src/events/limits.ts';
import { decodeBulk } from '../../../src/wires/tracking/decode.ts';
import type { BulkAnswer } from '../../../src/wires/tracking/encode.ts';
import { preflight } from '../../http/cors.ts';
import { VERSION } from '../../http/errors.ts';
import type { EventRow, RowOutcome } from '../../store/events/event-row.ts';
import { arrivalOf, rowOf } from '../ingest/event-row.ts';
import { type Intake, NOT_STORABLE } from '../ingest/intake.ts';
import { redirects } from '../ingest/redirects.ts';
import { answer, BULK_ANSWERS, refusal } from './answers.ts';

const EVENT =
  '/track/vital/CLS?analytics_id=visitor-17&value=0.02&event_id=01941f29-7c00-7000-8000-000000000001&event_time=1767225599000';
const schema = {
  summary: 'Track many events',
  description:
    'JSON, {"sent_at": milliseconds, "requests": ["/track/…"]}, as text/plain or application/json. Each request is a path of the tracking specification and may carry event_id and event_time.',
  tags: ['tracking'],
  consumes: ['application/json', 'text/plain'],
  // Any body passes the framework: this protocol answers wrong ones in its own shape.
  body: Type.Unsafe<unknown>({
    description: 'Events, and the sender’s clock when it sends them.',
    examples: [{ sent_at: 1_767_225_600_000, requests: [EVENT] }],
  }),
  response: BULK_ANSWERS,
};

/** `POST /track/bulk`: answers when all events are on disk, with the outcome of each by its index. */
export function bulkRoute(app: FastifyInstance, intake: Intake): void {
  app.options('/track/bulk', { schema: { hide: true } }, preflight('POST'));
  app.post('/track/bulk', { schema, bodyLimit: LIMITS.bulkBytes }, async (request, reply) => {
    const { caller } = request;
    if (!caller || 'refused' in caller)
      return answer(reply, 'json', 403, refusal(403, caller?.refused ?? 'auth_token: is missing'));
    const submitted = await submitBulk(request, caller.token.customerId, intake);
    if ('detail' in submitted) return answer(reply, 'json', 400, refusal(400, submitted.detail));
    const { data, indexes, outcomes } = submitted;
    (await outcomes).forEach((outcome, i) => {
      const index = indexes[i] as number;
      if (outcome === 'refused') data.refused.push({ index, error: 'Invalid params', detail: NOT_STORABLE });
      else data[outcome].push(index);
    });
    const body: BulkAnswer = { metadata: { code: 200, message: 'OK', version: VERSION }, data };
    return answer(reply, 'json', 200, body);
  });
}

/** A bulk request that waits for the disk. */
interface Submitted {
  /** The answer so far, with the events that are refused already. */
  data: BulkAnswer['data'];
  /** The index in the request, for each row. */
  indexes: number[];
  outcomes: Promise<RowOutcome[]>;
}

/**
 * Decodes a bulk request and submits its events. It is a function of its own so that the decoded request and its body are
 * garbage when it returns: a thousand requests may wait for the disk, and each collection copies what they still hold.
 */
async function submitBulk(
  request: FastifyRequest,
  customerId: number,
  intake: Intake,
): Promise<Submitted | { detail: string }> {
  const bulk = decodeBulk(request.body);
  request.body = undefined;
  if ('detail' in bulk) return bulk;
  request.server.rates.charge(request, bulk.requests.length);
  const arrival = arrivalOf(request.headers, Date.now(), bulk.sentAt);
  const data: BulkAnswer['data'] = { accepted: [], repeated: [], refused: [] };
  const rows: EventRow[] = [];
  const indexes: number[] = [];
  for (const [index, decoded] of bulk.requests.entries()) {
    if ('status' in decoded) {
      const error = decoded.status === 404 ? 'Not Found' : 'Invalid params';
      data.refused.push({ index, error, detail: decoded.detail });
      continue;
    }
    const [{ event }] = decoded.events;
    // A request has hundreds of events, so only an event with a redirect waits for an answer.
    const problem = redirects(event) ? await intake.redirectProblem(customerId, event) : undefined;
    if (problem !== undefined) {
      data.refused.push({ index, error: 'Invalid params', detail: problem });
      continue;
    }
    rows.push(rowOf(event, arrival));
    indexes.push(index);
  }
  const outcomes = rows.length > 0 ? intake.submit(customerId, arrival, rows) : Promise.resolve([]);
  return { data, indexes, outcomes };
}
