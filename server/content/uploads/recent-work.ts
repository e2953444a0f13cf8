/** Half of somebody's work is forgotten in this time. */
const HALF_LIFE_MS = 60_000;
/** Whose work is remembered; past it, that of whoever had none done for longest is forgotten. */
const MAX_REMEMBERED = 1_000;

/** Milliseconds of work that were done for each lately. `now` is in milliseconds, of one clock. */
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
      // A map keeps the order in which its keys came.
      done.delete(who);
      done.set(who, { ms: all, at: now });
      if (done.size > MAX_REMEMBERED) done.delete(done.keys().next().value);
    },
  };
}
