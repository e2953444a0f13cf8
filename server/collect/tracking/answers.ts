import type { FastifyReply } from 'fastify';
import { LIMITS } from '../../../src/events/limits.ts';
import type { AnswerFormat } from '../../../src/wires/tracking/decode.ts';
import type { BulkAnswer } from '../../../src/wires/tracking/encode.ts';
import { UNKNOWN_TOKEN } from '../../http/caller.ts';
import { EVENTS_UNAVAILABLE, errorBody, VERSION } from '../../http/errors.ts';
import { example, exampleOf } from '../../http/example.ts';
import { type Unavailable, unavailable } from '../../http/overload-guard.ts';
import { TooManyRequestsError } from '../../http/rate-limit.ts';

/** The smallest GIF: one transparent pixel. */
const GIF = Buffer.from('R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7', 'base64');

/** The last timestamp with its text: many events are answered in the same millisecond. */
let lastMs: number;
let lastText: string;

/** `YYYY-MM-DD hh:mm:ss.ffff` in UTC, as the specification's example has it. */
export function timestamp(ms: number): string {
  if (ms !== lastMs) {
    lastText = `${new Date(ms).toISOString().replace('T', ' ').slice(0, -1)}0`;
    lastMs = ms;
  }
  return lastText;
}

export function tracked(receivedAt: number, analyticsId: string) {
  return {
    metadata: { code: 200, message: 'OK', version: VERSION },
    data: { timestamp: timestamp(receivedAt), analytics_id: analyticsId },
  };
}

/** The body of an error. By the specification it is a list for 400, and an object with metadata for other statuses. */
export function refusal(status: number, detail: string) {
  return status === 400 ? [{ error: 'Invalid params', detail }] : errorBody(status, detail);
}

/** Sends the answer in either format: the body, or a picture under the same status. */
export function answer(reply: FastifyReply, format: AnswerFormat, status: number, body: object): FastifyReply {
  return reply
    .code(status)
    .header('cache-control', 'no-store')
    .send(inFormat(reply, format, body));
}

/** The payload in a format. A picture replaces any body, and sets its content type. */
export function inFormat(reply: FastifyReply, format: AnswerFormat, body: object): object {
  if (format !== 'gif') return body;
  reply.type('image/gif');
  return GIF;
}

/** The answer in an overload, by format. */
export const UNAVAILABLE: Record<AnswerFormat, Unavailable> = {
  json: unavailable('application/json; charset=utf-8', JSON.stringify(refusal(503, EVENTS_UNAVAILABLE))),
  gif: unavailable('image/gif', GIF),
};

/** An answer in either format, under the same status. */
const either = (description: string, body: object) =>
  exampleOf(description, { 'application/json': body, 'image/gif': undefined });

const TRACKED = tracked(Date.UTC(2026, 0, 1), 'visitor-17');
const UNKNOWN = refusal(403, `auth_token: ${UNKNOWN_TOKEN}`);
const NO_ACTION = refusal(404, 'No such action.');
const OFTEN = refusal(429, new TooManyRequestsError(4).message);
const DOWN = refusal(503, EVENTS_UNAVAILABLE);

/** The answers of `GET /track/…` for the OpenAPI document, by status. */
export const TRACKING_ANSWERS = {
  200: either('The event is on disk.', TRACKED),
  302: either('The event is on disk; `Location` is its `redirect_url`.', TRACKED),
  400: either('A parameter is wrong.', refusal(400, 'pics: expected a whole number')),
  403: either('The token is missing or may not be used here.', UNKNOWN),
  404: either('There is no such action.', NO_ACTION),
  429: either('Too many; try again after `Retry-After` seconds.', OFTEN),
  503: either('Try again after `Retry-After` seconds.', DOWN),
};

const SETTLED: BulkAnswer = {
  metadata: { code: 200, message: 'OK', version: VERSION },
  data: {
    accepted: [0],
    repeated: [1],
    refused: [{ index: 2, error: 'Not Found', detail: 'No such action.' }],
  },
};

/** The answers of `POST /track/bulk` for the OpenAPI document, by status. */
export const BULK_ANSWERS = {
  200: example('What became of each event, by its index.', SETTLED),
  400: example('The body is not what was expected.', refusal(400, 'requests: expected an array of paths')),
  403: example('The token is missing or may not be used here.', UNKNOWN),
  413: example('The body is too long.', refusal(413, `body: at most ${LIMITS.bulkBytes} bytes`)),
  415: example(
    'The body is of another type, or compressed.',
    refusal(415, 'body: expected the type text/plain or application/json'),
  ),
  429: example('Too many; try again after `Retry-After` seconds.', OFTEN),
  503: example('Try again after `Retry-After` seconds.', DOWN),
};
