import type { Choice, Segment, VitrineEvent } from '../events/vocabulary.ts';
import type { Wire } from '../wires/wire.ts';
import type { ConsentOptions } from './consent.ts';

export interface TrackerOptions extends ConsentOptions {
  /** The shop's public token: the page's `data-key`. */
  key: string;
  /** The base URL of the service, absolute or relative to the page. */
  api: string;
  /** Where events go instead of the service at `api`. Each destination gets every event, and none waits for another. */
  destinations?: readonly Wire[] | undefined;
  /** As in `shop.example`: a cookie of this domain carries the visitor's id across its subdomains. */
  cookieDomain?: string | undefined;
  /** The segments of all following events. */
  segments?: Iterable<Segment> | undefined;
  /** Names of parameters, separated by spaces, whose values are removed from addresses, as those of `secret-names.ts` are. */
  redact?: string | undefined;
}

type Without<T, K extends PropertyKey> = T extends unknown ? Omit<T, K> : never;
/** An event as a page pushes it. An event without a time gets the current time, and one without an id gets an id. */
export type EventInput = Without<VitrineEvent, 'id' | 'at'> & { id?: string; at?: number };

/** The tracker of a page, apart from what `checkout.ts` adds. */
export interface PageTracker {
  /** Takes an event. It touches no storage and serialises nothing, so an input handler may call it. */
  track(event: EventInput): void;
  /**
   * Adds a segment to all following events. A later value for the same key replaces an earlier one.
   * @throws TypeError the key or value is not valid for a segment, or there are too many
   */
  segment(key: string, value: string): void;
  /**
   * What the visitor has chosen. `denied` after a grant sends that choice, and then erases identity, cookie and outbox;
   * otherwise it sends nothing. The other tabs of the origin erase theirs as well, and measure nothing until they get a
   * choice of their own. In the same task as `createTracker`, the choice holds from the beginning.
   */
  consent(choice: Choice): void;
  /** Takes the visitor's id from another domain of the shop. @throws TypeError not 1 to 256 characters */
  identify(analyticsId: string): void;
  /** Delivers all following events to one more destination. */
  addDestination(wire: Wire): void;
  /** Removes the tracker from the page. The next page delivers what has not been delivered. */
  stop(): void;
}
