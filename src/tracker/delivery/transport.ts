import '../browser.ts';
import type { WireAnswer, WireRequest } from '../../wires/wire.ts';
import { dispatchError } from '../dispatch-error.ts';
import { retryAfter } from './backoff.ts';
import * as quota from './keepalive-quota.ts';

/** The largest body. Four of them fit into the keepalive quota at the same time. */
export const MAX_REQUEST_BYTES = 16_384;
/** A server that does not answer for this long counts as down. */
export const REQUEST_TIMEOUT_MS = 30_000;

export interface Answer extends WireAnswer {
  /** Milliseconds, where the answer has a `Retry-After`. */
  retryAfter?: number | undefined;
}

let beaconBytes = 0;
let deferred = new AbortController();

/** Sends a request and reads the whole answer. The status is 0 when there is no answer. */
export async function send(request: WireRequest, signal?: AbortSignal, keepalive = false): Promise<Answer> {
  try {
    const response = await fetch(request.url, {
      ...optionsOf(request),
      keepalive,
      signal: signal ?? AbortSignal.timeout(REQUEST_TIMEOUT_MS),
    });
    const { status } = response;
    const body = await response.text();
    if (status === 401 || status === 403) dispatchError({ code: 'refused', message: `${status} ${body}`, status });
    return { status, body, retryAfter: retryAfter(response.headers.get('retry-after')) };
  } catch {
    // The page is offline, a policy or an extension blocks the request, or the server is too slow. A page sees no difference.
    return { status: 0, body: '' };
  }
}

/**
 * Sends a request that outlives the page.
 * @param isUnloaded the page has ended: it reads no answer, and some browsers cancel its fetches, so a beacon is safer
 * @returns nothing if a beacon is safer, the quota has no room, or the browser has no keepalive, as Firefox before 133
 */
export function sendKeepalive(request: WireRequest, isUnloaded?: boolean): Promise<Answer> | undefined {
  const bytes = sizeOf(request);
  if (isUnloaded && request.beacon) return;
  if ('keepalive' in Request.prototype && quota.has(bytes)) {
    quota.reserve(bytes);
    return send(request, undefined, true).finally(() => quota.release(bytes));
  }
}

/**
 * Hands a request to the browser, which does not report the result.
 * @param isUnloaded the page has ended, and the browser decides how much it takes. Firefox takes more than the quota.
 *   Safari writes to the console what it does not take; on a page that lives, the quota prevents that line.
 * @returns whether the browser took it
 */
export function sendBeacon(request: WireRequest, isUnloaded?: boolean): boolean {
  const bytes = sizeOf(request);
  try {
    if (request.beacon && (isUnloaded || quota.has(bytes)) && navigator.sendBeacon(request.url, request.body)) {
      quota.reserve(bytes);
      beaconBytes += bytes;
      return true;
    }
  } catch {
    // Firefox has a setting that removes beacons, and extensions replace them.
  }
  return false;
}

/**
 * Asks the browser to send a request after the end of the page, out of a quota of its own.
 * @returns whether the browser took it
 */
export function sendDeferred(request: WireRequest): boolean {
  const { signal } = deferred;
  try {
    return Boolean(window.fetchLater?.(request.url, { ...optionsOf(request), signal }));
  } catch {
    // The quota is used up, or a permissions policy forbids it.
    return false;
  }
}

/** Cancels the deferred requests: the page has returned, or may not send any more. Its beacons have left long ago. */
export function cancelDeferred(): void {
  deferred.abort();
  deferred = new AbortController();
  quota.release(beaconBytes);
  beaconBytes = 0;
}

function sizeOf({ body = '' }: WireRequest): number {
  return new Blob([body]).size;
}

function optionsOf({ method, body, headers }: WireRequest): RequestInit {
  return { method, body, headers, credentials: 'omit', priority: 'low' };
}
