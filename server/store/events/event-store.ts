import type { RelayQueue } from '../relay-queue/queue.ts';
import type { UserPoints, UserPointUpdate } from '../user-points/user-points.ts';
import type { Erasure } from './erasure/erasure.ts';
import type { EventRow, RowOutcome } from './event-row.ts';
import type { ProductEvents } from './reading/product-events.ts';
import type { RobotTotals } from './totals/robots.ts';
import type { Visits } from './visits.ts';

/** The store of events, and of what is stored together with them. */
export interface EventStore extends Visits, WriteQueue {
  /**
   * Stores events of one customer. Resolves to the outcome of each, once they are on disk. A repeated id is stored once. A
   * row that the database refuses fails alone, unless updates of user points go with it: then all is stored or nothing.
   * @param updates of user points, in the same transaction. Their outcomes follow those of the rows
   * @throws {StorageError} when too many rows wait already, or when writing failed; then nothing is known to be stored
   * @throws {UserPointError} when one of the updates is refused; nothing of this call is stored
   */
  submit(customerId: number, rows: readonly EventRow[], updates?: readonly UserPointUpdate[]): Promise<RowOutcome[]>;
  /** Renders and clicks of each media since a day (see `dayOf`), from the daily totals. */
  mediaClickThrough(customerId: number, sinceDay: number): Promise<MediaClickThrough[]>;
  /** How many events a customer has of a day (see `dayOf`), from the daily totals. */
  eventsOfDay(customerId: number, day: number): Promise<number>;
  /** Events of robots. */
  readonly robots: RobotTotals;
  /** Product events, one by one and counted. */
  readonly products: ProductEvents;
  /** Which names belong to one person, and what that person chose. */
  readonly userPoints: UserPoints;
  /** Activities that wait to be sent on. */
  readonly relayed: RelayQueue;
  /**
   * Erases what is known of a customer's people: user points with all that belongs to them, what events say of them, and
   * what waits to be sent on. Events stay, since they are counted. Events of other customers are stored meanwhile. A call
   * that was interrupted is completed by the next.
   */
  forget(customerId: number): Promise<void>;
  /** Erases events. */
  readonly erasure: Erasure;
  /** Resolves when the database was really read and written just now. */
  check(): Promise<void>;
  /** Stores what was submitted, then closes the database. */
  close(): Promise<void>;
}

/**
 * The queue of this process in front of the disk. It is no part of the database, so its members answer at once: the
 * service asks them to decide whether it reads a request at all, within one turn of the event loop.
 */
export interface WriteQueue {
  /** How many writes wait for the disk. */
  readonly waiting: number;
  /** Whether as many wait as may: what is submitted now is refused. */
  readonly full: boolean;
  /** Writes what waits, and answers for what is stored, within a turn of the event loop that is long. */
  drain(): void;
  /** How many events had which outcome since the store was opened; those of a failed `submit` are `failed`. */
  readonly outcomes: Readonly<Record<RowOutcome | 'failed', number>>;
}

export interface MediaClickThrough {
  mediaId: string;
  renders: number;
  clicks: number;
}
