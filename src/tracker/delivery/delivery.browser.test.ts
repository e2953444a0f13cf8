import { afterEach, describe, expect, inject, test, vi } from 'vitest';
import type { WireRequest } from '../../wires/wire.ts';
import { click, closeShops, listenForDrops, openShop, storedRows } from '../testing/shops.ts';

afterEach(async () => {
  vi.restoreAllMocks();
  await closeShops();
});

const until = { timeout: 15_000 };

describe('destinations', () => {
  test('one being down delays no other, and gets its events later', async () => {
    const [up, down] = [openShop(), openShop()];
    await down.order({ status: 503 });
    const tracker = up.start({ destinations: [up.wire, { ...down.wire, name: 'second' }] });
    tracker.track(click(1));
    tracker.track(click(2));
    await expect.poll(up.clicks, until).toEqual(['1', '2']);
    await expect.poll(async () => (await storedRows()).map(({ states }) => Object.values(states)[0])).toEqual([2, 2]);
    await down.order({});
    await expect.poll(down.clicks, until).toEqual(['1', '2']);
    expect(await up.clicks()).toEqual(['1', '2']);
    await expect.poll(storedRows).toEqual([]);
  });

  test('a request of the wire’s own goes before its events, and fails with the destination only', async () => {
    const shop = openShop();
    const greeting = { ...shop.wire };
    greeting.encode = (events, limit, sentAt) => {
      const requests = shop.wire.encode(events, limit, sentAt);
      return requests.flatMap((request) => [{ ...request, ids: [], body: '{"requests":[]}' }, request]);
    };
    await shop.order({ status: 503 });
    shop.start({ destinations: [greeting] }).track(click(1));
    await expect.poll(async () => (await shop.log()).requests[0]?.status, until).toBe(503);
    await shop.order({});
    await expect.poll(shop.clicks, until).toEqual(['1']);
    expect((await shop.log()).requests.slice(-2).map(({ status }) => status)).toEqual([200, 200]);
    await expect.poll(storedRows).toEqual([]);
  });

  test('without ids on the other side, an event is settled before its request leaves, and never sent twice', async () => {
    const shop = openShop();
    const once = { ...shop.wire, idempotent: false };
    const drops = listenForDrops();
    await shop.order({ status: 503 });
    const first = shop.start({ destinations: [once] });
    first.track(click(1));
    await expect.poll(async () => (await shop.log()).requests.length, until).toBe(1);
    expect(await storedRows()).toEqual([]);
    await expect.poll(() => drops).toEqual(['lost 1']);
    first.stop();
    await shop.order({});
    shop.start({ destinations: [once] }).track(click(2));
    await expect.poll(shop.clicks, until).toEqual(['2']);
  });

  test('without ids on the other side, one event is lost while it is down: a probe without an event goes before the others', async () => {
    const shop = openShop();
    const drops = listenForDrops();
    const url = `${inject('collector')}/track/bulk?auth_token=${shop.key}`;
    const probe: WireRequest = {
      method: 'POST',
      url,
      body: '{"requests":["/track/no"]}',
      ids: ['probe'],
      beacon: true,
    };
    await shop.order({ gateway: 404 });
    const tracker = shop.start({ destinations: [{ ...shop.wire, idempotent: false, probe }] });
    tracker.track(click(1));
    await expect.poll(() => drops, until).toEqual(['lost 1']);
    for (let i = 2; i < 5; i++) tracker.track(click(i));
    await expect.poll(async () => (await shop.log()).requests.length, until).toBeGreaterThan(2);
    expect(await storedRows()).toHaveLength(3);
    await shop.order({});
    await expect.poll(shop.clicks, until).toEqual(['2', '3', '4']);
    expect(drops).toEqual(['lost 1']);
  });

  test('without ids on the other side, nothing leaves while the browser is offline', async () => {
    const shop = openShop();
    const online = vi.spyOn(navigator, 'onLine', 'get').mockReturnValue(false);
    const tracker = shop.start({ destinations: [{ ...shop.wire, idempotent: false }] });
    for (let i = 0; i < 3; i++) tracker.track(click(i));
    await expect.poll(async () => (await storedRows()).length, until).toBe(3);
    dispatchEvent(new Event('pagehide'));
    dispatchEvent(new Event('pageshow'));
    await new Promise((resolve) => setTimeout(resolve, 1500));
    expect((await shop.log()).requests).toEqual([]);
    online.mockReturnValue(true);
    dispatchEvent(new Event('online'));
    await expect.poll(shop.clicks, until).toEqual(['0', '1', '2']);
    await expect.poll(storedRows).toEqual([]);
  });

  test('more than the bounds: the oldest are dropped and counted', async () => {
    const shop = openShop();
    const drops = listenForDrops();
    await shop.order({ status: 503 });
    const tracker = shop.start();
    for (let i = 0; i < 700; i++) tracker.track(click(i));
    await expect.poll(async () => (await storedRows()).length, until).toBe(700);
    for (let i = 700; i < 1010; i++) tracker.track(click(i));
    await expect.poll(() => drops.length, until).toBe(10);
    expect(new Set(drops)).toEqual(new Set(['count 1']));
    await expect.poll(async () => (await storedRows()).length).toBe(1000);
  });
});
