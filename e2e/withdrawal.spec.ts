import type { BrowserContext, Page } from '@playwright/test';
import { accountOf, expectQuiet, NEXT, open, readAccount, ready, stored, tell } from './account.ts';
import { expect, test, type World } from './story.ts';

/** Consent is withdrawn in one tab. What the others do then. */

/** Playwright turns the back/forward cache off unless it is told not to. */
test.use({
  launchOptions: async ({ launchOptions }, use) =>
    use({ ...launchOptions, ignoreDefaultArgs: ['--disable-back-forward-cache'] }),
});

test.beforeEach(({ world }) => {
  world.shop.page('/', accountOf(world, 'data-cookie-domain="shop.test"'));
  world.shop.page('/next', NEXT);
});

const say = (page: Page, choice: 'denied' | 'granted') =>
  page.evaluate((choice) => window.vitrine?.push(['consent', choice]), choice);

/** Withdraws consent in a tab of its own, and waits until that is stored. */
async function withdraw(context: BrowserContext, world: World): Promise<void> {
  const page = await context.newPage();
  await page.goto(world.shop.url('/'));
  await ready(page);
  await say(page, 'denied');
  await expect.poll(() => world.rows().some(({ kind }) => kind === 'choice')).toBe(true);
}

const clicks = ({ rows }: World) => rows().filter(({ kind }) => kind === 'media');

/** What the browser has of the visitor: cookies, and databases of the page's origin. */
async function kept(page: Page): Promise<string[]> {
  const databases = await page.evaluate(async () => (await indexedDB.databases()).map(({ name }) => `${name}`));
  return [...databases, ...(await page.context().cookies()).map(({ name }) => name)];
}

test('another tab sends, stores and remembers nothing from then on, until it is asked anew', async ({
  page,
  context,
  world,
}) => {
  const trouble = await open(page, world);
  await tell(page, 1);
  await expect.poll(() => clicks(world).length).toBe(1);
  expect((await kept(page)).toSorted()).toEqual(['__olapicU', 'vitrine']);
  await withdraw(context, world);
  await expect.poll(() => kept(page)).toEqual([]);
  const asked: string[] = [];
  page.on('request', (request) => asked.push(request.url()));
  await tell(page, 2);
  // Its end is when a page sends what it has.
  await page.evaluate(() => dispatchEvent(new Event('freeze')));
  await page.waitForTimeout(1500);
  expect(asked).toEqual([]);
  expect(await kept(page)).toEqual([]);

  await say(page, 'granted');
  await tell(page, 3);
  await expect.poll(() => clicks(world).map(({ media_id }) => media_id)).toEqual(['1', '3']);
  const [first, last] = clicks(world);
  expect(last?.analytics_id).not.toBe(first?.analytics_id);
  expect((await readAccount(page)).errors).toEqual([]);
  expectQuiet(trouble);
});

test('a tab that has no database hears it, too', async ({ page, context, world }) => {
  await page.addInitScript(() => Object.defineProperty(window, 'indexedDB', { value: undefined }));
  await open(page, world);
  await tell(page, 1);
  await expect.poll(() => clicks(world).length).toBe(1);
  await withdraw(context, world);
  await tell(page, 2);
  await page.waitForTimeout(1500);
  expect(clicks(world)).toHaveLength(1);
  expect((await context.cookies()).map(({ name }) => name)).toEqual([]);
});

test('a tab that was frozen meanwhile hears it when it wakes, and holds up nobody’s erasure', async ({
  page,
  context,
  world,
  browserName,
}) => {
  test.skip(browserName !== 'chromium', 'only Chromium lets a test freeze a page');
  await open(page, world);
  await context.route('**/track/bulk*', (route) =>
    route.request().frame() === page.mainFrame() ? route.abort() : route.continue(),
  );
  await tell(page, 1, 2);
  await expect.poll(() => stored(page)).toEqual(['1', '2']);
  const cdp = await context.newCDPSession(page);
  await cdp.send('Page.setWebLifecycleState', { state: 'frozen' });
  await withdraw(context, world);
  await cdp.send('Page.setWebLifecycleState', { state: 'active' });
  await context.unroute('**/track/bulk*');
  await tell(page, 3);
  await page.evaluate(() => dispatchEvent(new Event('online')));
  await page.waitForTimeout(2500);
  expect(clicks(world)).toEqual([]);
  expect(await kept(page)).toEqual([]);
});

test('a page that was in the back/forward cache meanwhile does not come back with what it remembered', async ({
  page,
  context,
  world,
  browserName,
}) => {
  test.skip(browserName === 'firefox', 'Playwright waits for ever for a page that Firefox brings back');
  await open(page, world);
  await tell(page, 1);
  await expect.poll(() => clicks(world).length).toBe(1);
  // It does come back where nothing happens meanwhile: listening for it keeps no page out.
  await page.goto(world.shop.url('/next'));
  await page.goBack({ waitUntil: 'commit' });
  await expect.poll(async () => (await readAccount(page)).shows).toEqual([false, true]);

  await page.goto(world.shop.url('/next'));
  await withdraw(context, world);
  await page.goBack({ waitUntil: 'commit' });
  await expect.poll(async () => (await readAccount(page)).shows).toEqual([false, true, false]);
  await tell(page, 2);
  // Loaded anew, it is a page whose shop asks for no consent, and a visitor whom nobody knows.
  await expect.poll(() => clicks(world).map(({ media_id }) => media_id)).toEqual(['1', '2']);
  const [before, after] = clicks(world);
  expect(after?.analytics_id).not.toBe(before?.analytics_id);
});
