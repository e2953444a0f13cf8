import type {
  CartEvent,
  CheckoutEvent,
  ChoiceEvent,
  ContentEvent,
  GoalEvent,
  LinkEvent,
  MediaEvent,
  OtherEvent,
  PageEvent,
  ProductEvent,
  ProfileEvent,
  SearchEvent,
  VitalEvent,
  WidgetEvent,
} from './kinds.ts';

/**
 * The events of Vitrine. All parts use these types: elements dispatch events, the tracker delivers them, wires write and
 * read them, and the service stores them.
 *
 * The actions and scopes of widgets and media are those of the tracking specification (`000-analytics-tracking.txt`). The
 * other kinds have the names of the other specifications (`002`, `003`, `004`). No wire carries every kind:
 * `docs/wires.md` tells which wire carries what, and what it loses.
 */

export * from './actions.ts';
export type * from './kinds.ts';
export type * from './values.ts';

/** An event before the tracker adds the page and the visitor. */
export type VitrineEvent =
  | WidgetEvent
  | MediaEvent
  | CheckoutEvent
  | VitalEvent
  | ChoiceEvent
  | PageEvent
  | ProductEvent
  | CartEvent
  | GoalEvent
  | SearchEvent
  | ContentEvent
  | OtherEvent
  | LinkEvent
  | ProfileEvent;
export type EventKind = VitrineEvent['kind'];

/** What the tracker adds to an event: the page that it happened on and, once consent allows it, the visitor. */
export interface Stamp {
  pageUrl?: string;
  /** `document.referrer` of that page. */
  pageReferrer?: string;
  /** An opaque string of at most 256 characters, which is never parsed. */
  analyticsId: string;
  /**
   * The id that this browser had until the shop identified the visitor. Only events of the page where it did have it. An
   * erasure of one of the two ids finds the other by it.
   */
  previousId?: string;
}

export type StampedEvent = VitrineEvent & Stamp;

export type Without<T, K extends PropertyKey> = T extends unknown ? Omit<T, K> : never;

/** An event as the service reads it. Other clients give it no id and no time. */
export type IncomingEvent = Without<StampedEvent, 'id' | 'at'> & { id?: string; at?: number };
