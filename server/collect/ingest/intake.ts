import type { IncomingEvent } from '../../../src/events/vocabulary.ts';
import { HttpError } from '../../http/errors.ts';
import type { Access } from '../../store/access.ts';
import { dayOf } from '../../store/events/days.ts';
import type { EventRow, RowOutcome } from '../../store/events/event-row.ts';
import type { EventStore } from '../../store/events/event-store.ts';
import type { UserPointUpdate } from '../../store/user-points/user-points.ts';
import type { Arrival } from './event-row.ts';
import type { Quota } from './quota.ts';
import { type Redact, redactRow } from './redaction.ts';
import { redirectProblem } from './redirects.ts';

/** Counts events of robots by family and wire. */
export type CountRobots = (family: string, wire: string, events: number) => void;

/** What a sender reads of an event with the outcome `refused`. */
export const NOT_STORABLE = 'event: the database refused it';

/** The customer was removed while the request arrived. */
export class CustomerGoneError extends HttpError {
  override name = 'CustomerGoneError';

  constructor() {
    super(403, 'There is no such customer any more.');
  }
}

export interface IntakeParts {
  access: Pick<Access, 'hasCustomer' | 'allowsHost'>;
  eventStore: EventStore;
  /** Undefined where customers may store as much as they send. */
  quota: Quota | undefined;
  redact: Redact;
  countRobots: CountRobots;
}

/** Events of one customer, with their changes of user points. */
export interface CustomerEvents {
  customerId: number;
  rows: readonly EventRow[];
  acts?: readonly UserPointUpdate[];
}

/** Takes the events that a wire has decoded to the event store. The rules that hold for the events of every wire are here. */
export class Intake {
  readonly #parts: IntakeParts;
  readonly redact: Redact;

  constructor(parts: IntakeParts) {
    this.#parts = parts;
    this.redact = parts.redact;
  }

  /** Why an event's redirect is refused, if it is. A request of many events asks only for those that `redirects`. */
  redirectProblem(customerId: number, event: IncomingEvent): Promise<string | undefined> {
    return redirectProblem(event, customerId, this.#parts.access);
  }

  /**
   * Stores events as `EventStore.submit` does. Events of a robot are answered as if they were stored, and only counted.
   * @param rows `redactRow` changes them in place
   * @throws {QuotaExceededError} when the customer may store no more today
   * @throws {CustomerGoneError}
   */
  async submit(
    customerId: number,
    { robot, receivedAt }: Arrival,
    rows: readonly EventRow[],
    acts: readonly UserPointUpdate[] = [],
  ): Promise<RowOutcome[]> {
    if (robot !== undefined) {
      const [first] = rows;
      if (first) await this.countRobots(customerId, robot, first.wire, rows.length, receivedAt);
      return [...rows, ...acts].map(() => 'accepted');
    }
    const [outcomes] = await this.submitAll([{ customerId, rows, acts }]);
    return outcomes as RowOutcome[];
  }

  /**
   * Stores events of several customers that one request brought. Where one of the customers may store no more today,
   * nothing is stored, since the sender tries again with all events.
   * @returns the outcomes, for each customer a list
   * @throws {QuotaExceededError} @throws {CustomerGoneError}
   */
  async submitAll(parts: readonly CustomerEvents[]): Promise<RowOutcome[][]> {
    const { quota, redact } = this.#parts;
    for (const { customerId } of parts) await this.requireCustomer(customerId);
    quota?.reserve(new Map(parts.map(({ customerId, rows }) => [customerId, rows.length])));
    for (const { rows } of parts) for (const row of rows) redactRow(row, redact);
    return Promise.all(parts.map((part) => this.#store(part)));
  }

  /** Stores events whose quota is reserved, and releases what of the quota they did not use. */
  async #store({ customerId, rows, acts = [] }: CustomerEvents): Promise<RowOutcome[]> {
    const { eventStore, quota } = this.#parts;
    if (!quota) return eventStore.submit(customerId, rows, acts);
    let stored = 0;
    try {
      const outcomes = await eventStore.submit(customerId, rows, acts);
      for (let row = 0; row < rows.length; row++) if (outcomes[row] === 'accepted') stored++;
      return outcomes;
    } finally {
      if (stored < rows.length) quota.release(customerId, rows.length - stored);
    }
  }

  /**
   * Call it when a request has arrived as a whole, which takes up to minutes: events that are stored after their
   * customer was removed would never be erased.
   * @throws {CustomerGoneError}
   */
  async requireCustomer(customerId: number): Promise<void> {
    if (!(await this.#parts.access.hasCustomer(customerId))) throw new CustomerGoneError();
  }

  /** Counts events of a robot, which are not stored. Resolves when the count is on disk. */
  async countRobots(customerId: number, family: string, wire: string, events: number, at: number): Promise<void> {
    await this.requireCustomer(customerId);
    this.#parts.countRobots(family, wire, events);
    await this.#parts.eventStore.robots.add(customerId, { day: dayOf(at), wire, family, events });
  }
}
