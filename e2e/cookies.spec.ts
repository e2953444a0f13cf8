import type { BrowserContext } from '@playwright/test';
import { accountOf, ready, tell } from './account.ts';
import { expect, test } from './story.ts';

/** The visitor's cookie, where other clients or an older tag have left some of the same name. */

const idsIn = async (context: BrowserContext) =>
  (await context.cookies()).filter(({ name }) => name === '__olapicU').map(({ domain, value }) => `${domain} ${value}`);

test.beforeEach(({ world }) => {
  for (const path of ['/', '/de/products/mug'])
    world.shop.page(path, accountOf(world, 'data-cookie-domain="shop.test"'));
});

test('one of this host alone is adopted; an id of the shop’s own then holds on every page, and a refusal leaves none', async ({
  page,
  context,
  world,
}) => {
  await context.addCookies([{ name: '__olapicU', value: 'visitor-old', url: world.shop.url('/') }]);
  const ids = () => world.rows().map(({ media_id, analytics_id }) => `${media_id} ${analytics_id}`);
  const visit = async (media: number, path = '/') => {
    await page.goto(world.shop.url(path));
    await tell(page, media);
    await expect.poll(() => ids().length).toBe(media);
  };
  await visit(1);
  expect(await idsIn(context)).toEqual(['.shop.test visitor-old']);
  await page.evaluate(() => window.vitrine?.push(['identify', 'visitor-new']));
  await visit(2, '/de/products/mug');
  await visit(3);
  expect(ids()).toEqual(['1 visitor-old', '2 visitor-new', '3 visitor-new']);
  await page.evaluate(() => window.vitrine?.push(['consent', 'denied']));
  await expect.poll(() => idsIn(context)).toEqual([]);
});

test('of several the one that all subdomains see is adopted, and the others go, whatever their domain and path', async ({
  page,
  context,
  world,
}) => {
  const { hostname } = new URL(world.shop.url('/'));
  const others = ['/', '/de', '/de/', '/de/products/mug'].flatMap((path) => [
    { name: '__olapicU', value: `host${path}`, domain: hostname, path },
    { name: '__olapicU', value: `www${path}`, domain: `.${hostname}`, path },
  ]);
  await context.addCookies(others);
  await context.addCookies([{ name: '__olapicU', value: 'visitor-7', domain: '.shop.test', path: '/' }]);
  await page.goto(world.shop.url('/', 'checkout.shop.test'));
  await tell(page, 1);
  await expect.poll(() => world.rows().map(({ analytics_id }) => analytics_id)).toEqual(['visitor-7']);

  await page.goto(world.shop.url('/de/products/mug'));
  await ready(page);
  await expect.poll(() => idsIn(context)).toHaveLength(1);
  const [kept] = await idsIn(context);
  expect(kept).toMatch(/^\.shop\.test /);
  await context.addCookies(others);
  await page.evaluate(() => window.vitrine?.push(['consent', 'denied']));
  await expect.poll(() => idsIn(context)).toEqual([]);
});

test('of one of this host and one of the domain, the latter is adopted', async ({ page, context, world }) => {
  await context.addCookies([{ name: '__olapicU', value: 'of-the-host', url: world.shop.url('/') }]);
  await context.addCookies([{ name: '__olapicU', value: 'of-the-domain', domain: '.shop.test', path: '/' }]);
  await page.goto(world.shop.url('/'));
  await tell(page, 1);
  await expect.poll(() => world.rows().map(({ analytics_id }) => analytics_id)).toEqual(['of-the-domain']);
  expect(await idsIn(context)).toEqual(['.shop.test of-the-domain']);
});

test('its code is loaded where a domain is named and nowhere else, and the tracker waits for it', async ({
  page,
  context,
  world,
}) => {
  const asked: string[] = [];
  page.on('request', (request) => {
    if (request.url().includes('/subdomains-')) asked.push(request.url());
  });
  world.shop.page('/plain', accountOf(world));
  await page.goto(world.shop.url('/plain'));
  await tell(page, 1);
  await expect.poll(() => world.rows().length).toBe(1);
  expect(asked).toEqual([]);

  await context.addCookies([{ name: '__olapicU', value: 'visitor-7', domain: '.shop.test', path: '/' }]);
  // What did not come is asked for again under its name with a `?` more.
  await context.route(/\/subdomains-\w+\.js$/, (route) => route.abort());
  await page.goto(world.shop.url('/'));
  await tell(page, 2);
  await expect.poll(() => world.rows().at(1)?.analytics_id).toBe('visitor-7');
  expect(asked.length).toBeGreaterThan(1);
});
