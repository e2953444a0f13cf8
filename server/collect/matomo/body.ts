import type { FastifyRequest } from 'fastify';
import { LIMITS } from '../../../src/events/limits.ts';
import { type Parameters, parametersOf, parseQuery } from '../../../src/wires/matomo/query.ts';

/** Bytes of a body: an importer's thousand requests. */
export const MAX_BODY_BYTES = 1_048_576;

/**
 * Parameters of all requests of a bulk together: fifty for each of a thousand. A bulk with more is refused. Each costs
 * some microseconds to read, and a megabyte has room for half a million.
 */
const MAX_PARAMETERS = 50_000;

/** One request of a bulk, by its place in `requests`. */
export interface BulkItem {
  index: number;
  parameters: ReturnType<typeof parseQuery>;
}

export type Body =
  | { kind: 'one'; parameters: Parameters }
  | { kind: 'bulk'; items: BulkItem[]; token?: string; silent: boolean; debug: boolean }
  | { kind: 'none' }
  | { kind: 'wrong'; detail: string };

/** Reads the URL and the body of a request. */
export function bodyOf({ method, originalUrl, headers, body }: FastifyRequest): Body {
  const at = originalUrl.indexOf('?');
  const query = at < 0 ? '' : originalUrl.slice(at + 1);
  const bytes = body instanceof Buffer ? body : Buffer.alloc(0);
  const text = bytes.toString('utf8').trim();
  if (/["']requests["']/.test(text)) return bulkOf(bytes, query);
  if (text.startsWith('{')) return { kind: 'wrong', detail: 'requests: expected an array of query strings' };
  // Only a body that says that it is a form is read as one.
  const form = /^application\/x-www-form-urlencoded\b/i.test(headers['content-type'] ?? '') ? text : '';
  const whole = [query, form].filter(Boolean).join('&');
  if (!whole && method !== 'POST') return { kind: 'none' };
  if (!whole) return { kind: 'wrong', detail: 'The request has no parameters.' };
  const parameters = parseQuery(whole);
  return 'status' in parameters ? { kind: 'wrong', detail: parameters.detail } : { kind: 'one', parameters };
}

function bulkOf(bytes: Buffer, query: string): Body {
  let parsed: { requests?: unknown; token_auth?: unknown; send_image?: unknown } | null;
  try {
    parsed = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch {
    // As this protocol's servers do, it is answered as a bulk without requests.
    return { kind: 'bulk', items: [], silent: false, debug: false };
  }
  const { requests, token_auth: ownToken, send_image: image } = parsed ?? {};
  const parameters = new URLSearchParams(query);
  const token = ownToken ?? parameters.get('token_auth');
  if (!Array.isArray(requests)) return { kind: 'wrong', detail: 'requests: expected an array of query strings' };
  if (requests.length > LIMITS.bulkRequests)
    return { kind: 'wrong', detail: `requests: at most ${LIMITS.bulkRequests}` };
  if (requests.reduce<number>((count, request) => count + countParameters(request), 0) > MAX_PARAMETERS)
    return { kind: 'wrong', detail: `requests: at most ${MAX_PARAMETERS} parameters in all` };
  const items = requests.flatMap((request: unknown, index): BulkItem[] => {
    const item = itemOf(request);
    return item ? [{ index, parameters: item }] : [];
  });
  return {
    kind: 'bulk',
    items,
    ...(typeof token === 'string' && { token }),
    silent: image === 0 || image === '0' || image === false,
    debug: parameters.get('debug') === '1',
  };
}

function countParameters(request: unknown): number {
  if (typeof request === 'string') return request.split('&').length;
  return typeof request === 'object' && request !== null ? Object.keys(request).length : 0;
}

/** The parameters of a URL's query, or of an object. Anything else is dropped. */
function itemOf(request: unknown): ReturnType<typeof parseQuery> | undefined {
  if (typeof request === 'string') {
    const at = request.indexOf('?');
    return at < 0 ? undefined : parseQuery(request.slice(at + 1));
  }
  return typeof request === 'object' && request !== null && !Array.isArray(request) ? parametersOf(request) : undefined;
}
