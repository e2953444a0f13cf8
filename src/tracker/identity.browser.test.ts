import { afterEach, describe, expect, test, vi } from 'vitest';
import { click, closeShops, databases, openShop, putRecords, readRecord } from './testing/shops.ts';

afterEach(async () => {
  vi.restoreAllMocks();
  await closeShops();
});

const until = { timeout: 15_000 };

describe('identity', () => {
  test('is one for all visits, until the shop says another', async () => {
    const shop = openShop();
    for (const media of [1, 2]) {
      const tracker = shop.start();
      tracker.track(click(media));
      await expect.poll(async () => (await shop.log()).stored.length, until).toBe(media);
      if (media === 2) tracker.identify('from elsewhere / ü');
      tracker.stop();
    }
    shop.start().track(click(3));
    await expect.poll(async () => (await shop.log()).stored.length, until).toBe(3);
    const [first, second, third] = (await shop.log()).stored.map(({ analyticsId }) => analyticsId);
    expect(second).toBe(first);
    expect(third).toBe('from elsewhere / ü');
  });
});

describe('identity, where other scripts write', () => {
  test.each([
    ['a number', 7],
    ['an object', { id: 'x' }],
    ['empty', ''],
    ['too long', 'x'.repeat(257)],
    ['with a NUL', 'a\0b'],
  ])('%s in its place is replaced', async (_, value) => {
    await putRecords([['analytics_id', value]]);
    const shop = openShop();
    shop.start().track(click(1));
    await expect.poll(shop.clicks, until).toEqual(['1']);
    const [event] = (await shop.log()).stored;
    expect(event?.analyticsId).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7/);
    expect(await readRecord('analytics_id')).toBe(event?.analyticsId);
  });
});

describe('the previous id', () => {
  const told = async (shop: ReturnType<typeof openShop>) =>
    (await shop.log()).stored.map(({ analyticsId, previousId }) => [analyticsId, previousId]);

  test('is told beside the one that the shop gives, on that page and on no later one', async () => {
    const shop = openShop();
    const tracker = shop.start();
    tracker.track(click(1));
    await expect.poll(shop.clicks, until).toEqual(['1']);
    tracker.identify('mila');
    tracker.track(click(2));
    await expect.poll(shop.clicks, until).toEqual(['1', '2']);
    tracker.stop();
    const next = shop.start();
    next.identify('mila');
    next.track(click(3));
    await expect.poll(shop.clicks, until).toEqual(['1', '2', '3']);
    const [[first] = []] = await told(shop);
    expect(await told(shop)).toEqual([
      [first, undefined],
      ['mila', first],
      ['mila', undefined],
    ]);
  });

  test('of an earlier visit is told, too, when the page gives another one before it was read', async () => {
    const shop = openShop();
    const first = shop.start();
    first.identify('mila');
    first.track(click(1));
    await expect.poll(shop.clicks, until).toEqual(['1']);
    first.stop();
    const second = shop.start();
    second.identify('noor');
    second.track(click(2));
    await expect.poll(shop.clicks, until).toEqual(['1', '2']);
    expect(await told(shop)).toEqual([
      ['mila', undefined],
      ['noor', 'mila'],
    ]);
  });

  test('is none before consent: an id that was never in use is not told', async () => {
    const shop = openShop();
    const tracker = shop.start({ consent: 'required' });
    tracker.identify('mila');
    tracker.identify('noor');
    tracker.track(click(1));
    tracker.consent('granted');
    await expect.poll(shop.clicks, until).toEqual(['1']);
    expect(await told(shop)).toEqual([['noor', undefined]]);
  });

  test('is forgotten with consent', async () => {
    const shop = openShop();
    const tracker = shop.start();
    tracker.track(click(1));
    await expect.poll(shop.clicks, until).toEqual(['1']);
    tracker.identify('mila');
    tracker.consent('denied');
    await expect.poll(databases).not.toContain('vitrine');
    tracker.consent('granted');
    tracker.track(click(2));
    await expect.poll(async () => (await shop.clicks()).at(-1), until).toBe('2');
    expect((await told(shop)).at(-1)?.[1]).toBeUndefined();
  });
});

describe('identity, in a hurry', () => {
  test('a page that opens in the background asks first who the visitor is', async () => {
    const shop = openShop();
    const first = shop.start();
    first.track(click(1));
    await expect.poll(shop.clicks, until).toEqual(['1']);
    first.stop();
    // A browser that tests drive never hides a page.
    Object.defineProperty(document, 'hidden', { value: true, configurable: true });
    try {
      shop.start().track(click(2));
      await expect.poll(shop.clicks, until).toEqual(['1', '2']);
    } finally {
      Reflect.deleteProperty(document, 'hidden');
    }
    const [before, after] = (await shop.log()).stored;
    expect(after?.analyticsId).toBe(before?.analyticsId);
  });

  test('an id that is still being read when consent is withdrawn does not come back with the next grant', async () => {
    const shop = openShop();
    const first = shop.start();
    first.track(click(1));
    await expect.poll(shop.clicks, until).toEqual(['1']);
    first.stop();
    const tracker = shop.start();
    const { get } = IDBObjectStore.prototype;
    const withdrawn = new Promise<void>((resolve) => {
      vi.spyOn(IDBObjectStore.prototype, 'get').mockImplementation(function (this: IDBObjectStore, key) {
        if (key === 'analytics_id') {
          vi.restoreAllMocks();
          tracker.consent('denied');
          resolve();
        }
        return get.call(this, key);
      });
    });
    tracker.track(click(2));
    await withdrawn;
    await expect.poll(databases).not.toContain('vitrine');
    tracker.consent('granted');
    tracker.track(click(3));
    await expect.poll(async () => (await shop.clicks()).at(-1), until).toBe('3');
    const { stored } = await shop.log();
    expect(stored.at(-1)?.analyticsId).not.toBe(stored[0]?.analyticsId);
  });
});
