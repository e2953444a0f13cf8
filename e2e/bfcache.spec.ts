import { accountOf, block, clicks, expectAll, NEXT, open, readAccount, stored, tell } from './account.ts';
import { expect, test } from './story.ts';

/** Playwright turns the back/forward cache off unless it is told not to. */
test.use({
  launchOptions: async ({ launchOptions }, use) =>
    use({ ...launchOptions, ignoreDefaultArgs: ['--disable-back-forward-cache'] }),
});

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
