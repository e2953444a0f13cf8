import type { Page } from '@playwright/test';
import { clicks, NEXT, ready } from './account.ts';
import { expect, expectStory, listenForTrouble, test, type World } from './story.ts';

/** A page with a button whose click is an act, and nothing else: what is tested here is the way of an event. */
function acts(world: World, attributes = ''): string {
  return `<!doctype html><title>Shop</title><link rel="icon" href="data:,">${world.tag(attributes)}<a href="/next">Next page</a><button>Act</button>
<script>
  let media = 0;
  document.querySelector('button').onclick = () => (window.vitrine ||= []).push(['track', {
    kind: 'media', action: 'click', instance: 'page', scope: { kind: 'best' }, media: String(++media), pics: 9, segments: [],
  }]);
</script>`;
}

async function act(page: Page, times = 1): Promise<void> {
  for (let i = 0; i < times; i++) await page.getByRole('button', { name: 'Act' }).click();
}

test('acts before the tag has loaded are delivered with those after it', async ({ page, world }) => {
  world.shop.page('/', acts(world));
  let release: () => void = () => {};
  const held = new Promise<void>((resolve) => {
    release = resolve;
  });
  await page.route('**/vitrine.js', async (route) => {
    await held;
    await route.continue();
  });
  await page.goto(world.shop.url('/'), { waitUntil: 'commit' });
  await act(page, 2);
  release();
  await ready(page);
  await act(page);
  await expectStory(world, clicks(1, 3));
});

test('the tracker does not come at first: what is pushed waits for it', async ({ page, world }) => {
  world.shop.page('/', acts(world));
  let asked = 0;
  await page.route(/\/v\/[^/]+\/start-\w+\.js/, (route) => (asked++ < 2 ? route.abort() : route.continue()));
  await page.goto(world.shop.url('/'));
  // A page may keep the queue: it is the same before and after.
  await page.evaluate(() => Object.assign(window, { kept: window.vitrine }));
  await act(page, 2);
  await expectStory(world, clicks(1, 2));
  expect(asked).toBe(3);
  await page.evaluate(() => {
    window.vitrine = (window as unknown as { kept: typeof window.vitrine }).kept;
  });
  await act(page);
  await expectStory(world, clicks(1, 3));
});

test('a click, and the tab is closed at once: the click is there', async ({ page, context, world }) => {
  world.shop.page('/', acts(world));
  await context.newPage();
  await page.goto(world.shop.url('/'));
  await ready(page);
  await act(page);
  await page.close();
  await expectStory(world, clicks(1, 1));
});

test('a click on the way to another page: both are there', async ({ page, world }) => {
  world.shop.page('/', acts(world));
  world.shop.page('/next', NEXT);
  await page.goto(world.shop.url('/'));
  await ready(page);
  await act(page, 3);
  await page.getByRole('link', { name: 'Next page' }).click();
  await page.waitForURL('**/next');
  await expectStory(world, clicks(1, 3));
});

test('offline for a while, then back: nothing lost, nothing twice', async ({ page, context, world }) => {
  world.shop.page('/', acts(world));
  await page.goto(world.shop.url('/'));
  await ready(page);
  await act(page, 2);
  await expectStory(world, clicks(1, 2));
  await context.setOffline(true);
  await act(page, 3);
  await page.waitForTimeout(1500);
  expect(world.story()).toEqual(clicks(1, 2));
  await context.setOffline(false);
  await act(page);
  await expectStory(world, clicks(1, 6));
});

test('offline until the end of the visit: the next visit delivers', async ({ page, context, world }) => {
  world.shop.page('/', acts(world));
  await page.goto(world.shop.url('/'));
  await ready(page);
  await act(page);
  await expectStory(world, clicks(1, 1));
  await context.setOffline(true);
  await act(page, 4);
  await page.waitForTimeout(1000);
  await page.close();
  await context.setOffline(false);
  const next = await context.newPage();
  await next.goto(world.shop.url('/'));
  await expectStory(world, clicks(1, 5));
});

