import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify';
import { LIMITS } from '../../../src/events/limits.ts';
import { COME_AGAIN, isForLog, RETRY_AFTER, refusalOf } from '../../http/errors.ts';
import { example } from '../../http/example.ts';
import { comeAgain } from '../../http/overload-guard.ts';
import { tooMany } from '../../http/rate-limit.ts';

/** Events tell of people, and a public token stands in every page: it creates them, and only a private one reads them. */
export const PUBLIC_READS =
  'bearer_token: a public token stands in pages and reads no events: use a private one, from a server';

export const PUBLIC_COUNTS = `${PUBLIC_READS}, or permit pages to count: npm run admin -- permit views yes`;

/**
 * The errors of `002-product-events.txt`: `{"error": {"type", "message"}}`; ours add `detail`, a reason that a person
 * can act on.
 */
export class ProductError extends Error {
  readonly status: number;
  readonly type: string;
  readonly detail: string | undefined;
  constructor(status: number, type: string, message: string, detail?: string) {
    super(message);
    this.status = status;
    this.type = type;
    this.detail = detail;
  }
}

/** The token is missing or unknown (401), or is not for this (403). */
export const unauthorized = (status: 401 | 403, detail: string) =>
  new ProductError(status, 'unauthorized', 'Unauthorized', detail);
export const notCreated = (detail: string) => new ProductError(422, 'create_event_error', 'Create event error', detail);
export const notListed = (detail: string) => new ProductError(422, 'list_events_error', 'List events error', detail);
const limited = (detail: string) => new ProductError(429, 'rate_limited', 'Too many requests', detail);
export const notFound = () => new ProductError(404, 'event_not_found', 'Event not found');

export function bodyOf({ type, message, detail }: ProductError) {
  return { error: { type, message, ...(detail && { detail }) } };
}

const unavailable = (detail: string) => new ProductError(503, 'unavailable', 'Service unavailable', detail);

/** What a sender reads who has to come again. */
export const TOLD_TO_COME_AGAIN = comeAgain(
  'application/json; charset=utf-8',
  JSON.stringify(bodyOf(unavailable(COME_AGAIN))),
);

/** Whatever goes wrong is told in this protocol's shape. */
export function answerProductError(error: FastifyError | ProductError, request: FastifyRequest, reply: FastifyReply) {
  const told = error instanceof ProductError ? error : asProductError(error, request.method);
  const ours = told.status >= 500 && (told.status !== 503 || isForLog(error as FastifyError, told.status));
  if (ours) request.log.error({ err: error, route: request.routeOptions.url }, 'a product event failed');
  const retryAfter = told.status === 503 ? RETRY_AFTER : (error as { retryAfter?: number }).retryAfter;
  if (retryAfter !== undefined) reply.header('retry-after', String(retryAfter));
  return reply.code(told.status).header('cache-control', 'no-store').send(bodyOf(told));
}

function asProductError(error: FastifyError, method: string): ProductError {
  const { status, detail } = refusalOf(error);
  if (status === 429) return limited(detail);
  if (status === 503) return unavailable(detail);
  if (status >= 500) return new ProductError(500, 'internal_error', 'Internal error', detail);
  // A body or a parameter that cannot be read is an invalid one; for those the text has one status.
  const wrong = status === 400 ? 422 : status;
  const [, repeated] = /^querystring\/(\w+) must be string$/.exec(detail) ?? [];
  const said = BODY_PROBLEMS[error.code] ?? (repeated ? `${repeated}: is said more than once` : detail);
  return method === 'POST'
    ? new ProductError(wrong, 'create_event_error', 'Create event error', said)
    : new ProductError(wrong, 'list_events_error', 'List events error', said);
}

/** The framework's complaints about a body. */
const BODY_PROBLEMS: Record<string, string> = {
  FST_ERR_CTP_BODY_TOO_LARGE: `body: at most ${LIMITS.bulkBytes} bytes`,
  FST_ERR_CTP_EMPTY_JSON_BODY: 'body: is empty; expected a JSON object',
  FST_ERR_CTP_INVALID_JSON_BODY: 'body: expected JSON without "__proto__"',
  FST_ERR_CTP_INVALID_MEDIA_TYPE: 'body: expected the type application/json or text/plain',
};

const UNKNOWN = example('The token is missing or not known.', bodyOf(unauthorized(401, 'bearer_token: is missing')));

const OFTEN = example('Too many; come again after `Retry-After` seconds.', bodyOf(limited(tooMany(4))));

/** What the creation answers when it may not. */
export const REFUSALS = {
  401: UNKNOWN,
  429: OFTEN,
  403: example(
    'The token may not be used on this page, or the organization is another one.',
    bodyOf(unauthorized(403, 'orgId: is not the organization of this token')),
  ),
};

/** What reading answers when it may not. */
export const READING_REFUSALS = {
  401: UNKNOWN,
  429: OFTEN,
  403: example(
    'The token is a public one, or is used in a page, or the organization is another one.',
    bodyOf(unauthorized(403, PUBLIC_READS)),
  ),
};
