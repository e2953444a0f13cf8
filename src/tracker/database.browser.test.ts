import { afterEach, describe, expect, test, vi } from 'vitest';
import { click, closeShops, databases, listenForDrops, openShop, recordKeys, storedRows } from './testing/shops.ts';

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

describe('a connection that has died without a word, as iOS ends those of a page in the background', () => {
  test('is opened anew by the next use', async () => {
    const shop = openShop();
    await shop.order({ status: 503, retryAfter: '3600' });
    const tracker = shop.start();
    tracker.track(click(1));
    await expect.poll(async () => (await storedRows()).length, until).toBe(1);
    const { transaction } = IDBDatabase.prototype;
    let dead: IDBDatabase | undefined;
    vi.spyOn(IDBDatabase.prototype, 'transaction').mockImplementation(function (this: IDBDatabase, ...how) {
      // The tracker's, by its options: this test's own have none.
      if (how[2]) dead ??= this;
      dead?.close();
      return transaction.apply(this, how);
    });
    tracker.track(click(2));
    await expect.poll(async () => (await storedRows()).map(({ event }) => event.media), until).toEqual(['1', '2']);
  });

  test('is opened once more for a use, not for ever', async () => {
    const shop = openShop();
    const tracker = shop.start();
    tracker.track(click(1));
    await expect.poll(shop.clicks, until).toEqual(['1']);
    const { transaction } = IDBDatabase.prototype;
    const dying = vi.spyOn(IDBDatabase.prototype, 'transaction').mockImplementation(function (
      this: IDBDatabase,
      ...how
    ) {
      this.close();
      return transaction.apply(this, how);
    });
    tracker.track(click(2));
    await expect.poll(shop.clicks, until).toEqual(['1', '2']);
    // It is saved, and would be settled.
    expect(dying.mock.calls.length).toBeLessThanOrEqual(4);
  });
});

describe('a database of this name that is another script’s', () => {
  /** Makes one with these object stores, and keeps it open as its owner would. */
  async function openForeign(version: number, ...stores: string[]): Promise<IDBDatabase> {
    const open = indexedDB.open('vitrine', version);
    open.onupgradeneeded = () => stores.forEach((name) => void open.result.createObjectStore(name));
    const database = await new Promise<IDBDatabase>((resolve) => {
      open.onsuccess = () => resolve(open.result);
    });
    database.onversionchange = () => database.close();
    return database;
  }

  test.each([1, 12])('in version %d is left as it is, also when consent is withdrawn', async (version) => {
    const foreign = await openForeign(version, 'basket');
    const shop = openShop();
    const tracker = shop.start();
    tracker.track(click(1));
    await expect.poll(shop.clicks, until).toEqual(['1']);
    tracker.consent('denied');
    await expect.poll(async () => (await shop.log()).stored.at(-1)?.kind, until).toBe('choice');
    await new Promise((resolve) => setTimeout(resolve, 500));
    expect([foreign.version, ...foreign.objectStoreNames]).toEqual([version, 'basket']);
    expect(() => foreign.transaction('basket')).not.toThrow();
    expect(await indexedDB.databases()).toContainEqual({ name: 'vitrine', version });
    foreign.close();
  });

  test('and has the tracker’s store beside others loses what is ours when consent is withdrawn', async () => {
    (await openForeign(12, 'tracker', 'basket')).close();
    const shop = openShop();
    const tracker = shop.start();
    tracker.track(click(1));
    await expect.poll(recordKeys, until).toContain('analytics_id');
    tracker.consent('denied');
    await expect.poll(recordKeys, until).toEqual([]);
    expect(await databases()).toContain('vitrine');
  });
});
