import { afterEach, describe, expect, inject, test, vi } from 'vitest';
import {
  click,
  closeShops,
  listenForDrops,
  openShop,
  putRecords,
  recordKeys,
  type Shop,
  storedRows,
} from '../testing/shops.ts';
import { startTracker } from '../tracker.ts';
import * as backlog from './backlog.ts';

afterEach(async () => {
  vi.restoreAllMocks();
  await closeShops();
});

const until = { timeout: 15_000 };

describe('the backlog', () => {
  test('what a page could not deliver, the next one does, with its own ids and times', async () => {
    const shop = openShop();
    await shop.order({ status: 503 });
    const first = shop.start();
    const at = Date.now() - 3_600_000;
    for (let i = 0; i < 3; i++) first.track(click(i, { at: at + i }));
    await expect.poll(async () => (await storedRows()).length, until).toBe(3);
    const ids = (await storedRows()).map(({ event }) => event.id);
    first.stop();
    await shop.order({});
    shop.start();
    await expect.poll(async () => (await shop.clicks()).toSorted(), until).toEqual(['0', '1', '2']);
    const { stored } = await shop.log();
    expect(stored.map(({ id }) => id).toSorted()).toEqual(ids.toSorted());
    expect(stored.map(({ at }) => at).toSorted()).toEqual([at, at + 1, at + 2]);
    await expect.poll(storedRows).toEqual([]);
  });

  test('what a stopped tracker had only just heard stays for the next one', async () => {
    const shop = openShop();
    const first = shop.start();
    await Promise.resolve();
    first.track(click(1));
    first.stop();
    await expect.poll(async () => (await storedRows()).length, until).toBe(1);
    expect(await shop.clicks()).toEqual([]);
    shop.start();
    await expect.poll(shop.clicks, until).toEqual(['1']);
  });

  /** What a page left behind, and a lock that "another tab" holds until it is told to let go. */
  async function leftBehind(shop: Shop): Promise<() => void> {
    await shop.order({ status: 503 });
    const first = shop.start();
    first.track(click(1));
    await expect.poll(async () => (await storedRows()).length, until).toBe(1);
    first.stop();
    await shop.order({});
    let release = () => {};
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    void navigator.locks.request(`vitrine tracking ${shop.key}`, () => held);
    return release;
  }

  test('while another tab holds the lock, the backlog is left alone; then the lock is held no longer than a drain', async () => {
    const shop = openShop();
    const release = await leftBehind(shop);
    shop.start().track(click(2));
    await expect.poll(shop.clicks, until).toEqual(['2']);
    expect(await storedRows()).toHaveLength(1);
    release();
    await new Promise((resolve) => setTimeout(resolve));
    dispatchEvent(new Event('online'));
    await expect.poll(shop.clicks, until).toEqual(['2', '1']);
    // The collector has stored the event before its answer is read here.
    await expect.poll(async () => (await navigator.locks.query()).held).toEqual([]);
  });

  test('until its code is loaded, a page sends its own events, and the backlog follows when the code comes', async () => {
    const shop = openShop();
    (await leftBehind(shop))();
    let use: (code: typeof backlog) => void = () => {};
    const tracker = startTracker({ key: shop.key, api: inject('collector') }, (given) => {
      use = given;
    });
    try {
      tracker.track(click(2));
      await expect.poll(shop.clicks, until).toEqual(['2']);
      dispatchEvent(new Event('online'));
      tracker.track(click(3));
      await expect.poll(shop.clicks, until).toEqual(['2', '3']);
      await expect.poll(async () => (await storedRows()).map(({ event }) => event.media)).toEqual(['1']);
      use(backlog);
      await expect.poll(shop.clicks, until).toEqual(['2', '3', '1']);
      await expect.poll(storedRows).toEqual([]);
    } finally {
      tracker.stop();
    }
  });

  test('a page that is back online just while it is told that the lock is taken asks for it again', async () => {
    const shop = openShop();
    const release = await leftBehind(shop);
    const { locks } = navigator;
    const request = locks.request.bind(locks) as (...asked: unknown[]) => Promise<unknown>;
    let answer: unknown = 'none';
    vi.spyOn(locks, 'request').mockImplementationOnce((name: string, options: unknown, use: unknown) => {
      const refused = request(name, options, (lock: unknown) => {
        answer = lock;
        return (use as (lock: unknown) => unknown)(lock);
      });
      dispatchEvent(new Event('online'));
      return refused.finally(release);
    });
    shop.start();
    await expect.poll(shop.clicks, until).toEqual(['1']);
    expect(answer).toBe(null);
  });

  test('what the database can be read of and not settled in is sent once a visit', async () => {
    const shop = openShop();
    await shop.order({ status: 503 });
    const first = shop.start();
    // More than a request holds, so that a batch is settled in parts.
    const segments: [string, string][] = [['long', 'a'.repeat(1000)]];
    const all = Array.from({ length: 60 }, (_, i) => String(i));
    for (const i of all) first.track(click(i, { segments }));
    await expect.poll(async () => (await storedRows()).length, until).toBe(60);
    first.stop();
    await shop.order({});
    const { put } = IDBObjectStore.prototype;
    vi.spyOn(IDBObjectStore.prototype, 'put').mockImplementation(function (this: IDBObjectStore, ...how) {
      const request = put.apply(this, how);
      this.transaction.abort();
      return request;
    });
    const { requests: before } = await shop.log();
    shop.start();
    await expect.poll(async () => (await shop.clicks()).toSorted(), until).toEqual(all.toSorted());
    const { requests } = await shop.log();
    expect(requests.length - before.length).toBeLessThan(10);
    await new Promise((resolve) => setTimeout(resolve, 1500));
    expect((await shop.log()).requests).toHaveLength(requests.length);
  });

  describe('where other scripts of the origin write', () => {
    const at = Date.now() - 3_600_000;
    const row = (shop: Shop, media: number, state = 0) => ({
      page: `0000000${media}`,
      event: {
        ...click(media),
        id: `01941f29-7c00-7000-8000-00000000000${media}`,
        at,
        analyticsId: 'a',
        pageUrl: 'https://shop.test/',
      },
      bytes: 400,
      states: { [`tracking ${shop.key}`]: state },
    });
    const FOREIGN: [what: string, record: unknown][] = [
      ['a number', 7],
      ['a text', 'x'],
      ['nothing', undefined],
      ['an empty list', []],
      ['a list of something else', [{ id: 1 }, null]],
      ['an event without states', [{ page: '00000000', event: { id: 'x', at: 1 }, bytes: 1 }]],
      ['an event whose states are null', [{ page: '00000000', event: { id: 'x', at: 1 }, bytes: 1, states: null }]],
      ['states that are none', [{ page: '00000000', event: { id: 'x', at: 1 }, bytes: 1, states: { any: 'new' } }]],
      [
        'an event that is larger than any',
        [{ page: '00000000', event: { id: 'x', at: 1 }, bytes: 1e15, states: { any: 0 } }],
      ],
    ];

    test('what is no event of ours is deleted, and holds up none', async () => {
      const shop = openShop();
      // More than are read at once, and the only one of ours behind them.
      const foreign = [...FOREIGN, ...FOREIGN, ...FOREIGN];
      await putRecords(foreign.map(([, record], at) => [['0', `${at}`], record]));
      await putRecords([
        [['00000001', 'b'], [row(shop, 1)]],
        ['poison', 'x'],
      ]);
      const errors: string[] = [];
      const listen = ({ message }: ErrorEvent) => void errors.push(message);
      addEventListener('error', listen);
      const reads = vi.spyOn(IDBObjectStore.prototype, 'getAll');
      shop.start();
      await expect.poll(shop.clicks, until).toEqual(['1']);
      // What lies outside of the backlog costs nothing, and may be a newer version's.
      await expect.poll(recordKeys).toEqual(['analytics_id', 'poison']);
      expect(reads.mock.calls.length).toBeLessThan(8);
      removeEventListener('error', listen);
      expect(errors).toEqual([]);
    });

    test('a record that another script replaces while it is being delivered troubles nobody', async () => {
      const shop = openShop();
      const errors: string[] = [];
      const listen = ({ message }: ErrorEvent) => void errors.push(message);
      addEventListener('error', listen);
      await shop.order({ status: 503 });
      shop.start().track(click(1));
      await expect.poll(async () => (await storedRows()).length, until).toBe(1);
      const key = (await recordKeys()).find(Array.isArray) as IDBValidKey;
      await putRecords([[key, [null, 7]]]);
      await shop.order({});
      dispatchEvent(new Event('online'));
      await expect.poll(shop.clicks, until).toEqual(['1']);
      await expect.poll(recordKeys).toEqual(['analytics_id']);
      removeEventListener('error', listen);
      expect(errors).toEqual([]);
    });

    test('an event under another key than its own is sent once and goes, a settled one just goes', async () => {
      const shop = openShop();
      await putRecords([
        [['zzzz', 'z'], [row(shop, 2)]],
        [['zzzz', 'y'], [row(shop, 3, 2)]],
      ]);
      shop.start();
      await expect.poll(shop.clicks, until).toEqual(['2']);
      await expect.poll(recordKeys).toEqual(['analytics_id']);
      await new Promise((resolve) => setTimeout(resolve, 1500));
      expect((await shop.log()).requests).toHaveLength(1);
    });
  });

  test('without ids on the other side, what is under way when the page ends goes on: it is settled already', async () => {
    const shop = openShop();
    const destinations = [{ ...shop.wire, idempotent: false }];
    const first = shop.start({ destinations });
    await Promise.resolve();
    first.track(click(1, { at: Date.now() - 3_600_000 }));
    first.stop();
    await expect.poll(async () => (await storedRows()).length, until).toBe(1);
    const drops = listenForDrops();
    const { fetch } = window;
    vi.spyOn(window, 'fetch').mockImplementation((...how) => {
      if (String(how[0]).includes('/track/bulk')) dispatchEvent(new PageTransitionEvent('pagehide'));
      return fetch(...how);
    });
    shop.start({ destinations });
    await expect.poll(shop.clicks, until).toEqual(['1']);
    expect(drops).toEqual([]);
    expect(await storedRows()).toEqual([]);
  });
});
