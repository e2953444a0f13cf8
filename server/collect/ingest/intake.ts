import type { Access } from '../../store/access.ts';
import { dayOf, type EventRow, type EventStore, type RowOutcome } from '../../store/events/event-store.ts';
import type { UserPointUpdate } from '../../store/user-points/user-points.ts';
import type { Arrival } from './event-row.ts';
import type { Quota } from './quota.ts';
import { type Redact, redactRow } from './redaction.ts';

/** Counts events of robots by family and wire. */
export type CountRobots = (family: string, wire: string, events: number) => void;

/** The customer was removed while the request arrived. The message is for the sender. */
export class CustomerGone extends Error {
  override name = 'CustomerGone';
  readonly statusCode = 403;

  constructor() {
    super('There is no such customer any more.');
  }
}

export interface IntakeParts {
  access: Pick<Access, 'hasCustomer'>;
  events: EventStore;
  /** Nothing where customers may store as much as they send. */
  quota: Quota | undefined;
  redact: Redact;
  countRobots: CountRobots;
}

/** Events of one customer, with what they say of people. */
export interface CustomerEvents {
  customerId: number;
  rows: readonly EventRow[];
  acts?: readonly UserPointUpdate[];
}

/** What every wire does with the events that it has read: the rules about events stand here, and in no wire. */
export class Intake {
  readonly #parts: IntakeParts;
  readonly redact: Redact;

  constructor(parts: IntakeParts) {
    this.#parts = parts;
    this.redact = parts.redact;
  }

  /**
   * Stores events as `EventStore.submit` does. Those of a robot are answered as if they were stored, and only counted.
   * @param rows are changed: see `redactRow`
   * @throws {QuotaExceeded} when the customer may store no more today
   * @throws {CustomerGone}
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
   * Stores events of several customers that one request brought: those of all, or of none where one of these may store no
   * more today, since who is told to come again sends all of them again.
   * @returns the outcomes of each customer's
   * @throws {QuotaExceeded} @throws {CustomerGone}
   */
  async submitAll(parts: readonly CustomerEvents[]): Promise<RowOutcome[][]> {
    const { quota, redact } = this.#parts;
    for (const { customerId } of parts) await this.demandCustomer(customerId);
    quota?.reserve(new Map(parts.map(({ customerId, rows }) => [customerId, rows.length])));
    for (const { rows } of parts) for (const row of rows) redactRow(row, redact);
    return Promise.all(parts.map((part) => this.#store(part)));
  }

  /** Stores what room was reserved for, and gives back the room that it did not need. */
  async #store({ customerId, rows, acts = [] }: CustomerEvents): Promise<RowOutcome[]> {
    const { events, quota } = this.#parts;
    if (!quota) return events.submit(customerId, rows, acts);
    let stored = 0;
    try {
      const outcomes = await events.submit(customerId, rows, acts);
      for (let row = 0; row < rows.length; row++) if (outcomes[row] === 'accepted') stored++;
      return outcomes;
    } finally {
      if (stored < rows.length) quota.release(customerId, rows.length - stored);
    }
  }

  /**
   * To be asked when all of a request is there: it may arrive for minutes, and what is stored behind a removal would be
   * left for ever.
   * @throws {CustomerGone}
   */
  async demandCustomer(customerId: number): Promise<void> {
    if (!(await this.#parts.access.hasCustomer(customerId))) throw new CustomerGone();
  }

  /** Counts events of a robot, which are not stored; resolves when that is on disk. */
  async countRobots(customerId: number, family: string, wire: string, events: number, at: number): Promise<void> {
    await this.demandCustomer(customerId);
    this.#parts.countRobots(family, wire, events);
    await this.#parts.events.robots.add(customerId, { day: dayOf(at), wire, family, events });
  }
}
