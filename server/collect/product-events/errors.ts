import type { FastifyError } from 'fastify';
import { LIMITS } from '../../../src/events/limits.ts';
import type { ErrorProtocol } from '../../http/error-handler.ts';
import { EVENTS_UNAVAILABLE, HttpError, toHttpError } from '../../http/errors.ts';
import { example } from '../../http/example.ts';
import { unavailable } from '../../http/overload-guard.ts';
import { TooManyRequestsError } from '../../http/rate-limit.ts';

/** The refusal to read with a public token, which stands in every page, while events tell of people. */
export const PUBLIC_READS =
  'bearer_token: a public token stands in pages and reads no events: use a private one, from a server';

export const PUBLIC_COUNTS = `${PUBLIC_READS}, or permit pages to count: npm run admin -- permit views yes`;

/**
 * An error of `002-product-events.txt`: `{"error": {"type", "message"}}`. This service adds `detail`, a reason that a
 * person can act on.
 */
export class ProductEventError extends HttpError {
  override name = 'ProductEventError';
  readonly type: string;
  readonly detail: string | undefined;

  constructor(status: number, type: string, message: string, detail?: string, retryAfter?: number) {
    super(status, message, retryAfter);
    this.type = type;
    this.detail = detail;
  }
}

/** The token is missing or unknown (401), or is not for this (403). */
export const unauthorized = (status: 401 | 403, detail: string) =>
  new ProductEventError(status, 'unauthorized', 'Unauthorized', detail);
export const notCreated = (detail: string) =>
  new ProductEventError(422, 'create_event_error', 'Create event error', detail);
export const notListed = (detail: string) =>
  new ProductEventError(422, 'list_events_error', 'List events error', detail);
const tooMany = ({ message, retryAfter }: HttpError) =>
  new ProductEventError(429, 'rate_limited', 'Too many requests', message, retryAfter);
export const notFound = () => new ProductEventError(404, 'event_not_found', 'Event not found');

export function bodyOf({ type, message, detail }: ProductEventError) {
  return { error: { type, message, ...(detail && { detail }) } };
}

const busy = (detail: string) => new ProductEventError(503, 'unavailable', 'Service unavailable', detail);

/** The answer in an overload. */
export const UNAVAILABLE = unavailable(
  'application/json; charset=utf-8',
  JSON.stringify(bodyOf(busy(EVENTS_UNAVAILABLE))),
);

/** Every error in this protocol's shape. */
export const PRODUCT_EVENT_ERRORS: ErrorProtocol = {
  logMessage: 'a product event failed',
  bodyOf: (error) => bodyOf(error as ProductEventError),
  translate: (error, { method }) => (error instanceof ProductEventError ? error : toProductEventError(error, method)),
};

function toProductEventError(thrown: FastifyError, method: string): ProductEventError {
  const error = toHttpError(thrown);
  const { status, message } = error;
  if (status === 429) return tooMany(error);
  if (status === 503) return busy(message);
  if (status >= 500) return new ProductEventError(500, 'internal_error', 'Internal error', message);
  // The specification has one status for a body or a parameter that cannot be used: 422.
  const specified = status === 400 ? 422 : status;
  const [, repeated] = /^querystring\/(\w+) must be string$/.exec(message) ?? [];
  const detail = BODY_PROBLEMS[thrown.code] ?? (repeated ? `${repeated}: is given more than once` : message);
  return method === 'POST'
    ? new ProductEventError(specified, 'create_event_error', 'Create event error', detail)
    : new ProductEventError(specified, 'list_events_error', 'List events error', detail);
}

/** The detail for what the framework refuses in a body, by the framework's error code. */
const BODY_PROBLEMS: Record<string, string> = {
  FST_ERR_CTP_BODY_TOO_LARGE: `body: at most ${LIMITS.bulkBytes} bytes`,
  FST_ERR_CTP_EMPTY_JSON_BODY: 'body: is empty; expected a JSON object',
  FST_ERR_CTP_INVALID_JSON_BODY: 'body: expected JSON without "__proto__"',
  FST_ERR_CTP_INVALID_MEDIA_TYPE: 'body: expected the type application/json or text/plain',
};

const UNKNOWN = example('The token is missing or not known.', bodyOf(unauthorized(401, 'bearer_token: is missing')));

const TOO_MANY = example(
  'Too many; try again after `Retry-After` seconds.',
  bodyOf(tooMany(new TooManyRequestsError(4))),
);

/** The errors of creating, for the OpenAPI document. */
export const REFUSALS = {
  401: UNKNOWN,
  429: TOO_MANY,
  403: example(
    'The token may not be used on this page, or the organization is another one.',
    bodyOf(unauthorized(403, 'orgId: is not the organization of this token')),
  ),
};

/** The errors of reading, for the OpenAPI document. */
export const READING_REFUSALS = {
  401: UNKNOWN,
  429: TOO_MANY,
  403: example(
    'The token is a public one, or is used in a page, or the organization is another one.',
    bodyOf(unauthorized(403, PUBLIC_READS)),
  ),
};
