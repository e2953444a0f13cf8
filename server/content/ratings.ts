import type { FastifyInstance } from 'fastify';
import type { ContentStore } from '../store/content/content-store.ts';
import { dayOf } from '../store/events/days.ts';
import type { EventStore } from '../store/events/event-store.ts';

const INTERVAL_MS = 10 * 60_000;
/** The days before now whose renders and clicks count. */
const COUNTED_DAYS = 30;

/** Writes the ratings of all media at start, and every 10 minutes while the service runs. */
export async function ratingsPlugin(
  app: FastifyInstance,
  { contentStore, eventStore }: { contentStore: ContentStore; eventStore: Pick<EventStore, 'mediaClickThrough'> },
): Promise<void> {
  let running = Promise.resolve();
  const rate = () => {
    running = rateAll(contentStore, eventStore, Date.now()).catch((err) =>
      app.log.error({ err }, 'ratings were not written'),
    );
  };
  let timer: NodeJS.Timeout | undefined;
  app.addHook('onReady', async () => {
    timer = setInterval(rate, INTERVAL_MS).unref();
    rate();
  });
  app.addHook('onClose', async () => {
    clearInterval(timer);
    await running;
  });
}

/**
 * Writes the click-through rate (clicks divided by renders, over 30 days) of every media that was rendered. The content
 * store makes the ratings of all other media.
 */
export async function rateAll(
  contentStore: ContentStore,
  eventStore: Pick<EventStore, 'mediaClickThrough'>,
  now: number,
): Promise<void> {
  for (const { id } of await contentStore.customers()) {
    const counts = await eventStore.mediaClickThrough(id, dayOf(now) - COUNTED_DAYS);
    const rated = counts.filter(({ mediaId, renders }) => /^\d{1,15}$/.test(mediaId) && renders > 0);
    // A page that sends only clicks can have more clicks than renders. The rate is at most 1.
    const clickThrough = rated.map(({ mediaId, renders, clicks }) => [Number(mediaId), Math.min(1, clicks / renders)]);
    await contentStore.writeRatings(id, new Map(clickThrough as [number, number][]), now);
  }
}
