import type { FastifyReply } from 'fastify';
import Type from 'typebox';
import type { AnswerFormat } from '../../src/wire/tracking.ts';
import { errorBody, RETRY_AFTER, VERSION } from '../http/errors.ts';

/** The smallest GIF: one transparent pixel. */
const GIF = Buffer.from('R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7', 'base64');

const Metadata = Type.Object({ code: Type.Integer(), message: Type.String(), version: Type.String() });
const Refused = Type.Object({ error: Type.String(), detail: Type.String() });
const Tracked = Type.Object({
  metadata: Metadata,
  data: Type.Object({ timestamp: Type.String(), analytics_id: Type.String() }),
});
const Failed = Type.Object({ metadata: Metadata, data: Type.Object({ message: Type.String() }) });
const Index = Type.Integer({ minimum: 0 });
const Settled = Type.Object({
  metadata: Metadata,
  data: Type.Object({
    accepted: Type.Array(Index),
    repeated: Type.Array(Index),
    refused: Type.Array(Type.Object({ index: Index, ...Refused.properties })),
  }),
});
const REFUSALS = { 400: Type.Array(Refused), 403: Failed, 404: Failed, 413: Failed, 415: Failed, 503: Failed };

/** What `GET /track/…` answers, by status. */
export const TRACKING_ANSWERS = { 200: Tracked, 302: Tracked, ...REFUSALS };
/** What `POST /track/bulk` answers: the `BulkAnswer` of the wire. */
export const BULK_ANSWERS = { 200: Settled, ...REFUSALS };

/** `YYYY-MM-DD hh:mm:ss.ffff` in UTC, as the specification's example has it. */
export function timestamp(ms: number): string {
  return `${new Date(ms).toISOString().replace('T', ' ').slice(0, -1)}0`;
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
  if (status === 503) reply.header('retry-after', RETRY_AFTER);
  reply.code(status).header('cache-control', 'no-store');
  return format === 'gif' ? reply.type('image/gif').send(GIF) : reply.send(body);
}
