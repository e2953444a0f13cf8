import type { Page } from '@playwright/test';
import { accountOf, clicks, ready, tell } from './account.ts';
import { expect, expectStory, test, type World } from './story.ts';

/** What the built tag and the service make of who visits, and of where. */

async function visit(page: Page, world: World, path: string, attributes = ''): Promise<void> {
  world.shop.page('/mugs', accountOf(world, attributes));
  await page.goto(world.shop.url(path));
  await tell(page, 1, 3);
  await ready(page);
}

test('addresses are stored without fragments, secrets and e-mail addresses', async ({ page, world }) => {
  const path =
    '/mugs?size=2&email=ada%40example.com&reset_token=SECRET&voucher=SECRET&q=ada@example.com#access_token=SECRET';
  await visit(page, world, path, 'data-redact="voucher"');
  const kept = world.shop.url('/mugs?size=2&email=&reset_token=&voucher=&q=-');
  // The next page's referrer is this one, as the browser says it.
  await page.evaluate(() => {
    document.querySelector('a')?.setAttribute('href', '/mugs?next');
  });
  await page.getByRole('link').click();
  await ready(page);
  await tell(page, 4);
  await expectStory(world, clicks(1, 4));
  expect(world.rows().map(({ page_url }) => page_url)).toEqual([kept, kept, kept, world.shop.url('/mugs?next')]);
  expect(world.rows().at(-1)?.referrer).toBe(kept);
  expect(JSON.stringify(world.rows())).not.toMatch(/SECRET|ada/);
});

test.describe('a browser that says it has no window', () => {
  test.use({
    userAgent:
      'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) HeadlessChrome/140.0.0.0 Safari/537.36',
  });

  test('is answered as everybody, and counted among the robots', async ({ page, world }) => {
    const answered = page.waitForResponse(/\/track\/bulk/);
    await visit(page, world, '/mugs');
    expect((await answered).status()).toBe(200);
    await expect.poll(() => world.admin('events', 'robots')).toMatch(/tracking {2}headless {2}3/);
    expect(world.story()).toEqual([]);
  });
});
