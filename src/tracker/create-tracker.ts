import { type Tracker, withCheckout } from './checkout.ts';
import { createCookie } from './cookie.ts';
import { startTracker, type TrackerOptions } from './tracker.ts';

export type { Checkout, Tracker } from './checkout.ts';
export type { EventInput, TrackerOptions } from './tracker.ts';

/**
 * Starts a tracker: it takes the acts that elements announce, and what `track` and `checkout` are told, and delivers
 * each of them once to every destination, across offline spells, closed tabs and later visits. A page has one for
 * each key: asked again, this returns the first. Call it in a browser.
 * @throws TypeError no `key`, or `api` is not a URL
 */
export function createTracker(options: TrackerOptions): Tracker {
  return withCheckout(startTracker(options, options.cookieDomain ? createCookie(options.cookieDomain) : undefined));
}
