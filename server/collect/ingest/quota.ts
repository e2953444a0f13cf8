import type { ContentStore } from '../../store/content/content-store.ts';
import { DAY_MS, dayOf, type EventStore } from '../../store/events/event-store.ts';

/** A customer's events of a day are too many. The message is for the sender. */
export class QuotaExceeded extends Error {
  override name = 'QuotaExceeded';
  readonly statusCode = 429;
  /** Seconds. */
  readonly retryAfter: number;

  constructor(limit: number, retryAfter: number) {
    super(`This customer may store ${limit} events a day, and has; come again in ${retryAfter} seconds.`);
    this.retryAfter = retryAfter;
  }
}

/** A sender that waits asks again so often, in seconds: the operator may have raised the quota. */
const MAX_RETRY_AFTER = 3_600;
/** The share of a quota at which the log says that it will not last. */
const WARN_AT = 0.8;

interface QuotaLog {
  warn(details: object, message: string): void;
}

/**
 * How many events each customer may store on a day, by UTC and by when they arrive. It is counted in memory: a service
 * that starts again begins with what the daily totals have of today.
 */
export class Quota {
  readonly limit: number;
  readonly #log: QuotaLog;
  readonly #clock: () => number;
  readonly #used: Map<number, number>;
  /** What the log was told today, by customer and sentence. */
  readonly #said = new Set<string>();
  #day: number;

  /**
   * @param used events of today by customer
   * @param clock a test has its own
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
    this.#turnDay();
    return this.#used;
  }

  /**
   * Takes room for events before they are stored.
   * @param counts how many of which customer
   * @throws {QuotaExceeded} when there is not enough for all of them; then none is taken
   */
  reserve(counts: ReadonlyMap<number, number>): void {
    const { used } = this;
    for (const [customerId, events] of counts) {
      const before = used.get(customerId) ?? 0;
      if (before + events <= this.limit) continue;
      this.#sayOnce(customerId, before, 'a customer has stored the events that it may store today');
      throw new QuotaExceeded(this.limit, this.#retryAfter());
    }
    for (const [customerId, events] of counts) {
      const after = (used.get(customerId) ?? 0) + events;
      this.#used.set(customerId, after);
      if (after >= this.limit * WARN_AT)
        this.#sayOnce(customerId, after, 'a customer comes near the events that it may store today');
    }
  }

  /** Gives back room that was reserved and not needed. */
  release(customerId: number, events: number): void {
    const used = this.used.get(customerId) ?? 0;
    this.#used.set(customerId, Math.max(0, used - events));
  }

  #sayOnce(customer: number, events: number, sentence: string): void {
    const name = `${customer} ${sentence}`;
    if (this.#said.has(name)) return;
    this.#said.add(name);
    this.#log.warn({ customer, events, limit: this.limit }, sentence);
  }

  #retryAfter(): number {
    const now = this.#clock();
    const seconds = Math.ceil(((this.#day + 1) * DAY_MS - now) / 1000);
    return Math.min(Math.max(1, seconds), MAX_RETRY_AFTER);
  }

  #turnDay(): void {
    const day = dayOf(this.#clock());
    if (day === this.#day) return;
    this.#day = day;
    this.#used.clear();
    this.#said.clear();
  }
}

/** The quota of a service that starts: what its customers have of today is in the daily totals. */
export async function openQuota(
  limit: number,
  log: QuotaLog,
  { content, events }: { content: Pick<ContentStore, 'customers'>; events: Pick<EventStore, 'eventsOfDay'> },
): Promise<Quota> {
  const today = dayOf(Date.now());
  const used = new Map<number, number>();
  for (const { id } of await content.customers()) used.set(id, await events.eventsOfDay(id, today));
  return new Quota(limit, log, used);
}
