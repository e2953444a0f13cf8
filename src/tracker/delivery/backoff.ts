const FIRST = 1000;
const MOST = 300_000;
/** Longer than any page lives, and short enough for `setTimeout`. */
const MOST_ASKED = 86_400_000;

/** When a destination that failed may be asked again. One for each destination. */
export interface Backoff {
  /** Milliseconds until the next attempt; 0 when the destination may be asked now. */
  remaining(): number;
  /**
   * The destination failed: wait a random part of 1 s, 2 s, 4 s… up to 5 minutes ("full jitter", so that visitors of
   * a shop do not come back all at once), or what its answer asked for, which is jittered by a second.
   * @param retryAfter milliseconds of a `Retry-After`; absent when there was no answer, or it said nothing
   */
  failed(retryAfter?: number): void;
  succeeded(): void;
  /** The network is back: a wait that nobody asked for ends. */
  hurry(): void;
}

/** By a clock that nobody sets: a visitor's own may jump back by a day, which would have to be waited for. */
export function createBackoff(): Backoff {
  let failures = 0;
  let until = 0;
  let asked = false;
  return {
    remaining: () => Math.max(0, until - performance.now()),
    failed(retryAfter) {
      asked = Boolean(retryAfter);
      const jitter = Math.min(asked ? FIRST : MOST, FIRST * 2 ** failures++);
      until = performance.now() + Math.min(retryAfter ?? 0, MOST_ASKED) + Math.random() * jitter;
    },
    succeeded() {
      failures = until = 0;
    },
    hurry() {
      if (!asked) until = 0;
    },
  };
}

/**
 * Milliseconds of a `Retry-After` header (RFC 9110 §10.2.3): seconds, or a date. A date is as far away as the visitor's
 * clock is wrong, so it is believed for as long as we would wait without one.
 */
export function retryAfter(header: string | null): number | undefined {
  const wait = Number(header) * 1000 || Math.min(MOST, Date.parse(`${header}`) - Date.now());
  return Math.max(0, wait) || undefined;
}
