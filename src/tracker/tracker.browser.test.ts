import { afterEach, describe, expect, test, vi } from 'vitest';
import { type ActEvent, LISTEN } from '../events/dom.ts';
import { click, closeShops, databases, listenForDrops, openShop, storedRows } from './testing.ts';

/** All that touches the one database of the origin is in this file, since files of tests run side by side. */

afterEach(async () => {
  vi.restoreAllMocks();
  await closeShops();
});

const until = { timeout: 15_000 };

describe('the way of an event', () => {
  test('from track() to a row of the collector, and out of the outbox', async () => {
    const shop = openShop();
    const before = Date.now();
    const tracker = shop.start({ segments: [['country', 'DE']] });
    tracker.segment('section', 'a:b');
    tracker.track(click(1, { segments: [['country', 'FR']] }));
    await expect.poll(shop.clicks, until).toEqual(['1']);
    const [event] = (await shop.log()).stored;
    expect(event).toMatchObject({
      kind: 'media',
      action: 'click',
      pageUrl: location.href,
      segments: [
        ['country', 'FR'],
        ['section', 'a:b'],
      ],
    });
    expect(event?.id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7/);
    expect(event?.at).toBeGreaterThanOrEqual(before);
    expect(event?.analyticsId.length).toBeGreaterThan(15);
    await expect.poll(storedRows).toEqual([]);
  });

  test('track() touches no storage and serialises nothing', async () => {
    const shop = openShop();
    const tracker = shop.start();
    await new Promise((resolve) => setTimeout(resolve));
    const costly = [
      vi.spyOn(IDBDatabase.prototype, 'transaction'),
      vi.spyOn(IDBFactory.prototype, 'open'),
      vi.spyOn(JSON, 'stringify'),
      vi.spyOn(globalThis, 'structuredClone'),
    ];
    for (const spy of costly) spy.mockClear();
    tracker.track(click(1));
    expect(costly.map((spy) => spy.mock.calls.length)).toEqual([0, 0, 0, 0]);
    await expect.poll(shop.clicks, until).toEqual(['1']);
  });

  test('acts of elements are heard although the page stops them, once each', async () => {
    const shop = openShop();
    const element = document.body.appendChild(document.createElement('div'));
    element.addEventListener('vitrine-click', (event) => event.stopPropagation());
    const act = (media: number) => {
      const detail = click(media, { id: `0192f3a4-0000-7000-8000-00000000000${media}`, at: Date.now() });
      const event = new CustomEvent('vitrine-click', { detail, bubbles: true, composed: true });
      element.dispatchEvent(event);
      return event as ActEvent;
    };
    expect(act(1).heard).toBeUndefined();
    // As an element does: what nobody heard is said again to a tracker that listens.
    addEventListener(LISTEN, () => act(1), { once: true });
    shop.start();
    await new Promise((resolve) => setTimeout(resolve));
    expect(act(2).heard).toBe(true);
    expect(act(2).heard).toBe(true);
    await expect.poll(shop.clicks, until).toEqual(['1', '2']);
    element.remove();
  });

  test('one tracker per page and key, and no global', () => {
    const before = Object.getOwnPropertyNames(window).length;
    const [one, other] = [openShop(), openShop()];
    const tracker = one.start();
    expect(one.start()).toBe(tracker);
    expect(other.start()).not.toBe(tracker);
    expect(Object.getOwnPropertyNames(window).length).toBe(before);
    tracker.stop();
    expect(one.start()).not.toBe(tracker);
  });

  test('a sale is counted once, unit by unit', async () => {
    const shop = openShop();
    const products = [
      { id: 'mug', amount: '18.00', quantity: 2 },
      { id: 7, amount: 3.5 },
    ];
    for (let i = 0; i < 2; i++) {
      const tracker = shop.start();
      tracker.checkout({ transactionId: 4711, currency: 'EUR', products });
      // More, when the first tracker is stopped before it has read the answer: the next one then says it again.
      await expect.poll(async () => (await shop.log()).requests.length, until).toBeGreaterThan(i);
      tracker.stop();
    }
    expect((await shop.log()).stored).toMatchObject([
      {
        kind: 'checkout',
        transactionId: '4711',
        currency: 'EUR',
        products: [
          { id: 'mug', amount: 18 },
          { id: 'mug', amount: 18 },
          { id: '7', amount: 3.5 },
        ],
        referrer: location.href,
      },
    ]);
  });

  test('a quantity that is not told is one unit, a price that is not told is not 0', async () => {
    const shop = openShop();
    const drops = listenForDrops();
    vi.spyOn(console, 'error').mockImplementation(() => {});
    const tracker = shop.start();
    // As templates write what they do not have.
    const sold = (transactionId: string, amount: unknown, quantity: unknown) =>
      tracker.checkout({ transactionId, currency: 'EUR', products: [{ id: 'mug', amount, quantity } as never] });
    sold('T-1', 18, null);
    sold('T-2', null, 1);
    sold('T-3', '', 1);
    await expect.poll(() => drops, until).toEqual(['refused 2']);
    expect((await shop.log()).stored).toMatchObject([{ transactionId: 'T-1', products: [{ id: 'mug', amount: 18 }] }]);
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
});

describe('on a page of strangers', () => {
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

  test('a global `scheduler` that is another library’s is not the browser’s', async () => {
    const own = Object.getOwnPropertyDescriptor(globalThis, 'scheduler') as PropertyDescriptor;
    Object.defineProperty(globalThis, 'scheduler', { value: { config: {} }, configurable: true });
    try {
      const shop = openShop();
      shop.start().track(click(1));
      await expect.poll(shop.clicks, until).toEqual(['1']);
    } finally {
      Object.defineProperty(globalThis, 'scheduler', own);
    }
  });
});

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

  test('403 is refused and counted, and not tried again', async () => {
    const shop = openShop();
    const drops = listenForDrops();
    await shop.order({ status: 403 });
    const tracker = shop.start();
    tracker.track(click(1));
    tracker.track(click(2));
    await expect.poll(() => drops, until).toEqual(['refused 2']);
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
    await expect.poll(() => drops).toEqual(['unsendable 1']);
    first.stop();
    await shop.order({});
    shop.start({ destinations: [once] }).track(click(2));
    await expect.poll(shop.clicks, until).toEqual(['2']);
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

describe('leftovers', () => {
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

  test('while another tab holds the lock, leftovers are left alone; then the lock is held no longer than a drain', async () => {
    const shop = openShop();
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
});

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

describe('consent', () => {
  test('required: nothing is read, stored or sent before it is granted', async () => {
    const shop = openShop();
    const open = vi.spyOn(IDBFactory.prototype, 'open');
    const tracker = shop.start({ consent: 'required' });
    tracker.track(click(1));
    const at = Date.now();
    await new Promise((resolve) => setTimeout(resolve, 1500));
    expect(open).not.toHaveBeenCalled();
    expect((await shop.log()).requests).toEqual([]);
    tracker.consent('granted');
    await expect.poll(shop.clicks, until).toEqual(['1']);
    expect((await shop.log()).stored[0]?.at).toBeLessThanOrEqual(at);
  });

  test('denied: no request, no storage, and what waited is gone', async () => {
    const shop = openShop();
    const tracker = shop.start({ consent: 'required' });
    tracker.track(click(1));
    tracker.consent('denied');
    tracker.track(click(2));
    await new Promise((resolve) => setTimeout(resolve, 1500));
    expect((await shop.log()).requests).toEqual([]);
    expect(await databases()).not.toContain('vitrine');
    tracker.consent('granted');
    tracker.track(click(3));
    await expect.poll(shop.clicks, until).toEqual(['3']);
  });

  test('withdrawn: one last choice from memory, then identity and outbox are erased', async () => {
    const shop = openShop();
    const tracker = shop.start();
    tracker.track(click(1));
    await expect.poll(shop.clicks, until).toEqual(['1']);
    tracker.track(click(2));
    tracker.consent('denied');
    await expect
      .poll(async () => (await shop.log()).stored, until)
      .toMatchObject([{ media: '1' }, { kind: 'choice', choice: 'denied' }]);
    await expect.poll(databases).not.toContain('vitrine');
    const [first, last] = (await shop.log()).stored;
    expect(last?.analyticsId).toBe(first?.analyticsId);
    tracker.consent('granted');
    tracker.track(click(3));
    await expect.poll(async () => (await shop.log()).stored.length, until).toBe(3);
    expect((await shop.log()).stored[2]?.analyticsId).not.toBe(first?.analyticsId);
  });

  test('withdrawn while nobody looks: what the browser was to send later is taken back', async () => {
    const shop = openShop();
    const tracker = shop.start();
    await Promise.resolve();
    vi.spyOn(navigator, 'sendBeacon').mockReturnValue(false);
    const later = vi.fn((_url: string, _init: RequestInit) => ({ activated: false }));
    vi.stubGlobal('fetchLater', later);
    tracker.track(click(1));
    dispatchEvent(new PageTransitionEvent('pagehide', { persisted: true }));
    expect(later).toHaveBeenCalledOnce();
    const signal = later.mock.calls[0]?.[1].signal;
    expect(signal?.aborted).toBe(false);
    tracker.consent('denied');
    expect(signal?.aborted).toBe(true);
    vi.unstubAllGlobals();
    dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true }));
  });

  test('said in the same task as the start, it counts from the beginning', async () => {
    const shop = openShop();
    const tracker = shop.start();
    tracker.consent('denied');
    tracker.track(click(1));
    await new Promise((resolve) => setTimeout(resolve, 1500));
    expect((await shop.log()).requests).toEqual([]);
    expect(await databases()).not.toContain('vitrine');
  });

  test('Global Privacy Control denies, whatever else is said, unless it is overridden', async () => {
    Object.defineProperty(navigator, 'globalPrivacyControl', { value: true, configurable: true });
    const [strict, loose] = [openShop(), openShop()];
    const tracker = strict.start();
    tracker.consent('granted');
    tracker.track(click(1));
    loose.start({ gpc: 'ignore' }).track(click(2));
    await expect.poll(loose.clicks, until).toEqual(['2']);
    expect((await strict.log()).requests).toEqual([]);
    Reflect.deleteProperty(navigator, 'globalPrivacyControl');
  });
});

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
