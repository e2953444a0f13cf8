import type { Page } from '@playwright/test';
import { accountOf, online, tell } from './account.ts';
import { expect, readConsole, test, type World } from './story.ts';

/** What a page may not do, it is told, so that its developer reads why. */

const CAROUSEL =
  '<vitrine-carousel stream-key="tl-ripple-mug" style="display: block; height: 14rem"></vitrine-carousel>';

/** Registers the shop's origin or takes it away, and waits until the service has noticed. */
async function registered(world: World, verb: 'add' | 'remove'): Promise<void> {
  const { origin } = new URL(world.shop.url('/'));
  world.admin('origin', verb, origin);
  const url = `${world.service.url}/?auth_token=${world.service.config.key}`;
  await expect.poll(async () => (await fetch(url, { headers: { origin } })).status).toBe(verb === 'add' ? 200 : 403);
}

/** Of the elements on the page, their first error. */
async function firstError(page: Page, world: World, html: string): Promise<unknown> {
  await page.addInitScript(() => {
    addEventListener('vitrine-error', ({ detail }) => {
      document.documentElement.dataset.error ??= JSON.stringify(detail);
    });
  });
  world.shop.page('/', html);
  await page.goto(world.shop.url('/'));
  await page.waitForFunction(() => document.documentElement.dataset.error);
  return page.evaluate(() => JSON.parse(document.documentElement.dataset.error as string));
}

test('a page of an origin that is not registered reads so, and its events wait until it is', async ({
  page,
  world,
}) => {
  await registered(world, 'remove');
  const error = await firstError(page, world, accountOf(world) + CAROUSEL);
  expect(error).toMatchObject({ code: 'refused', status: 403, message: expect.stringContaining('is not registered') });
  const [answer] = await Promise.all([
    page.waitForResponse((response) => response.url().includes('/track/bulk')),
    tell(page, 7),
  ]);
  expect(answer.status()).toBe(403);
  await registered(world, 'add');
  // What was written down by then is sent by the page that comes after it.
  await expect
    .poll(async () => {
      await page.goto(world.shop.url('/'));
      await page.waitForTimeout(1500);
      return world.story().filter((line) => line === 'media click 7');
    })
    .toEqual(['media click 7']);
});

test('a page with a key that nobody has reads so', async ({ page, world }) => {
  const tag = `<script async src="${world.service.url}/vitrine.js" data-key="${'0'.repeat(64)}"></script>`;
  expect(await firstError(page, world, tag + CAROUSEL)).toMatchObject({
    code: 'refused',
    status: 401,
    message: expect.stringContaining('is not known here'),
  });
});

test('the console says once which command registers the origin, and what waited arrives when it is there', async ({
  page,
  world,
}) => {
  const lines = readConsole(page);
  await registered(world, 'remove');
  world.shop.page('/', accountOf(world) + CAROUSEL);
  await page.goto(world.shop.url('/'));
  await tell(page, 1, 2);
  const { origin } = new URL(world.shop.url('/'));
  const command = `npm run admin -- origin add ${origin} --customer ${world.service.config.customer}`;
  await expect
    .poll(() => lines)
    .toEqual([expect.stringContaining(`The origin ${origin} is not registered: ${command}`)]);
  await registered(world, 'add');
  await expect
    .poll(async () => {
      await online(page);
      return world.story().toSorted();
    })
    .toEqual(['media click 1', 'media click 2']);
  expect(lines).toEqual([expect.stringMatching(/^error vitrine: /)]);
});

test('the console says once that a key is unknown, and where keys are', async ({ page, world }) => {
  const lines = readConsole(page);
  const tag = world.tag().replace(/data-key="\w+"/, `data-key="${'0'.repeat(64)}"`);
  world.shop.page('/', `<!doctype html><title>Shop</title><link rel="icon" href="data:,">${tag}${CAROUSEL}`);
  await page.goto(world.shop.url('/'));
  await expect.poll(() => lines).toEqual([expect.stringMatching(/^error vitrine: .*is not known here.*npm run admin/)]);
  await page.evaluate(() => window.vitrine?.push(['checkout', { transactionId: 'T', currency: 'EUR', products: [] }]));
  await page.waitForTimeout(1000);
  expect(lines).toHaveLength(1);
});

test('a page of no registered origin reads each refusal, and asks with headers too', async ({ page, world }) => {
  world.shop.page('/', '<!doctype html><title>Shop</title><link rel="icon" href="data:,">');
  await page.goto(world.shop.url('/'));
  await registered(world, 'remove');
  const { key, customer } = world.service.config;
  const asked = await page.evaluate(
    async ([base, key, customer]) => {
      const ask = async (path: string, init: RequestInit = {}) => {
        const response = await fetch(base + path, init);
        return [response.status, await response.text()];
      };
      const json = (authorization: string) => ({
        method: 'POST',
        headers: { authorization, 'content-type': 'application/json' },
        body: '{}',
      });
      return {
        content: await ask(`/?auth_token=${key}`),
        one: await ask(`/track/vital/CLS?value=1&analytics_id=a&auth_token=${key}`),
        bulk: await ask(`/track/bulk?auth_token=${key}`, { method: 'POST', body: '{"requests":[]}' }),
        product: await ask('/api/analytics/events', json(`Bearer ${key}`)),
        views: await ask('/api/analytics/events/views', { headers: { authorization: `Bearer ${key}` } }),
        activity: await ask(`/v1/datamarts/${customer}/user_activities`, json(`${key}`)),
        choices: await ask(`/v1/datamarts/${customer}/user_points/1/user_choices`, json(`${key}`)),
      };
    },
    [world.service.url, key, customer],
  );
  for (const [what, [status, text]] of Object.entries(asked)) {
    expect(what === 'activity' || what === 'choices' ? [401, 403, 404] : [403], what).toContain(status);
    if (status !== 404) expect(text, what).toContain('is not registered');
  }
});
