/** The longest first wait. The longest wait doubles with each failure. */
const FIRST_DELAY_MS = 1000;
const MAX_DELAY_MS = 300_000;
/** A longer `Retry-After` counts as this one. No page lives longer, and `setTimeout` accepts it. */
const MAX_RETRY_AFTER_MS = 86_400_000;

/** When a destination that failed may be asked again. Each destination has its own. */
export interface Backoff {
  /** Milliseconds until the next attempt; 0 when the destination may be asked now. */
  remaining(): number;
  /**
   * The destination failed. The wait is a random part of 1 s, 2 s, 4 s… up to 5 minutes ("full jitter", so that the
   * visitors of a shop do not return all at once). If the answer has a `Retry-After`, the wait is that and up to a second.
   * @param retryAfter milliseconds of `Retry-After`, if there was one
   */
  failed(retryAfter?: number): void;
  succeeded(): void;
  /** The network is back: a wait ends, unless the server asked for it. */
  resume(): void;
}

/** Measures by the monotonic clock. The visitor's clock may jump back by a day, and the wait would grow by that day. */
export function createBackoff(): Backoff {
  let failures = 0;
  let until = 0;
  let isAskedFor = false;
  return {
    remaining: () => Math.max(0, until - performance.now()),
    failed(retryAfter) {
      isAskedFor = Boolean(retryAfter);
      const jitter = Math.min(isAskedFor ? FIRST_DELAY_MS : MAX_DELAY_MS, FIRST_DELAY_MS * 2 ** failures++);
      until = performance.now() + Math.min(retryAfter ?? 0, MAX_RETRY_AFTER_MS) + Math.random() * jitter;
    },
    succeeded() {
      failures = until = 0;
    },
    resume() {
      if (!isAskedFor) until = 0;
    },
  };
}

/**
 * Milliseconds of a `Retry-After` header (RFC 9110 §10.2.3), which is a number of seconds or a date. The distance to a date
 * is wrong by as much as the visitor's clock, so it counts for at most `MAX_DELAY_MS`.
 */
export function retryAfter(header: string | null): number | undefined {
  const wait = Number(header) * 1000 || Math.min(MAX_DELAY_MS, Date.parse(`${header}`) - Date.now());
  return Math.max(0, wait) || undefined;
}
