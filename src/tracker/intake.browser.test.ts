import { afterEach, describe, expect, test, vi } from 'vitest';
import type { StampedEvent } from '../events/vocabulary.ts';
import type { Wire } from '../wires/wire.ts';
import { click, closeShops, listenForDrops, openShop, storedRows } from './testing/shops.ts';

afterEach(async () => {
  vi.restoreAllMocks();
  await closeShops();
});

const until = { timeout: 15_000 };

describe('what a page reports', () => {
  test('track() touches no storage, serialises nothing and asks for no randomness', async () => {
    const shop = openShop();
    const tracker = shop.start();
    await new Promise((resolve) => setTimeout(resolve));
    const costly = [
      vi.spyOn(IDBDatabase.prototype, 'transaction'),
      vi.spyOn(IDBFactory.prototype, 'open'),
      vi.spyOn(JSON, 'stringify'),
      vi.spyOn(globalThis, 'structuredClone'),
      vi.spyOn(crypto, 'getRandomValues'),
    ];
    for (const spy of costly) spy.mockClear();
    tracker.track(click(1));
    expect(costly.map((spy) => spy.mock.calls.length)).toEqual([0, 0, 0, 0, 0]);
    await expect.poll(shop.clicks, until).toEqual(['1']);
  });

  test('what is no event is dropped and counted, and spoils no other', async () => {
    const shop = openShop();
    const drops = listenForDrops();
    vi.spyOn(console, 'error').mockImplementation(() => {});
    const tracker = shop.start();
    const loop: Record<string, unknown> = {};
    loop.loop = loop;
    const nonsense: unknown[] = [
      undefined,
      null,
      7,
      {},
      { kind: 'dance' },
      loop,
      { ...click(9), scope: undefined },
      { ...click(9), segments: 5 },
    ];
    tracker.track(click(1));
    for (const input of nonsense) tracker.track(input as never);
    tracker.track(click(3));
    expect(() => tracker.segment('a:b', 'c')).toThrow(TypeError);
    expect(() => tracker.segment(undefined as never, 'c')).toThrow(TypeError);
    expect(() => tracker.identify('')).toThrow(TypeError);
    expect(() => tracker.consent('maybe' as never)).toThrow(TypeError);
    await expect.poll(shop.clicks, until).toEqual(['1', '3']);
    await expect.poll(() => drops.length).toBeGreaterThan(0);
    await expect.poll(storedRows).toEqual([]);
    const given = drops.map((drop) => Number(drop.split(' ')[1])).reduce((sum, count) => sum + count, 0);
    expect(given).toBe(nonsense.length);
  });

  test('segments past the bound are refused at once, and the events still arrive', async () => {
    const shop = openShop();
    const tracker = shop.start();
    for (let i = 0; i < 50; i++) tracker.segment(`key-${i}`, 'a');
    expect(() => tracker.segment('one more', 'a')).toThrow(TypeError);
    tracker.segment('key-7', 'b');
    tracker.track(click(1));
    await expect.poll(shop.clicks, until).toEqual(['1']);
    const [event] = (await shop.log()).stored;
    expect(event).toHaveProperty('segments.length', 50);
    expect(event).toHaveProperty('segments.7', ['key-7', 'b']);
  });
});

describe('addresses', () => {
  const home = location.href;
  afterEach(() => history.replaceState(null, '', home));
  const SECRETS = 'email=ada%40example.com&reset_token=SECRET&voucher=SECRET';

  test('carry no fragment, no secret and nothing personal, in whatever field they stand', async () => {
    const shop = openShop();
    const tracker = shop.start({ redact: 'customer_id Voucher' });
    history.replaceState(null, '', `/mugs?size=2&${SECRETS}#access_token=SECRET`);
    const target = 'https://x.example/?key=SECRET&a=1#SECRET';
    tracker.track(click(1));
    const sale = { currency: 'EUR', products: [{ id: 'mug', amount: 18 }] };
    tracker.checkout({ transactionId: 'T-1', ...sale });
    tracker.checkout({ transactionId: 'T-2', ...sale, referrer: `${target}${'x'.repeat(3000)}` });
    await expect.poll(async () => (await shop.log()).stored.length, until).toBe(3);
    const { stored } = await shop.log();
    const kept = `${location.origin}/mugs?size=2&email=&reset_token=&voucher=`;
    expect(stored.map(({ pageUrl }) => pageUrl)).toEqual([kept, kept, kept]);
    const referrers = stored.map((event) => 'referrer' in event && event.referrer);
    expect(referrers).toEqual([false, kept, 'https://x.example/?key=&a=1']);
    expect(JSON.stringify(stored)).not.toContain('SECRET');
  });

  test('of the page before and of links leave the page without them, whichever wire sends them', async () => {
    const shop = openShop();
    const events: StampedEvent[] = [];
    const encode: Wire['encode'] = (batch, limit, sentAt) => {
      events.push(...batch);
      return shop.wire.encode(batch, limit, sentAt);
    };
    const address = 'https://x.example/?email=SECRET&a=1#SECRET';
    // As a page may say it itself, and as the tag takes it.
    Object.defineProperty(document, 'referrer', { value: address, configurable: true });
    try {
      const tracker = shop.start({ destinations: [{ ...shop.wire, encode }] });
      tracker.track(click(1));
      tracker.track({ kind: 'link', action: 'link', target: address, segments: [] });
      await expect.poll(() => events.map(({ kind }) => kind), until).toEqual(['media', 'link']);
    } finally {
      Reflect.deleteProperty(document, 'referrer');
    }
    const kept = 'https://x.example/?email=&a=1';
    expect(events).toMatchObject([{ pageReferrer: kept }, { pageReferrer: kept, target: kept }]);
    expect(JSON.stringify(events)).not.toContain('SECRET');
  });

  test('are stored without them, and so is the last word of who withdraws consent', async () => {
    const shop = openShop();
    const tracker = shop.start();
    history.replaceState(null, '', `/mugs?${SECRETS}#SECRET`);
    await shop.order({ status: 503 });
    tracker.track(click(1));
    await expect.poll(async () => (await storedRows()).length, until).toBe(1);
    expect(JSON.stringify(await storedRows())).not.toContain('reset_token=S');
    await shop.order({});
    tracker.consent('denied');
    await expect.poll(async () => (await shop.log()).stored.map(({ kind }) => kind), until).toContain('choice');
    expect(JSON.stringify((await shop.log()).stored)).not.toContain('reset_token=S');
  });
});
