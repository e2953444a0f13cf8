import { afterEach, describe, expect, test, vi } from 'vitest';
import type { StampedEvent } from '../events/vocabulary.ts';
import type { Wire } from '../wires/wire.ts';
import { click, closeShops, openShop, storedRows } from './testing/shops.ts';

afterEach(async () => {
  vi.restoreAllMocks();
  await closeShops();
});

const until = { timeout: 15_000 };

describe('page end', () => {
  const leave = () => dispatchEvent(new PageTransitionEvent('pagehide', { persisted: true }));
  const back = () => dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true }));

  test('beacons what waits, sends nothing twice, and asks for an acknowledgement when the page comes back', async () => {
    const shop = openShop();
    const tracker = shop.start();
    await Promise.resolve();
    const beacons = vi.spyOn(navigator, 'sendBeacon');
    for (let i = 0; i < 20; i++) tracker.track(click(i));
    leave();
    leave();
    document.dispatchEvent(new Event('freeze'));
    await expect.poll(async () => (await shop.clicks()).length, until).toBe(20);
    expect(beacons.mock.calls.map(([, body]) => typeof body)).toEqual(['string']);
    expect((await shop.log()).requests).toHaveLength(1);
    await expect.poll(async () => (await storedRows()).length).toBe(20);
    back();
    await expect.poll(storedRows, until).toEqual([]);
    expect(await shop.clicks()).toHaveLength(20);
    expect((await shop.log()).requests).toHaveLength(2);
  });

  test('where beacons are turned off, what waits is stored for the next visit', async () => {
    const shop = openShop();
    const tracker = shop.start();
    await Promise.resolve();
    // Firefox with `beacon.enabled` off has no such function.
    Object.defineProperty(navigator, 'sendBeacon', { value: undefined, configurable: true });
    try {
      tracker.track(click(1));
      leave();
      await expect.poll(async () => (await storedRows()).map(({ event }) => event.media), until).toEqual(['1']);
    } finally {
      Reflect.deleteProperty(navigator, 'sendBeacon');
    }
    back();
    await expect.poll(shop.clicks, until).toEqual(['1']);
  });

  test('without ids on the other side, beacons only what was never persisted', async () => {
    const shop = openShop();
    await shop.order({ status: 503, retryAfter: '3600' });
    const tracker = shop.start({ destinations: [{ ...shop.wire, idempotent: false }] });
    tracker.track(click(0));
    await expect.poll(async () => (await shop.log()).requests.length, until).toBe(1);
    await shop.order({});
    // The destination is to be left alone for an hour, so this one is kept.
    tracker.track(click(1));
    await expect.poll(async () => (await storedRows()).length, until).toBe(1);
    tracker.track(click(2));
    leave();
    await expect.poll(shop.clicks, until).toEqual(['2']);
    expect((await storedRows()).map(({ event }) => event.media)).toEqual(['1']);
    back();
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
