import { afterEach, describe, expect, test, vi } from 'vitest';
import { click, closeShops, listenForDrops, openShop, storedRows } from '../testing/shops.ts';

afterEach(async () => {
  vi.restoreAllMocks();
  await closeShops();
});

const until = { timeout: 15_000 };

describe('answers', () => {
  test('503 with Retry-After, then 200: nothing lost, nothing twice', async () => {
    const shop = openShop();
    await shop.order({ status: 503, retryAfter: '1' });
    const tracker = shop.start();
    tracker.track(click(1));
    await expect.poll(async () => (await shop.log()).requests, until).toMatchObject([{ status: 503 }]);
    tracker.track(click(2));
    await shop.order({});
    await expect.poll(shop.clicks, until).toEqual(['1', '2']);
    // One probe while it was down, and then all together.
    expect((await shop.log()).requests).toMatchObject([{ status: 503 }, { status: 200 }]);
    await expect.poll(storedRows).toEqual([]);
  });

  test('a 200 that is not the protocol’s answer acknowledges nothing', async () => {
    const shop = openShop();
    await shop.order({ portal: true });
    shop.start().track(click(1));
    await expect.poll(async () => (await shop.log()).requests.length, until).toBeGreaterThan(0);
    expect(await storedRows()).toHaveLength(1);
    await shop.order({});
    await expect.poll(shop.clicks, until).toEqual(['1']);
  });

  test('a batch refused with 400 is halved until only the bad event is refused', async () => {
    const shop = openShop();
    const drops = listenForDrops();
    await shop.order({ poison: 'poison' });
    const tracker = shop.start();
    for (let i = 0; i < 9; i++) tracker.track(click(i, i === 5 ? { instance: 'poison' } : {}));
    await expect.poll(shop.clicks, until).toEqual(['0', '1', '2', '3', '4', '6', '7', '8']);
    await expect.poll(() => drops).toEqual(['refused 1']);
    await expect.poll(storedRows).toEqual([]);
  });

  test('an event that cannot be written down is counted, and takes none of the others with it', async () => {
    const shop = openShop();
    const drops = listenForDrops();
    const tracker = shop.start();
    for (let i = 0; i < 9; i++) tracker.track(click(i, i === 5 ? { media: 5 as never } : {}));
    await expect.poll(shop.clicks, until).toEqual(['0', '1', '2', '3', '4', '6', '7', '8']);
    await expect.poll(() => drops).toEqual(['unsendable 1']);
    await expect.poll(storedRows).toEqual([]);
  });

  test.each([403, 404, 405])('a gateway’s %i gives nothing up', async (gateway) => {
    const shop = openShop();
    const drops = listenForDrops();
    await shop.order({ gateway });
    shop.start().track(click(1));
    await expect.poll(async () => (await shop.log()).requests, until).toMatchObject([{ status: gateway }]);
    await shop.order({});
    await expect.poll(shop.clicks, until).toEqual(['1']);
    expect(drops).toEqual([]);
  });

  test('400 is refused and counted, and not tried again', async () => {
    const shop = openShop();
    const drops = listenForDrops();
    await shop.order({ status: 400 });
    shop.start().track(click(1));
    await expect.poll(() => drops, until).toEqual(['refused 1']);
    expect((await shop.log()).requests).toHaveLength(1);
    expect(await storedRows()).toEqual([]);
  });

  test('requests keep to 16 KiB, and what no request can carry is counted', async () => {
    const shop = openShop();
    const drops = listenForDrops();
    const tracker = shop.start();
    const giant = Array.from({ length: 50 }, (_, i) => [`k${i}`, '𝓋'.repeat(500)] as const);
    tracker.track(click(0, { segments: giant }));
    for (let i = 1; i <= 120; i++) tracker.track(click(i));
    await expect.poll(async () => (await shop.clicks()).length, until).toBe(120);
    const { requests } = await shop.log();
    expect(Math.max(...requests.map(({ bytes }) => bytes))).toBeLessThanOrEqual(16_384);
    expect(drops).toEqual(['unsendable 1']);
  });
});
