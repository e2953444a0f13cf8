import type { FastifyInstance } from 'fastify';
import type { ContentStore } from '../store/content/content-store.ts';
import { dayOf, type EventStore } from '../store/events/event-store.ts';

const EVERY_MS = 10 * 60_000;
/** Days whose renders and clicks count. */
const DAYS = 30;

/** While the service runs, writes the ratings of all media every 10 minutes, and once at start. */
export async function ratingsPlugin(
  app: FastifyInstance,
  { store, events }: { store: ContentStore; events: Pick<EventStore, 'mediaClickThrough'> },
): Promise<void> {
  let running = Promise.resolve();
  const rate = () => {
    running = rateAll(store, events, Date.now()).catch((err) => app.log.error({ err }, 'ratings were not written'));
  };
  let timer: NodeJS.Timeout | undefined;
  app.addHook('onReady', async () => {
    timer = setInterval(rate, EVERY_MS).unref();
    rate();
  });
  app.addHook('onClose', async () => {
    clearInterval(timer);
    await running;
  });
}

/** Clicks by renders over 30 days, for every media that was rendered at all; the store knows the rest. */
export async function rateAll(
  store: ContentStore,
  events: Pick<EventStore, 'mediaClickThrough'>,
  now: number,
): Promise<void> {
  for (const { id } of await store.customers()) {
    const counts = await events.mediaClickThrough(id, dayOf(now) - DAYS);
    const rated = counts.filter(({ mediaId, renders }) => /^\d{1,15}$/.test(mediaId) && renders > 0);
    // More clicks than renders are possible where a page sends only clicks; nothing is better than 1.
    const clickThrough = rated.map(({ mediaId, renders, clicks }) => [Number(mediaId), Math.min(1, clicks / renders)]);
    await store.writeRatings(id, new Map(clickThrough as [number, number][]), now);
  }
}
