import type { RelayQueue } from '../relay-queue/queue.ts';
import type { People, PersonAct } from '../user-points/user-points.ts';
import type { Erasure } from './erasure/erasure.ts';
import type { ProductEvents } from './reading/product-events.ts';
import type { RobotTotals } from './totals/robots.ts';
import type { Visits } from './visits.ts';

/** Where events live. Nothing outside `server/store` knows which database answers. */
export interface EventStore extends Visits {
  /**
   * Stores events of one customer and says for each what became of it, once it is on disk. A repeated id is stored
   * once; a row that the database refuses fails alone, unless acts go with it: then all of it is stored or nothing.
   * @param acts what is said of people, in the same transaction; their outcomes follow those of the rows
   * @throws {StoreBusy} when too many rows already wait; nothing of this call is stored
   * @throws {StoreDown} when the database failed; nothing of this call is known to be stored
   * @throws {PersonRefused} when one of the acts cannot be; nothing of this call is stored
   */
  submit(customerId: number, rows: readonly EventRow[], acts?: readonly PersonAct[]): Promise<RowOutcome[]>;
  /** Renders and clicks of each media since a day (see `dayOf`), from the daily totals. */
  mediaClickThrough(customerId: number, sinceDay: number): Promise<MediaClickThrough[]>;
  /** How many events a customer has of a day (see `dayOf`), from the daily totals. */
  eventsOfDay(customerId: number, day: number): Promise<number>;
  /** Events of robots. */
  readonly robots: RobotTotals;
  /** Acts on products, one by one and counted. */
  readonly products: ProductEvents;
  /** Who is who, and what they decided. */
  readonly people: People;
  /** Activities that wait to be sent on. */
  readonly relayed: RelayQueue;
  /**
   * Erases what is known of a customer's people: user points with all that belongs to them, what events said of them, and
   * what waits to be sent on. Events stay, since they are counted. It goes in steps that hold up nobody's events; what a
   * kill left is erased by the next call.
   */
  forget(customerId: number): Promise<void>;
  /** What erases events. */
  readonly erasure: Erasure;
  /** Resolves when the database was really read and written just now. */
  check(): Promise<void>;
  /** What waits for the disk now, in rows. */
  readonly waiting: number;
  /** Whether as many wait as may: what is submitted now is refused. */
  readonly full: boolean;
  /** Brings forward what waits, and answers for what is stored, in the midst of a turn of the event loop that is long. */
  advance(): void;
  /** How many events had which outcome since the store was opened; those of a failed `submit` are `failed`. */
  readonly outcomes: Readonly<Record<RowOutcome | 'failed', number>>;
  /** Stores what was submitted, then closes the database. */
  close(): Promise<void>;
}

export type RowOutcome = 'accepted' | 'repeated' | 'refused';

export interface MediaClickThrough {
  mediaId: string;
  renders: number;
  clicks: number;
}

/** One event as it is stored, whatever wire brought it. Times are milliseconds since 1970. */
export interface EventRow {
  /** A UUID, unique within a customer. */
  id: string;
  kind: string;
  /** Nothing where the kind says it all, as for a checkout. */
  action?: string | undefined;
  instanceId?: string | undefined;
  scopeKind?: string | undefined;
  scopeId?: string | undefined;
  mediaId?: string | undefined;
  analyticsId: string;
  /** The id that the same browser had before the shop identified the visitor. */
  previousId?: string | undefined;
  pics?: number | undefined;
  abTesting?: number | undefined;
  segments?: Record<string, string> | undefined;
  transactionId?: string | undefined;
  /** One entry for each unit sold, or `quantity` of them; `amount` is the price of one, where it is known. */
  products?: readonly { id: string; amount?: number; quantity?: number }[] | undefined;
  currency?: string | undefined;
  redirectUrl?: string | undefined;
  referrer?: string | undefined;
  pageUrl?: string | undefined;
  userAgent?: string | undefined;
  occurredAt: number;
  receivedAt: number;
  /** The protocol that brought it. */
  wire: string;
  /** What the wire carries and no column holds. */
  props?: Record<string, unknown> | undefined;
}

export const DAY_MS = 86_400_000;

/** The UTC day of a time: whole days since 1970-01-01. */
export function dayOf(ms: number): number {
  return Math.floor(ms / DAY_MS);
}
