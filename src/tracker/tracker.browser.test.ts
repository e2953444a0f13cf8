import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { type ActEvent, LISTEN } from '../events/dom.ts';
import { readCheckout } from './checkout.ts';
import { click, closeShops, listenForDrops, openShop, storedRows } from './testing/shops.ts';

afterEach(async () => {
  vi.restoreAllMocks();
  await closeShops();
});

const until = { timeout: 15_000 };

describe('the way of an event', () => {
  // The page of the test has a `sessionId` in its address, which no event carries.
  const home = location.href;
  beforeEach(() => history.replaceState(null, '', '/mugs?size=2'));
  afterEach(() => history.replaceState(null, '', home));

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
    // Made a moment later, of the time when it happened.
    expect(Number.parseInt(`${event?.id}`.replace('-', '').slice(0, 12), 16)).toBe(event?.at);
    expect(event?.analyticsId.length).toBeGreaterThan(15);
    await expect.poll(storedRows).toEqual([]);
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
    await expect.poll(async () => (await shop.log()).stored.length, until).toBe(3);
    expect(drops).toEqual([]);
    const stored: unknown[] = (await shop.log()).stored;
    const unknown = [{ id: 'mug', quantity: 1 }];
    expect(stored).toMatchObject([
      { transactionId: 'T-1', products: [{ id: 'mug', amount: 18 }] },
      { transactionId: 'T-2', products: unknown },
      { transactionId: 'T-3', products: unknown },
    ]);
  });

  test('a product keeps what it is called and filed under, and what is no name is said and left out', () => {
    vi.spyOn(console, 'error').mockImplementation(() => {});
    const errors: string[] = [];
    const listen = ({ detail }: CustomEvent<{ message: string }>) => errors.push(detail.message);
    window.addEventListener('vitrine-error', listen);
    const mug = { id: 'mug', amount: 18 };
    const sold = (product: object) =>
      readCheckout({ transactionId: 'T-1', currency: 'EUR', products: [{ ...mug, ...product } as never] })[0];
    const named = { ...mug, name: 'A mug', category: 'Cups' };
    expect(sold({ name: 'A mug', category: 'Cups', quantity: 2 })?.products).toEqual([named, named]);
    expect(sold({ name: 'x'.repeat(2000), category: null })?.products).toEqual([{ ...mug, name: 'x'.repeat(1024) }]);
    expect(errors).toEqual([]);
    expect(sold({ name: { en: 'A mug' }, category: 7 })?.products).toEqual([{ ...mug, category: '7' }]);
    expect(errors).toEqual(['checkout "T-1": not understood, so left out: products[0].name (an object)']);
    // What a product is called says nothing of which sale it was.
    expect(sold({ name: 'A mug' })?.id).toBe(sold({ name: 'Ein Becher' })?.id);
    window.removeEventListener('vitrine-error', listen);
  });
});

describe('on a page of strangers', () => {
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
