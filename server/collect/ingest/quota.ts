import { HttpError } from '../../http/errors.ts';
import type { ContentStore } from '../../store/content/content-store.ts';
import { DAY_MS, dayOf } from '../../store/events/days.ts';
import type { EventStore } from '../../store/events/event-store.ts';

/** A customer has stored as many events as it may store on a day. */
export class QuotaExceededError extends HttpError {
  override name = 'QuotaExceededError';

  /** @param retryAfter seconds */
  constructor(limit: number, retryAfter: number) {
    super(
      429,
      `This customer has stored its ${limit} events of today; try again in ${retryAfter} seconds.`,
      retryAfter,
    );
  }
}

/** Seconds that a sender waits at most: the operator may raise the quota during the day. */
const MAX_RETRY_AFTER_SECONDS = 3_600;
/** The share of a quota at which the log warns that it will not last. */
const WARN_AT_SHARE = 0.8;

interface QuotaLog {
  warn(details: object, message: string): void;
}

/**
 * Limits the events that each customer stores on a day of UTC, by their time of arrival. The count is in memory; a service
 * that starts reads today's count from the daily totals.
 */
export class Quota {
  readonly limit: number;
  readonly #log: QuotaLog;
  readonly #clock: () => number;
  readonly #used: Map<number, number>;
  /** What was logged today, by customer and message. */
  readonly #logged = new Set<string>();
  #day: number;

  /**
   * @param used events of today by customer
   * @param clock replaced by tests
   */
  constructor(limit: number, log: QuotaLog, used: ReadonlyMap<number, number>, clock: () => number = Date.now) {
    this.limit = limit;
    this.#log = log;
    this.#used = new Map(used);
    this.#clock = clock;
    this.#day = dayOf(clock());
  }

  /** Events of today by customer. */
  get used(): ReadonlyMap<number, number> {
    this.#startDay();
    return this.#used;
  }

  /**
   * Counts events before they are stored.
   * @param counts events by customer
   * @throws {QuotaExceededError} when one customer may not store all of its events; then none is counted
   */
  reserve(counts: ReadonlyMap<number, number>): void {
    const { used } = this;
    for (const [customerId, events] of counts) {
      const before = used.get(customerId) ?? 0;
      if (before + events <= this.limit) continue;
      this.#logOnce(customerId, before, 'a customer has stored the events that it may store today');
      throw new QuotaExceededError(this.limit, this.#retryAfter());
    }
    for (const [customerId, events] of counts) {
      const after = (used.get(customerId) ?? 0) + events;
      this.#used.set(customerId, after);
      if (after >= this.limit * WARN_AT_SHARE)
        this.#logOnce(customerId, after, 'a customer comes near the events that it may store today');
    }
  }

  /** Takes back the count of events that were reserved and not stored. */
  release(customerId: number, events: number): void {
    const used = this.used.get(customerId) ?? 0;
    this.#used.set(customerId, Math.max(0, used - events));
  }

  #logOnce(customer: number, events: number, message: string): void {
    const name = `${customer} ${message}`;
    if (this.#logged.has(name)) return;
    this.#logged.add(name);
    this.#log.warn({ customer, events, limit: this.limit }, message);
  }

  #retryAfter(): number {
    const now = this.#clock();
    const seconds = Math.ceil(((this.#day + 1) * DAY_MS - now) / 1000);
    return Math.min(Math.max(1, seconds), MAX_RETRY_AFTER_SECONDS);
  }

  #startDay(): void {
    const day = dayOf(this.#clock());
    if (day === this.#day) return;
    this.#day = day;
    this.#used.clear();
    this.#logged.clear();
  }
}

/** Opens the quota of a service that starts, with today's count from the daily totals. */
export async function openQuota(
  limit: number,
  log: QuotaLog,
  stores: { contentStore: Pick<ContentStore, 'customers'>; eventStore: Pick<EventStore, 'eventsOfDay'> },
): Promise<Quota> {
  const today = dayOf(Date.now());
  const used = new Map<number, number>();
  for (const { id } of await stores.contentStore.customers())
    used.set(id, await stores.eventStore.eventsOfDay(id, today));
  return new Quota(limit, log, used);
}