test('the service is down for a while: nothing lost, nothing twice', async ({ page, world }) => {
  world.shop.page('/', acts(world));
  await page.goto(world.shop.url('/'));
  await ready(page);
  await world.down();
  await act(page, 3);
  await page.waitForTimeout(1500);
  await world.up();
  await expectStory(world, clicks(1, 3));
});

test('one visitor: on each page, on the next visit, and on another subdomain', async ({ page, context, world }) => {
  world.shop.page('/', acts(world, 'data-cookie-domain="shop.test"'));
  await page.goto(world.shop.url('/'));
  await ready(page);
  await act(page);
  await expectStory(world, clicks(1, 1));
  await page.reload();
  await ready(page);
  await act(page);
  await expect.poll(() => world.rows().length).toBe(2);
  await page.close();
  const checkout = await context.newPage();
  world.shop.page(
    '/confirmation',
    `<!doctype html><title>Thank you</title>${world.tag('data-cookie-domain="shop.test"')}
     <script>(window.vitrine ||= []).push(['checkout', { transactionId: 'A-1', currency: 'EUR', products: [{ id: 'mug', amount: 18.5 }] }]);</script>`,
  );
  await checkout.goto(world.shop.url('/confirmation', 'checkout.shop.test'));
  await expectStory(world, [...clicks(1, 1), ...clicks(1, 1), 'checkout']);
  const visitors = new Set(world.rows().map(({ analytics_id }) => analytics_id));
  expect(visitors.size).toBe(1);
  expect([...visitors][0]?.length).toBeGreaterThan(15);
});

test('another visitor has another id', async ({ browser, world }) => {
  world.shop.page('/', acts(world));
  for (let i = 0; i < 2; i++) {
    const context = await browser.newContext();
    const page = await context.newPage();
    await page.goto(world.shop.url('/'));
    await ready(page);
    await act(page);
    await expect.poll(() => world.rows().length).toBe(i + 1);
    await context.close();
  }
  expect(new Set(world.rows().map(({ analytics_id }) => analytics_id)).size).toBe(2);
});

