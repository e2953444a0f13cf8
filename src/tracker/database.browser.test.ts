import { afterEach, describe, expect, test, vi } from 'vitest';
import { click, closeShops, listenForDrops, openShop } from './testing.ts';

afterEach(async () => {
  vi.restoreAllMocks();
  await closeShops();
});

const until = { timeout: 15_000 };

describe('without a database', () => {
  test.each([
    [
      'absent',
      () =>
        vi.spyOn(IDBFactory.prototype, 'open').mockImplementation(() => {
          throw new DOMException('no', 'SecurityError');
        }),
    ],
    [
      'failing half-way',
      () => {
        const { put } = IDBObjectStore.prototype;
        // As a full disk does it: the write is taken, and its transaction aborted.
        return vi.spyOn(IDBObjectStore.prototype, 'put').mockImplementation(function (this: IDBObjectStore, ...row) {
          const request = put.apply(this, row);
          this.transaction.abort();
          return request;
        });
      },
    ],
  ])('%s: events are delivered from memory', async (_, sabotage) => {
    const shop = openShop();
    const drops = listenForDrops();
    sabotage();
    await shop.order({ status: 503 });
    const tracker = shop.start();
    tracker.track(click(1));
    await expect.poll(async () => (await shop.log()).requests.length, until).toBeGreaterThan(0);
    await shop.order({});
    tracker.track(click(2));
    await expect.poll(shop.clicks, until).toEqual(['1', '2']);
    expect(drops).toEqual([]);
  });
});
