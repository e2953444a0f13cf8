import { accountOf, block, clicks, expectAll, expectQuiet, NEXT, open, readAccount, stored, tell } from './account.ts';
import { expect, listenForTrouble, test } from './story.ts';

/** Playwright turns the back/forward cache off unless it is told not to. */
test.use({
  launchOptions: async ({ launchOptions }, use) =>
    use({ ...launchOptions, ignoreDefaultArgs: ['--disable-back-forward-cache'] }),
});

test.skip(
  ({ browserName }) => browserName === 'firefox',
  'Playwright waits for ever for a page that Firefox brings back',
);

test.beforeEach(({ world }) => {
  world.shop.page('/', accountOf(world));
  world.shop.page('/next', NEXT);
});

test('away and back again, twice: the page really comes from the cache, nothing lost, nothing twice', async ({
  page,
  world,
}) => {
  const trouble = await open(page, world);
  for (let visit = 1; visit <= 2; visit++) {
    await tell(page, 2 * visit - 1, 2 * visit);
    await page.goto(world.shop.url('/next'));
    await page.goBack({ waitUntil: 'commit' });
    await expect.poll(async () => (await readAccount(page)).shows).toEqual([false, ...Array(visit).fill(true)]);
  }
  await tell(page, 5);
  await expectAll(page, world, 5, trouble);
  // What beacons brought is known to have arrived, so no later visit says it again.
  await expect.poll(() => stored(page)).toEqual([]);
});

test('away while the collector is blocked, and back again: what waited is sent', async ({ page, world }) => {
  const trouble = await open(page, world);
  const blocker = await block(page);
  await tell(page, 1, 3);
  await expect.poll(blocker.asked).toBeGreaterThan(0);
  await page.goto(world.shop.url('/next'));
  await blocker.lift();
  await page.goBack({ waitUntil: 'commit' });
  await expect.poll(async () => (await readAccount(page)).shows).toEqual([false, true]);
  await expectAll(page, world, 3, trouble);
  expect(world.story()).toEqual(clicks(1, 3));
});

test('a carousel comes back with what was seen of it, and every time it is looked at has its own vitals', async ({
  page,
  world,
}) => {
  await page.addInitScript(() => {
    const shows: boolean[] = [];
    Object.assign(window, { shows });
    addEventListener('pageshow', ({ persisted }) => shows.push(persisted));
  });
  const trouble = listenForTrouble(page);
  const product = `${world.service.url}/shop/products/tl-ripple-mug.html`;
  const renders = () => world.story().filter((act) => /^\w+ render/.test(act));
  const vitals = (name: string) => world.vitals(product).filter((vital) => vital === name).length;

  const measuring = page.waitForResponse((answer) => answer.url().includes('/vitals-'));
  await page.goto(product);
  const carousel = page.locator('vitrine-carousel');
  await carousel.scrollIntoViewIfNeeded();
  await expect.poll(() => renders().length, { timeout: 15_000 }).toBeGreaterThan(1);
  await (await measuring).finished();
  const next = carousel.getByRole('button', { name: 'Next photos' });
  await next.click();
  for (let visit = 1; visit <= 2; visit++) {
    await expect.poll(() => vitals('LCP'), { timeout: 15_000 }).toBe(visit);
    await page.goto(world.shop.url('/next'));
    await expect.poll(() => vitals('CLS')).toBe(visit);
    await page.goBack({ waitUntil: 'commit' });
    await expect
      .poll(() => page.evaluate(() => (window as unknown as { shows: boolean[] }).shows))
      .toEqual([false, ...Array(visit).fill(true)]);
  }
  await next.click();
  await expect.poll(() => world.story().filter((act) => act === 'widget move').length).toBe(2);
  expect(renders()).toEqual([...new Set(renders())]);
  expectQuiet(trouble);
});
