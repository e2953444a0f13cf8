import { LIMITS } from '../../events/limits.ts';
import { problemOf } from '../../events/validate.ts';
import type { IncomingEvent, VitrineEvent } from '../../events/vocabulary.ts';
import { problemIn } from '../problem.ts';
import type { Decoded, DecodedEvent } from '../wire.ts';
import { isTime, ParameterError } from './decode-parameters.ts';
import { readPath } from './decode-path.ts';
import { decodeText, parseQuery, readQuery } from './decode-query.ts';

/** The format of the answer. `.gif` asks for a picture of one pixel, everything else for JSON. */
export type AnswerFormat = 'json' | 'gif';

/**
 * One event. The status of a problem is 404 for a path or an action that does not exist, and 400 for a parameter that is
 * wrong.
 */
export type DecodedPath = Decoded<object, [DecodedEvent]> & { format: AnswerFormat };

/** Reads one event from the path and query of a request, still percent-encoded. */
export function decode(url: string): DecodedPath {
  const at = url.indexOf('?');
  const path = at < 0 ? url : url.slice(0, at);
  const format: AnswerFormat = path.endsWith('.gif') ? 'gif' : 'json';
  const extension = format === 'gif' ? '.gif' : path.endsWith('.json') ? '.json' : '';
  try {
    const parts = path.slice(path.startsWith('/track/') ? 7 : 0, path.length - extension.length).split('/');
    const act = readPath(path.includes('%') ? parts.map(decodeText) : parts);
    if (!act) return { status: 404, detail: 'No such action.', format };
    const event = readQuery(act, parseQuery(at < 0 ? '' : url.slice(at + 1)));
    const problem = problemOfParameters(event);
    return problem ? { status: 400, detail: problem, format } : { events: [{ event }], format };
  } catch (error) {
    if (error instanceof ParameterError) return { status: 400, detail: error.message, format };
    throw error;
  }
}

/** The body of `POST /track/bulk`: each request is an event of its own. */
export interface DecodedBulk {
  sentAt?: number;
  requests: DecodedPath[];
}

/** Reads a bulk body, parsed from JSON. `detail` tells why a body is none. */
export function decodeBulk(body: unknown): DecodedBulk | { detail: string } {
  const { sent_at: sentAt, requests } = (body ?? {}) as { sent_at?: unknown; requests?: unknown };
  if (!Array.isArray(requests)) return { detail: 'requests: expected an array of paths' };
  if (requests.length > LIMITS.bulkRequests) return { detail: `requests: at most ${LIMITS.bulkRequests}` };
  if (sentAt !== undefined && !isTime(sentAt)) return { detail: 'sent_at: expected milliseconds since 1970' };
  return {
    ...(sentAt === undefined ? {} : { sentAt: sentAt as number }),
    requests: requests.map(
      (request): DecodedPath =>
        typeof request === 'string' && request.startsWith('/track/')
          ? decode(request)
          : { status: 400, detail: 'requests: expected a path that starts with /track/', format: 'json' },
    ),
  };
}

/** The protocol's names of the vocabulary's fields. */
const NAMES = {
  instance: 'instance_id',
  media: 'media_id',
  abTesting: 'ab_testing',
  redirectUrl: 'redirect_url',
  transactionId: 'transaction_id',
  currency: 'currency_code',
};

function problemOfParameters(event: IncomingEvent): string | undefined {
  const problem = problemOf(event as VitrineEvent) ?? priceProblem(event);
  if (problem === undefined) return;
  if (problem === 'products: at least one') return `${problem}, as products[]=ID:AMOUNT`;
  // The id of a scope is `category_id` or `stream_id` in a path.
  return problemIn('scope' in event ? { ...NAMES, 'scope.id': `${event.scope.kind}_id` } : NAMES, problem);
}

/**
 * The specification has prices, and no refunds. An event with an id is from our tag, which writes a discount as a line
 * with a negative price.
 */
function priceProblem(event: IncomingEvent): string | undefined {
  if (event.kind === 'checkout' && event.id === undefined && event.products.some(({ amount = 0 }) => amount < 0))
    return 'products: expected a price that is not negative';
}
