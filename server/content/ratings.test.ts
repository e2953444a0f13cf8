import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fastify from 'fastify';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { uuidv7 } from '../../src/events/id.ts';
import type { EventStore } from '../store/events/event-store.ts';
import { openEventStore } from '../store/testing/open-stores.ts';
import { rateAll, ratingsPlugin } from './ratings.ts';
import { DAY, openShop, type Shop } from './testing/shop.ts';

let shop: Shop;
let events: EventStore;
let folder: string;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'vitrine-ratings-'));
  shop = await openShop();
  events = await openEventStore(folder, { error: (_, message) => expect.unreachable(message) });
});
afterEach(async () => {
  await shop.close();
  await events.close();
  rmSync(folder, { recursive: true });
});

function track(mediaId: number | string, action: 'render' | 'click', times: number, occurredAt = Date.now()) {
  const row = {
    kind: 'media',
    action,
    mediaId: String(mediaId),
    scopeKind: 'best',
    analyticsId: 'a',
    wire: 'tracking',
  };
  const rows = Array.from({ length: times }, () => ({ ...row, id: uuidv7(), occurredAt, receivedAt: occurredAt }));
  return events.submit(shop.customerId, rows);
}

async function rated(): Promise<[id: number, rating: number][]> {
  const { places } = await shop.contentStore.page({
    ...{ scope: { kind: 'customer', id: shop.customerId }, sorting: 'rated', count: 50 },
    ...{ onlyWithRights: false, onlyInStock: false, snapshot: await shop.contentStore.listSnapshot(Date.now()) },
  });
  return places.map(({ mediaId, value }) => [mediaId, value]);
}

it('orders by what shoppers clicked in the last 30 days', async () => {
  const [half, quarter, once, more] = [
    await shop.addMedia(),
    await shop.addMedia(),
    await shop.addMedia(),
    await shop.addMedia(),
  ];
  await track(half, 'render', 4);
  await track(half, 'click', 2);
  await track(quarter, 'render', 4);
  await track(quarter, 'click', 1);
  await track(once, 'render', 1, Date.now() - 40 * DAY);
  await track(once, 'click', 1, Date.now() - 40 * DAY);
  await track(more, 'click', 3);
  await track('<script>', 'render', 1);
  await rateAll(shop.contentStore, events, Date.now());
  expect((await rated()).slice(0, 2)).toEqual([
    [half, 0.5],
    [quarter, 0.25],
  ]);
  expect((await rated()).slice(2).map(([, rating]) => rating)).toEqual([0, 0]);
  await track(more, 'render', 2);
  await rateAll(shop.contentStore, events, Date.now());
  expect((await rated())[0]).toEqual([more, 1]);
});

it('is done when the service has started, and finished before it ends', async () => {
  const media = await shop.addMedia();
  await track(media, 'render', 2);
  await track(media, 'click', 1);
  const app = fastify();
  await app.register(ratingsPlugin, { contentStore: shop.contentStore, eventStore: events });
  await app.ready();
  await app.close();
  expect(await rated()).toEqual([[media, 0.5]]);
});
