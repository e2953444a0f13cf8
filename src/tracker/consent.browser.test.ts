import { afterEach, describe, expect, test, vi } from 'vitest';
import { click, closeShops, databases, openShop, readRecord } from './testing/shops.ts';

afterEach(async () => {
  vi.restoreAllMocks();
  await closeShops();
});

const until = { timeout: 15_000 };

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

  describe('withdrawn in another tab', () => {
    /** As another tab does it, or another tracker of the page. */
    const WAYS: [how: string, withdraw: () => void][] = [
      ['told by it', () => void openShop().start({ consent: 'required' }).consent('denied')],
      ['whose message does not come', () => void indexedDB.deleteDatabase('vitrine')],
    ];
    test.each(WAYS)('%s: nothing is sent or stored any more, until this one is asked anew', async (_, withdraw) => {
      const shop = openShop();
      const tracker = shop.start();
      tracker.track(click(1));
      await expect.poll(shop.clicks, until).toEqual(['1']);
      await shop.order({ status: 503 });
      tracker.track(click(2));
      await expect.poll(async () => (await shop.log()).requests.length, until).toBe(2);
      withdraw();
      await expect.poll(databases).not.toContain('vitrine');
      await shop.order({});
      tracker.track(click(3));
      dispatchEvent(new Event('online'));
      dispatchEvent(new PageTransitionEvent('pagehide', { persisted: true }));
      dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true }));
      await new Promise((resolve) => setTimeout(resolve, 1500));
      expect((await shop.log()).requests).toHaveLength(2);
      expect(await databases()).not.toContain('vitrine');
      tracker.consent('granted');
      tracker.track(click(4));
      await expect.poll(shop.clicks, until).toEqual(['1', '4']);
      const [first, last] = (await shop.log()).stored;
      expect(last?.analyticsId).not.toBe(first?.analyticsId);
    });

    test('a tab that waits to be asked forgets what it kept for that', async () => {
      const shop = openShop();
      const tracker = shop.start({ consent: 'required' });
      tracker.track(click(1));
      openShop().start({ consent: 'required' }).consent('denied');
      await new Promise((resolve) => setTimeout(resolve, 500));
      tracker.consent('granted');
      tracker.track(click(2));
      await expect.poll(shop.clicks, until).toEqual(['2']);
    });

    test('a tab that grants again at once keeps what it stores from then on', async () => {
      const [here, there] = [openShop(), openShop()];
      const [tracker, other] = [here.start(), there.start()];
      tracker.track(click(1));
      other.track(click(1));
      await expect.poll(here.clicks, until).toEqual(['1']);
      await expect.poll(there.clicks, until).toEqual(['1']);
      tracker.consent('denied');
      tracker.consent('granted');
      tracker.track(click(2));
      await expect.poll(here.clicks, until).toEqual(['1', undefined, '2']);
      await expect.poll(() => readRecord('analytics_id'), until).toBe((await here.log()).stored.at(-1)?.analyticsId);
      other.track(click(2));
      await new Promise((resolve) => setTimeout(resolve, 1500));
      expect(await there.clicks()).toEqual(['1']);
    });
  });
});