test.describe('consent', () => {
  /** Everything that a page of the shop keeps in the browser. */
  const storage = (page: Page) =>
    page.evaluate(async () => ({
      cookies: document.cookie,
      databases: (await indexedDB.databases()).map(({ name }) => name),
      local: Object.keys(localStorage),
      session: Object.keys(sessionStorage),
    }));
  const NOTHING = { cookies: '', databases: [], local: [], session: [] };

  test('required and denied: no request, no storage', async ({ page, world }) => {
    const requests: string[] = [];
    page.on('request', (request) => requests.push(new URL(request.url()).pathname));
    world.shop.page('/', acts(world, 'data-consent="required" data-cookie-domain="shop.test"'));
    await page.goto(world.shop.url('/'));
    await ready(page);
    await act(page, 3);
    await page.evaluate(() => (window as unknown as { vitrine: unknown[] }).vitrine.push(['consent', 'denied']));
    await act(page, 3);
    await page.waitForTimeout(2500);
    expect(requests.filter((path) => path.startsWith('/track'))).toEqual([]);
    expect(await storage(page)).toEqual(NOTHING);
    await page.close();
    expect(world.rows()).toEqual([]);
  });

  test('required and granted: what waited is delivered, with its own times', async ({ page, world }) => {
    world.shop.page('/', acts(world, 'data-consent="required"'));
    await page.goto(world.shop.url('/'));
    await ready(page);
    await act(page, 2);
    await page.waitForTimeout(1000);
    expect(await storage(page)).toEqual(NOTHING);
    const before = Date.now();
    await page.evaluate(() => (window as unknown as { vitrine: unknown[] }).vitrine.push(['consent', 'granted']));
    await expectStory(world, clicks(1, 2));
    for (const { occurred_at } of world.rows()) expect(occurred_at).toBeLessThan(before - 500);
  });

  test('withdrawn after a grant: one last choice, then everything is erased', async ({ page, world }) => {
    world.shop.page('/', acts(world, 'data-cookie-domain="shop.test"'));
    await page.goto(world.shop.url('/'));
    await ready(page);
    await act(page);
    await expectStory(world, clicks(1, 1));
    await page.evaluate(() => (window as unknown as { vitrine: unknown[] }).vitrine.push(['consent', 'denied']));
    await act(page, 2);
    await expectStory(world, [...clicks(1, 1), 'choice denied']);
    await expect.poll(async () => (await storage(page)).cookies).toBe('');
    const kept = await page.evaluate(async () => {
      const rows: unknown[] = [];
      for (const { name = '' } of await indexedDB.databases()) {
        const database = await new Promise<IDBDatabase>((resolve) => {
          const request = indexedDB.open(name);
          request.onsuccess = () => resolve(request.result);
        });
        for (const store of database.objectStoreNames) {
          await new Promise<void>((resolve) => {
            const request = database.transaction(store).objectStore(store).getAll();
            request.onsuccess = () => {
              rows.push(...request.result);
              resolve();
            };
          });
        }
        database.close();
      }
      return rows;
    });
    expect(JSON.stringify(kept)).not.toContain(world.rows()[0]?.analytics_id);
  });

  test('Global Privacy Control denies, unless the shop says otherwise in so many words', async ({ page, world }) => {
    await page.addInitScript(() =>
      Object.defineProperty(Navigator.prototype, 'globalPrivacyControl', { get: () => true }),
    );
    world.shop.page('/', acts(world));
    world.shop.page('/override', acts(world, 'data-gpc="ignore"'));
    await page.goto(world.shop.url('/'));
    await ready(page);
    await act(page, 2);
    await page.waitForTimeout(2000);
    expect(world.rows()).toEqual([]);
    expect(await storage(page)).toEqual(NOTHING);
    await page.goto(world.shop.url('/override'));
    await ready(page);
    await act(page);
    await expectStory(world, clicks(1, 1));
  });
});

test('a page of an origin that is not registered is refused, and stays unharmed', async ({ page, world }) => {
  world.admin('origin', 'remove', new URL(world.shop.url('/')).origin, '--customer', world.service.config.customer);
  world.shop.page('/', acts(world));
  const errors: string[] = [];
  page.on('pageerror', (error) => errors.push(error.message));
  const refused = page.waitForResponse(/\/track\/bulk/);
  await page.goto(world.shop.url('/'));
  await ready(page);
  await act(page);
  expect((await refused).status()).toBe(403);
  expect(errors).toEqual([]);
  expect(world.rows()).toEqual([]);
});

test('the console of a shop stays quiet, but for one line about its own mistakes', async ({ page, world }) => {
  const trouble = listenForTrouble(page);
  world.shop.page('/', acts(world));
  await page.goto(world.shop.url('/'));
  await ready(page);
  await act(page);
  await page.evaluate(() =>
    (window as unknown as { vitrine: { push(...commands: unknown[]): void } }).vitrine.push(
      ['dance'],
      null,
      ['checkout', {}],
      ['segment'],
      7,
    ),
  );
  await expectStory(world, clicks(1, 1));
  expect(trouble).toEqual([expect.stringMatching(/^vitrine: /)]);
  const globals = await page.evaluate(() => {
    const untouched = document.body.appendChild(document.createElement('iframe')).contentWindow ?? {};
    return Object.getOwnPropertyNames(window).filter((name) => !(name in untouched) && !/^\d+$/.test(name));
  });
  // `media` is the shop's own, and by the other Playwright writes into fields of Firefox.
  expect(globals.filter((name) => name !== 'media' && !name.startsWith('__pw_'))).toEqual(['vitrine']);
});
