import { showProgress } from '../../server/cli/progress.ts';
import { rateAll } from '../../server/content/ratings.ts';
import type { EventRow } from '../../server/store/events/event-row.ts';
import { fillInBulk } from '../../server/store/testing/bulk-content.ts';
import { openContentStore, openEventStore } from '../../server/store/testing/open-stores.ts';
import { uuidv7 } from '../../src/events/id.ts';
import { type Size, seenMedia, shopOf } from './shop.ts';

/** Rows that are handed to the event store at a time. */
const PER_SUBMIT = 10_000;

/** Makes the data folder of a service whose one customer has so much; the token is public. Answers the customer's id. */
export async function fill(folder: string, size: Size, token: string): Promise<number> {
  const now = Date.now();
  let store = await openContentStore(folder);
  const { id: customerId } = await store.upsertCustomer({ key: 'large', name: 'Large', domain: 'www.shop.example' });
  await store.addToken(customerId, 'public', 'bench', token);
  await store.close();

  const inPercent = showProgress('Writing media, then lists, per cent', process.stderr);
  const all = 2 * (size.media + size.streams);
  let shown = -1;
  await fillInBulk(folder, shopOf(customerId, size, now), now, (written, listed) => {
    const percent = Math.floor(((written + listed) / all) * 100);
    if (percent > shown) inPercent(percent, 100);
    shown = percent;
  });

  console.error('Counting clicks and writing ratings');
  store = await openContentStore(folder);
  const events = await openEventStore(folder, { error: (details, message) => console.error(message, details) });
  let rows: EventRow[] = [];
  for (const { mediaId, renders, clicks } of seenMedia(size)) {
    rows.push(...eventsOf(mediaId, 'render', renders, now), ...eventsOf(mediaId, 'click', clicks, now));
    if (rows.length < PER_SUBMIT) continue;
    await events.submit(customerId, rows);
    rows = [];
  }
  await events.submit(customerId, rows);
  await rateAll(store, events, now);
  await events.close();
  await store.close();
  return customerId;
}

function eventsOf(mediaId: number, action: 'render' | 'click', count: number, now: number): EventRow[] {
  return Array.from({ length: count }, () => {
    const id = uuidv7(now);
    const event = { id, kind: 'media', action, mediaId: String(mediaId), analyticsId: id };
    return { ...event, scopeKind: 'customer', occurredAt: now, receivedAt: now, wire: 'bench' };
  });
}
