/** Half of somebody's work is forgotten in this time. */
const HALF_LIFE_MS = 60_000;
/** The senders whose work is remembered. Past it, the sender with the oldest work is forgotten. */
const MAX_REMEMBERED = 1_000;

/** Counts the recent work of each sender in milliseconds. `now` is a time in milliseconds; all calls use one clock. */
export interface RecentWork {
  add(who: unknown, ms: number, now: number): void;
  of(who: unknown, now: number): number;
}

export function createRecentWork(): RecentWork {
  const done = new Map<unknown, { ms: number; at: number }>();
  const of = (who: unknown, now: number) => {
    const known = done.get(who);
    return known ? known.ms * 2 ** ((known.at - now) / HALF_LIFE_MS) : 0;
  };
  return {
    of,
    add(who, ms, now) {
      const all = of(who, now) + ms;
      // A Map iterates in insertion order, so the key is inserted again as the newest.
      done.delete(who);
      done.set(who, { ms: all, at: now });
      if (done.size > MAX_REMEMBERED) done.delete(done.keys().next().value);
    },
  };
}
