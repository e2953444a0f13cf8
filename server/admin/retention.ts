import { DAY_MS, type EventStore } from '../store/events/event-store.ts';

/** Milliseconds after the start, which has enough to do, until old events are looked for. */
const FIRST_MS = 60_000;
/** Milliseconds from one look to the next. */
const EVERY_MS = DAY_MS;

export interface RetentionOptions {
  events: EventStore;
  /** Days for which events are kept; nothing for ever. */
  keepDays: number | undefined;
  log: { info(details: object, message: string): void; error(details: object, message: string): void };
  firstMs?: number;
}

/**
 * Erases once a day the events that are older than they are kept, a few at a time.
 * @returns ends it
 */
export function startRetention({ events, keepDays, log, firstMs = FIRST_MS }: RetentionOptions): () => void {
  if (keepDays === undefined) return () => {};
  let stopped = false;
  let timer: NodeJS.Timeout;

  async function prune(days: number): Promise<void> {
    const before = Date.now() - days * DAY_MS;
    let erased = 0;
    try {
      for (let more = true; more && !stopped; ) {
        const pruned = await events.erasure.prune(before);
        erased += pruned.events;
        more = pruned.more;
      }
    } catch (error) {
      if (!stopped) log.error({ err: error }, 'old events were not erased; next try in a day');
    }
    if (erased > 0) log.info({ events: erased, before: new Date(before).toISOString() }, 'old events are erased');
  }
  const wait = (ms: number) => {
    timer = setTimeout(() => void prune(keepDays).then(() => stopped || wait(EVERY_MS)), ms).unref();
  };

  wait(firstMs);
  return () => {
    stopped = true;
    clearTimeout(timer);
  };
}
