import { expect, test } from './story.ts';

/** What a page's own scripts do to natives, before the tag runs. */

const click = `{ kind: 'media', action: 'click', instance: 'page', scope: { kind: 'best' }, media: '1', pics: 9, segments: [['country', 'FI']] }`;
const sale = `{ transactionId: 'P-1', currency: 'EUR', products: [{ id: 'mug', amount: 18.5, quantity: 2 }] }`;

function pageOf(head: string, body = ''): string {
  return `<!doctype html><title>Shop</title><link rel="icon" href="data:,">
    <script>${head}</script><style>vitrine-carousel { display: block; height: 14rem }</style>
    <script>(window.vitrine = []).push(['track', ${click}], ['checkout', ${sale}])</script>${body}`;
}

test('an event holds what was pushed, whatever toJSON the page has given to arrays, texts and objects', async ({
  page,
  world,
}) => {
  // As in Prototype.js 1.6.1, and more than there.
  const patched = `for (const { prototype } of [Array, String, Number])
    prototype.toJSON = function () { return '"' + this + '"'; };
    Object.defineProperty(Object.prototype, 'toJSON', { configurable: true, writable: true, value: () => 'nothing' });`;
  world.shop.page('/', pageOf(patched, world.tag()));
  await page.goto(world.shop.url('/'));
  await expect.poll(() => world.rows().length).toBe(2);
  const [media, order] = world.rows().toSorted((a, b) => b.kind.localeCompare(a.kind));
  expect(media).toMatchObject({ kind: 'media', segments: '{"country":"FI"}' });
  expect(order).toMatchObject({ kind: 'checkout', transaction_id: 'P-1' });
  expect(JSON.parse(`${order?.products}`)).toHaveLength(2);
});

test('events and photos come through although a tool adds headers to every request', async ({ page, world }) => {
  const traced = `const real = window.fetch;
    window.fetch = (input, init = {}) => real(input, { ...init, headers: { ...init.headers,
      'sentry-trace': '41062cfbecb9455aa84f4b4324fcdfe1-a9e3d75c606eb4d0-0', baggage: 'sentry-release=1',
      traceparent: '00-41062cfbecb9455aa84f4b4324fcdfe1-a9e3d75c606eb4d0-01' } });`;
  const carousel = '<vitrine-carousel stream-key="tl-ripple-mug"></vitrine-carousel>';
  world.shop.page('/', pageOf(traced, `${carousel}${world.tag()}`));
  await page.goto(world.shop.url('/'));
  await expect(page.locator('vitrine-carousel img').first()).toBeVisible();
  await expect.poll(() => world.rows().map(({ kind }) => kind)).toContain('checkout');
});

test('a tag that comes in a piece of HTML by jQuery counts, and photos are shown', async ({ page, world }) => {
  const carousel = '<vitrine-carousel stream-key="tl-ripple-mug"></vitrine-carousel>';
  world.shop.page('/', pageOf('', '<div id="slot"></div>'));
  await page.goto(world.shop.url('/'));
  // As `html()` and `load()` of jQuery 3 do with a script of another origin: the element that was in the HTML stays where
  // it stands and does not run, and one that has its address and nothing else runs and is removed.
  await page.evaluate((html) => {
    const slot = document.querySelector('#slot') as HTMLElement;
    slot.innerHTML = html;
    const run = document.createElement('script');
    run.src = slot.querySelector('script')?.src ?? '';
    run.onload = () => run.remove();
    document.head.append(run);
  }, `${world.tag()}${carousel}`);
  await expect(page.locator('vitrine-carousel img').first()).toBeVisible();
  await expect.poll(() => world.rows().map(({ kind }) => kind)).toEqual(expect.arrayContaining(['checkout', 'widget']));
});
