import type { FastifyReply } from 'fastify';
import { LIMITS } from '../../../src/events/limits.ts';
import type { AnswerFormat } from '../../../src/wires/tracking/decode.ts';
import type { BulkAnswer } from '../../../src/wires/tracking/encode.ts';
import { UNKNOWN_TOKEN } from '../../http/caller.ts';
import { COME_AGAIN, errorBody, VERSION } from '../../http/errors.ts';
import { example, exampleOf } from '../../http/example.ts';
import { type ComeAgain, comeAgain } from '../../http/overload-guard.ts';
import { tooMany } from '../../http/rate-limit.ts';

/** The smallest GIF: one transparent pixel. */
const GIF = Buffer.from('R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7', 'base64');

/** The time that was written last, and how: many events are answered in the same millisecond. */
let last: number;
let written: string;

/** `YYYY-MM-DD hh:mm:ss.ffff` in UTC, as the specification's example has it. */
export function timestamp(ms: number): string {
  if (ms !== last) {
    written = `${new Date(ms).toISOString().replace('T', ' ').slice(0, -1)}0`;
    last = ms;
  }
  return written;
}

export function tracked(receivedAt: number, analyticsId: string) {
  return {
    metadata: { code: 200, message: 'OK', version: VERSION },
    data: { timestamp: timestamp(receivedAt), analytics_id: analyticsId },
  };
}

/** A refusal in the shape that the specification gives its status: a list for 400, metadata for the others. */
export function refusal(status: number, detail: string) {
  return status === 400 ? [{ error: 'Invalid params', detail }] : errorBody(status, detail);
}

/** Sends a picture or JSON, under the same status either way. */
export function answer(reply: FastifyReply, format: AnswerFormat, status: number, body: object): FastifyReply {
  reply.code(status).header('cache-control', 'no-store');
  return format === 'gif' ? reply.type('image/gif').send(GIF) : reply.send(body);
}

/** What a sender reads who has to come again, in either format. */
export const COME_AGAIN_AS: Record<AnswerFormat, ComeAgain> = {
  json: comeAgain('application/json; charset=utf-8', JSON.stringify(refusal(503, COME_AGAIN))),
  gif: comeAgain('image/gif', GIF),
};

/** Under the same status either way. */
const either = (description: string, body: object) =>
  exampleOf(description, { 'application/json': body, 'image/gif': undefined });

const TRACKED = tracked(Date.UTC(2026, 0, 1), 'visitor-17');
const UNKNOWN = refusal(403, `auth_token: ${UNKNOWN_TOKEN}`);
const NO_ACTION = refusal(404, 'No such action.');
const OFTEN = refusal(429, tooMany(4));
const DOWN = refusal(503, COME_AGAIN);

/** What `GET /track/…` answers, by status, as the OpenAPI document tells it. */
export const TRACKING_ANSWERS = {
  200: either('The event is on disk.', TRACKED),
  302: either('The event is on disk; `Location` is its `redirect_url`.', TRACKED),
  400: either('A parameter is wrong.', refusal(400, 'pics: expected a whole number')),
  403: either('The token is missing or may not be used here.', UNKNOWN),
  404: either('There is no such action.', NO_ACTION),
  429: either('Too many; come again after `Retry-After` seconds.', OFTEN),
  503: either('Come again after `Retry-After` seconds.', DOWN),
};

const SETTLED: BulkAnswer = {
  metadata: { code: 200, message: 'OK', version: VERSION },
  data: {
    accepted: [0],
    repeated: [1],
    refused: [{ index: 2, error: 'Not Found', detail: 'No such action.' }],
  },
};

/** What `POST /track/bulk` answers, by status. */
export const BULK_ANSWERS = {
  200: example('What became of each event, by its index.', SETTLED),
  400: example('The body is not what was expected.', refusal(400, 'requests: expected an array of paths')),
  403: example('The token is missing or may not be used here.', UNKNOWN),
  413: example('The body is too long.', refusal(413, `body: at most ${LIMITS.bulkBytes} bytes`)),
  415: example(
    'The body is of another type, or compressed.',
    refusal(415, 'body: expected the type text/plain or application/json'),
  ),
  429: example('Too many; come again after `Retry-After` seconds.', OFTEN),
  503: example('Come again after `Retry-After` seconds.', DOWN),
};
