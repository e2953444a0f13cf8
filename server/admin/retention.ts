import { DAY_MS } from '../store/events/days.ts';
import type { EventStore } from '../store/events/event-store.ts';

/** The delay of the first run, since the start of the service is busy enough. */
const FIRST_DELAY_MS = 60_000;
/** The time between two runs. */
const INTERVAL_MS = DAY_MS;

export interface RetentionOptions {
  eventStore: EventStore;
  /** The days for which events are kept; undefined keeps them for ever. */
  keepDays: number | undefined;
  log: { info(details: object, message: string): void; error(details: object, message: string): void };
  firstMs?: number;
}

/**
 * Erases events that are older than `keepDays`, once a day and in small steps.
 * @returns a function that ends the work
 */
export function startRetention({ eventStore, keepDays, log, firstMs = FIRST_DELAY_MS }: RetentionOptions): () => void {
  if (keepDays === undefined) return () => {};
  let stopped = false;
  let timer: NodeJS.Timeout;

  async function prune(days: number): Promise<void> {
    const before = Date.now() - days * DAY_MS;
    let erased = 0;
    try {
      for (let more = true; more && !stopped; ) {
        const pruned = await eventStore.erasure.prune(before);
        erased += pruned.events;
        more = pruned.more;
      }
    } catch (error) {
      if (!stopped) log.error({ err: error }, 'old events were not erased; next try in a day');
    }
    if (erased > 0) log.info({ events: erased, before: new Date(before).toISOString() }, 'old events are erased');
  }
  const wait = (ms: number) => {
    timer = setTimeout(() => void prune(keepDays).then(() => stopped || wait(INTERVAL_MS)), ms).unref();
  };

  wait(firstMs);
  return () => {
    stopped = true;
    clearTimeout(timer);
  };
}
