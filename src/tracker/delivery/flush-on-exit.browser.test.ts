import { afterEach, describe, expect, test, vi } from 'vitest';
import { click, closeShops, openShop, storedRows } from '../testing/shops.ts';

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
