import type { Page, Request } from '@playwright/test';
import { expect, listenForTrouble, type World } from './story.ts';

/** What a page of the shop has seen of the tracker. It outlives the page: what happens at its end is in it. */
interface Account {
  /** How many events were given up, by `vitrine-drop`. */
  dropped: number;
  /** Uncaught errors and rejections. */
  errors: string[];
  /** Requests that the page's policy refused. */
  refused: string[];
  /** `persisted` of each `pageshow`. */
  shows: boolean[];
}

/**
 * A page that keeps an account, and whose `act(from, to)` tells the tracker of the media between.
 * @param head goes before all else, as a policy does
 */
export function accountOf(world: World, attributes = '', head = ''): string {
  return `<!doctype html><title>Shop</title><link rel="icon" href="data:,">${head}
<script>
  const account = JSON.parse(sessionStorage.account ?? '{"dropped":0,"errors":[],"refused":[],"shows":[]}');
  const keep = (list, entry) => {
    account[list].push(entry);
    sessionStorage.account = JSON.stringify(account);
  };
  addEventListener('vitrine-drop', ({ detail }) => (account.dropped += detail.count));
  addEventListener('error', ({ message }) => keep('errors', message));
  addEventListener('unhandledrejection', ({ reason }) => keep('errors', String(reason)));
  addEventListener('securitypolicyviolation', ({ blockedURI }) => keep('refused', blockedURI));
  addEventListener('pageshow', ({ persisted }) => keep('shows', persisted));
  function act(from, to = from) {
    for (let media = from; media <= to; media++)
      (window.vitrine ||= []).push(['track', {
        kind: 'media', action: 'click', instance: 'page', scope: { kind: 'best' }, media: String(media), pics: 9, segments: [],
      }]);
  }
</script>${world.tag(`data-vitals="off" ${attributes}`)}<a href="/next">Next page</a>`;
}

export const NEXT = '<!doctype html><title>Next</title><link rel="icon" href="data:,"><p>Another page of the shop.</p>';

declare const account: Account;
declare function act(from: number, to?: number): void;

/** Tells the tracker of some media in one task. */
export function tell(page: Page, from: number, to = from): Promise<void> {
  return page.evaluate(([from, to]) => act(from, to), [from, to] as const);
}

export const clicks = (from: number, to: number) =>
  Array.from({ length: to - from + 1 }, (_, i) => `media click ${from + i}`);

/** Until the tracker is there: it marks the document, so that a second one does not start. */
export async function ready(page: Page): Promise<void> {
  await page.waitForFunction(() =>
    Object.getOwnPropertySymbols(document).some(({ description }) => description?.startsWith('vitrine ')),
  );
}

/** Opens the page at `/` and waits for its tracker. Resolves to what troubles its console from then on. */
export async function open(page: Page, world: World): Promise<string[]> {
  const trouble = listenForTrouble(page);
  await page.goto(world.shop.url('/'));
  await ready(page);
  return trouble;
}

export function readAccount(page: Page): Promise<Account> {
  return page.evaluate(() => account);
}

/**
 * Waits until each of the media is stored, and looks whether the page was harmed: nothing thrown, nothing
 * given up, and a quiet console.
 */
export async function expectAll(page: Page, world: World, to: number, trouble: string[]): Promise<void> {
  await expect.poll(() => world.story().toSorted(), { intervals: [50] }).toEqual(clicks(1, to).toSorted());
  await expectSilence(page);
  expect(await readAccount(page)).toMatchObject({ dropped: 0, errors: [] });
  expectQuiet(trouble);
}

/** What is stored may be asked for once more, where its answer was not heard, but not for ever. */
async function expectSilence(page: Page): Promise<void> {
  let asked = 0;
  const count = (request: Request) => {
    if (request.url().includes('/track/')) asked++;
  };
  page.on('request', count);
  const lately = async () => {
    const before = asked;
    await page.waitForTimeout(1500);
    return asked - before;
  };
  await expect.poll(lately, { timeout: 15_000 }).toBe(0);
  page.off('request', count);
}

/** What Chromium and Firefox themselves write of requests that fail. */
const FAILED = /^Failed to load resource: net::ERR_|^The Same Origin Policy disallows .*CORS request did not succeed/;

/** Nothing else is in the console. */
export function expectQuiet(trouble: string[]): void {
  expect(trouble.filter((line) => !FAILED.test(line))).toEqual([]);
}

/** The media of the events in the database of the page's origin that are not delivered. */
export function stored(page: Page): Promise<string[]> {
  return page.evaluate(async () => {
    if (!(await indexedDB.databases()).some(({ name }) => name === 'vitrine')) return [];
    const database = await new Promise<IDBDatabase>((resolve, reject) => {
      const request = indexedDB.open('vitrine');
      request.onsuccess = () => resolve(request.result);
      request.onerror = () => reject(request.error);
    });
    const rows = await new Promise<{ event: { media: string }; states: object }[]>((resolve) => {
      const request = database.transaction('tracker').objectStore('tracker').getAll(IDBKeyRange.lowerBound([]));
      request.onsuccess = () => resolve(request.result.flat());
    });
    database.close();
    return rows
      .filter(({ states }) => Object.values(states).some((state) => state < 2))
      .map(({ event }) => event.media);
  });
}

/** An ad blocker, or a network that is gone: every request to the collector fails until it is lifted. */
export async function block(page: Page): Promise<{ asked: () => number; lift: () => Promise<void> }> {
  let asked = 0;
  const collector = '**/track/bulk*';
  await page.context().route(collector, (route) => {
    asked++;
    return route.abort('blockedbyclient');
  });
  return { asked: () => asked, lift: () => page.context().unroute(collector) };
}

/** The network says that it is back, as it does when a phone leaves a tunnel. */
export function online(page: Page): Promise<boolean> {
  return page.evaluate(() => dispatchEvent(new Event('online')));
}
