import '../browser.ts';
import type { WireAnswer, WireRequest } from '../../wires/wire.ts';
import { report } from '../report.ts';
import { retryAfter } from './backoff.ts';
import { fits, lend } from './keepalive-quota.ts';

/** Bodies of this size leave room for four under way in the keepalive quota. */
export const REQUEST_BYTES = 16_384;
/** A server that says nothing for so long is down. */
export const PATIENCE = 30_000;

export interface Answer extends WireAnswer {
  /** Milliseconds, where the answer says so. */
  retryAfter?: number | undefined;
}

let beaconBytes = 0;
let deferred = new AbortController();

/** Asks and reads the whole answer. Its status is 0 when none came. */
export async function ask(request: WireRequest, signal?: AbortSignal, keepalive = false): Promise<Answer> {
  try {
    const response = await fetch(request.url, {
      ...init(request),
      keepalive,
      signal: signal ?? AbortSignal.timeout(PATIENCE),
    });
    const { status } = response;
    const body = await response.text();
    if (status === 401 || status === 403) report({ code: 'refused', message: `${status} ${body}`, status });
    return { status, body, retryAfter: retryAfter(response.headers.get('retry-after')) };
  } catch {
    // Offline, blocked by a policy or an extension, too slow: all look the same from here.
    return { status: 0, body: '' };
  }
}

/** Asks by what outlives the page, if the quota has room; Firefox before 133 has only beacons for that. */
export function askKept(request: WireRequest): Promise<Answer> | undefined {
  const bytes = sizeOf(request);
  if ('keepalive' in Request.prototype && fits(bytes)) {
    lend(bytes);
    return ask(request, undefined, true).finally(() => lend(-bytes));
  }
}

/**
 * Hands a request over to the browser, which tells nothing of what becomes of it.
 * @param last the page is gone: the browser decides how much it takes. Firefox takes all there is; Safari says in the
 *   console what it does not take, which on a page that lives would be noise.
 */
export function sendBeacon(request: WireRequest, last?: boolean): boolean {
  const bytes = sizeOf(request);
  try {
    if (request.beacon && (last || fits(bytes)) && navigator.sendBeacon(request.url, request.body)) {
      lend(bytes);
      beaconBytes += bytes;
      return true;
    }
  } catch {
    // Firefox has a setting that takes beacons away, and extensions put something else in their place.
  }
  return false;
}

/** Lets the browser send it when the page is gone, out of a quota of its own. */
export function sendLater(request: WireRequest): boolean {
  const { signal } = deferred;
  try {
    (window.fetchLater as NonNullable<Window['fetchLater']>)(request.url, { ...init(request), signal });
    return true;
  } catch {
    // The browser has no such thing, its quota is used up, or a permissions policy forbids it.
    return false;
  }
}

/** The page is back, or may not send: what was to leave after its end is taken back. Its beacons have long left. */
export function takeBack(): void {
  deferred.abort();
  deferred = new AbortController();
  lend(-beaconBytes);
  beaconBytes = 0;
}

function sizeOf({ body = '' }: WireRequest): number {
  return new TextEncoder().encode(body).length;
}

function init({ method, body, headers }: WireRequest): RequestInit {
  return { method, body, headers, credentials: 'omit', priority: 'low' };
}
