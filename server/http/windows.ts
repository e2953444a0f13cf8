import type { FastifyRateLimitStore } from '@fastify/rate-limit';

type Answer = Parameters<FastifyRateLimitStore['incr']>[1];

interface Window {
  requests: number;
  /** By `performance.now()`. */
  ends: number;
}

/** Senders remembered of each kind, those that were quiet longest forgotten first: some 5 MB when all are full. */
export const MOST_SENDERS = 20_000;

/**
 * Counts requests by sender in windows of time, for @fastify/rate-limit. Its own store goes by the clock of the wall: set
 * back by a day, that keeps whoever had to wait waiting for a day.
 */
export class Windows implements FastifyRateLimitStore {
  readonly #windows = new Map<string, Window>();

  incr(key: string, answer: Answer, timeWindow: number): void {
    const now = performance.now();
    const found = this.#windows.get(key);
    const window = found && found.ends > now ? found : { requests: 0, ends: now + timeWindow };
    window.requests++;
    // A map keeps the order in which its keys came, so the first is the one that was quiet longest.
    this.#windows.delete(key);
    this.#windows.set(key, window);
    if (this.#windows.size > MOST_SENDERS) this.#windows.delete(this.#windows.keys().next().value as string);
    answer(null, { current: window.requests, ttl: window.ends - now });
  }

  /** What `increment: false` asks: the state as it is. */
  read(key: string, answer: Answer): void {
    const now = performance.now();
    const found = this.#windows.get(key);
    answer(
      null,
      found && found.ends > now ? { current: found.requests, ttl: found.ends - now } : { current: 0, ttl: 0 },
    );
  }

  child(): Windows {
    return new Windows();
  }
}
