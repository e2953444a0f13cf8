import './browser.ts';
import type { WireAnswer, WireRequest } from '../wire/wire.ts';
import { retryAfter } from './backoff.ts';

/** Bodies of this size leave room for four under way in the keepalive quota. */
export const REQUEST_BYTES = 16_384;
/** A server that says nothing for so long is down. */
const PATIENCE = 30_000;

export interface Answer extends WireAnswer {
  /** Milliseconds, where the answer says so. */
  retryAfter: number | undefined;
}

/** Firefox before 133 has no keepalive, and there only a beacon outlives the page. */
export const hasKeepalive = () => 'keepalive' in Request.prototype;

export function sizeOf({ body = '' }: WireRequest): number {
  return new TextEncoder().encode(body).length;
}

/** Asks and reads the whole answer, which frees its share of the keepalive quota. Nothing when none came. */
export async function ask(request: WireRequest, keepalive: boolean, until?: AbortSignal): Promise<Answer | undefined> {
  const patience = new AbortController();
  const stop = () => patience.abort();
  const timer = setTimeout(stop, PATIENCE);
  until?.addEventListener('abort', stop);
  try {
    const response = await fetch(request.url, { ...init(request), keepalive, signal: patience.signal });
    const body = await response.text();
    return { status: response.status, body, retryAfter: retryAfter(response.headers.get('retry-after')) };
  } catch {
    // Offline, blocked by a policy or an extension, too slow: all look the same from here.
    return undefined;
  } finally {
    clearTimeout(timer);
    until?.removeEventListener('abort', stop);
  }
}

/** Hands a request to the browser, which tells nothing of what becomes of it. */
export function beacon({ beacon, url, body }: WireRequest): boolean {
  return beacon && navigator.sendBeacon(url, body);
}

/**
 * Lets the browser send it when the page is gone, out of a quota of its own.
 * @returns a way to take it back, if the browser took it
 */
export function later(request: WireRequest): AbortController | undefined {
  const control = new AbortController();
  try {
    if (window.fetchLater?.(request.url, { ...init(request), signal: control.signal })) return control;
  } catch {
    // Its quota is used up, or a permissions policy forbids it.
  }
}

function init({ method, body, contentType }: WireRequest): RequestInit {
  return {
    method,
    body: body ?? null,
    headers: contentType ? { 'content-type': contentType } : {},
    credentials: 'omit',
    priority: 'low',
  };
}
