import { type Tracker, withCheckout } from './checkout.ts';
import { createCookie } from './cookie.ts';
import * as backlog from './delivery/backlog.ts';
import { startTracker, type TrackerOptions } from './tracker.ts';

export type { Checkout, Tracker } from './checkout.ts';
export type { EventInput, TrackerOptions } from './tracker.ts';

/**
 * Starts a tracker. It takes the acts of elements, and what `track` and `checkout` report. It delivers each of them once to
 * every destination, across lost connections, closed tabs and later visits. A page has one tracker for each key: a second
 * call returns the first one. Call this in a browser.
 * @throws TypeError no `key`, or `api` is not a URL
 */
export function createTracker(options: TrackerOptions): Tracker {
  const cookie = options.cookieDomain ? createCookie(options.cookieDomain) : undefined;
  return withCheckout(startTracker(options, (use) => use(backlog), cookie));
}
