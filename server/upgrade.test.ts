import { createHash } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { buildApp } from './app.ts';
import { EARLIER_CONTENT, writeEarlierContent } from './store/testing/earlier-content.ts';
import { EARLIER_EVENTS, writeEarlierEvents } from './store/testing/earlier-events.ts';
import { openContentStore, openEventStore } from './store/testing/open-stores.ts';
import { readEvents, readTotals, recountTotals } from './store/testing/read-events.ts';

const KEY = '0123456789abcdef0123456789abcdef';
let data: string;
beforeEach(async () => {
  data = await mkdtemp(join(tmpdir(), 'vitrine-upgrade-'));
});
afterEach(() => rm(data, { recursive: true }));

/** Each earlier version of either database, with the other's nearest. */
const PAIRS = Array.from({ length: Math.max(EARLIER_CONTENT.length, EARLIER_EVENTS.length) }, (_, n) => ({
  content: EARLIER_CONTENT[Math.min(n, EARLIER_CONTENT.length - 1)] as string[],
  events: EARLIER_EVENTS[Math.min(n, EARLIER_EVENTS.length - 1)] as number,
}));

test.each(PAIRS)('a service on data of version $events, $content: tracks, shows and reports', async (earlier) => {
  await writeEarlierContent(data, earlier.content, createHash('sha256').update(KEY).digest('hex'));
  writeEarlierEvents(data, earlier.events, 300);
  const content = await openContentStore(data);
  const events = await openEventStore(data, console);
  const app = await buildApp({ dataDir: data, logLevel: 'silent' }, { contentStore: content, eventStore: events });
  try {
    const get = (path: string) =>
      app.inject({
        url: `${path}${path.includes('?') ? '&' : '?'}auth_token=${KEY}`,
        headers: { origin: 'https://shop.example' },
      });
    expect((await app.inject('/healthz')).statusCode).toBe(200);
    expect((await get('/track/widget/abc/best/render?analytics_id=v&pics=1')).statusCode).toBe(200);
    expect(readEvents(data)).toHaveLength(301);
    expect(readTotals(data)).toEqual(recountTotals(data));
    const media = await get('/customers/1/media/recent?count=10');
    expect(media.statusCode).toBe(200);
    expect(media.json().data._embedded.media.map(({ id }: { id: string }) => id)).toEqual(['1']);
    const { clicks } = (await events.mediaClickThrough(1, 0)).reduce(
      (sum, { clicks }) => ({ clicks: sum.clicks + clicks }),
      { clicks: 0 },
    );
    expect(clicks).toBe(readEvents(data).filter(({ kind, action }) => kind === 'media' && action === 'click').length);
  } finally {
    await app.close();
    await events.close();
    await content.close();
  }
});
