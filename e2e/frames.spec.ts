import { readFile } from 'node:fs/promises';
import type { Page } from '@playwright/test';
import { expect, listenForTrouble, test, type World } from './story.ts';

/** Pages that are not plain: settings that come another way, tags of another kind, and shadow roots of others. */

const sale = (id: string, more = '') =>
  `(window.vitrine ||= []).push(['checkout', { transactionId: '${id}', currency: 'EUR', products: [{ id: 'mug', amount: 18.5 }] ${more} }])`;

const CAROUSEL = '<vitrine-carousel stream-key="tl-ripple-mug"></vitrine-carousel>';

const pageOf = (body: string, head = '') =>
  `<!doctype html><title>Shop</title><link rel="icon" href="data:,">${head}
   <style>vitrine-carousel { display: block; height: 14rem }</style><body>${body}`;

const transactions = ({ rows }: World) => rows().flatMap(({ transaction_id }) => transaction_id ?? []);

/** The tag's key and address, as a page that cannot use `world.tag()` names them. */
function tagOf({ service }: World): { src: string; key: string } {
  return { src: `${service.url}/vitrine.js`, key: service.config.key };
}

/** Lines of the tag's own on the console, and errors. */
function listen(page: Page): string[] {
  const lines: string[] = [];
  page.on('pageerror', ({ message }) => lines.push(message));
  page.on('console', (line) => line.text().startsWith('vitrine') && lines.push(`${line.type()} ${line.text()}`));
  return lines;
}

/** What a tag manager makes of a script in its "custom HTML": the element anew, without its `data-` attributes. */
const byManager = (src: string) => `<script>
  const script = document.createElement('script');
  script.async = true; script.type = 'text/javascript'; script.src = '${src}';
  document.body.append(script);
</script>`;

test.describe('settings in the address of the script', () => {
  for (const mark of ['#', '?']) {
    test(`after ${mark} are those of the tag and of the elements`, async ({ page, world }) => {
      const lines = listen(page);
      const { src, key } = tagOf(world);
      const address = `${src}${mark}key=${key}&cookie-domain=shop.test&vitals=off&1=%ZZ&a%20b=1&=2`;
      world.shop.page('/', pageOf(`${CAROUSEL}${byManager(address)}<script>${sale('A-1')}</script>`));
      await page.goto(world.shop.url('/'));
      await expect(page.locator('vitrine-carousel [part=media]').first()).toBeVisible();
      await expect.poll(() => transactions(world)).toEqual(['A-1']);
      await expect.poll(() => world.story()).toContain('widget render');
      const [row] = world.rows();
      expect((await page.context().cookies()).map(({ name, value }) => [name, value])).toEqual([
        ['__olapicU', row?.analytics_id],
      ]);
      expect(world.vitals(world.shop.url('/'))).toEqual([]);
      expect(lines).toEqual([]);
    });
  }

  test('do not count where the tag has them as attributes', async ({ page, world }) => {
    const { src, key } = tagOf(world);
    const tag = `<script async src="${src}#key=stranger&api=https://stranger.example" data-key="${key}" data-api="${world.service.url}"></script>`;
    world.shop.page('/', pageOf(`<script>${sale('A-1')}</script>${tag}`));
    await page.goto(world.shop.url('/'));
    await expect.poll(() => transactions(world)).toEqual(['A-1']);
  });

  test('are what the console asks for where the key is missing', async ({ page, world }) => {
    const lines = listen(page);
    const { src } = tagOf(world);
    world.shop.page('/', pageOf(`${byManager(src)}<script>${sale('A-1')}</script>`));
    await page.goto(world.shop.url('/'));
    await expect.poll(() => lines).toEqual([expect.stringContaining('vitrine.js#key=')]);
  });
});

const FORMS: [how: string, tag: (tag: { src: string; key: string }) => string][] = [
  ['attributes', ({ src, key }) => `<script type="module" src="${src}" data-key="${key}"></script>`],
  ['its address', ({ src, key }) => `<script type="module" src="${src}#key=${key}"></script>`],
];
for (const [how, tag] of FORMS) {
  test(`a tag that is a module works by ${how}`, async ({ page, world }) => {
    const lines = listen(page);
    world.shop.page('/', pageOf(`${CAROUSEL}${tag(tagOf(world))}<script>${sale('A-1')}</script>`));
    await page.goto(world.shop.url('/'));
    await expect(page.locator('vitrine-carousel [part=media]').first()).toBeVisible();
    await expect.poll(() => transactions(world)).toEqual(['A-1']);
    expect(lines).toEqual([]);
  });
}

test.describe('in the shadow root of a component', () => {
  /** A component as others write it, which brings the carousel a moment after the page has loaded. */
  const component = (mode: string) => `<shop-gallery></shop-gallery><script>
    customElements.define('shop-gallery', class extends HTMLElement {
      connectedCallback() {
        const root = this.attachShadow({ mode: '${mode}' });
        const style = '<style>vitrine-carousel { display: block; height: 14rem }</style>';
        addEventListener('load', () => (root.innerHTML = style + '<div>${CAROUSEL}</div>'));
      }
    });
  </script>`;

  for (const mode of ['open', 'closed']) {
    test(`that is ${mode}, the elements that the tag names are shown and counted`, async ({ page, world }) => {
      const lines = listen(page);
      world.shop.page('/', pageOf(`${component(mode)}${world.tag('data-elements="carousel viewer"')}`));
      await page.goto(world.shop.url('/'));
      await expect.poll(() => world.story()).toContain('widget render');
      if (mode === 'open') {
        await page.locator('vitrine-carousel [part=media]').first().click();
        await expect(page.getByRole('dialog')).toBeVisible();
        await expect.poll(() => world.story().map((act) => act.replace(/ \d+$/, ''))).toContain('media view');
      }
      expect(lines).toEqual([]);
    });
  }

  test('those that the tag does not name are said on the console, once, with what to write', async ({
    page,
    world,
  }) => {
    const lines = listen(page);
    world.shop.page('/', pageOf(`${component('open')}${component('open').split('<script>')[0]}${world.tag()}`));
    await page.goto(world.shop.url('/'));
    await expect
      .poll(() => lines)
      .toEqual([
        'error vitrine: <vitrine-carousel> stands in a shadow root, where the tag does not look: add data-elements="carousel" to the tag',
      ]);
  });
});

test.describe('in a sandboxed frame, which has no origin and no storage', () => {
  const SANDBOX = 'sandbox="allow-scripts allow-forms"';
  const inAttribute = (html: string) => html.replaceAll('&', '&amp;').replaceAll('"', '&quot;');

  test('a tag in markup of the frame counts a sale, and is quiet', async ({ page, world }) => {
    const trouble = listenForTrouble(page);
    const inner = `${world.tag('data-cookie-domain="shop.test"')}<script>${sale('A-1')}</script>`;
    world.shop.page('/', pageOf(`<iframe ${SANDBOX} srcdoc="${inAttribute(inner)}"></iframe>`));
    await page.goto(world.shop.url('/'));
    await expect.poll(() => transactions(world)).toEqual(['A-1']);
    expect(trouble).toEqual([]);
  });

  test('a sale is counted that is pushed as the frame goes', async ({ page, world }) => {
    const segment = "<script>window.vitrine = [['segment', 'country', 'FI']]</script>";
    world.shop.page('/frame', pageOf(segment + world.tag()));
    world.shop.page('/', pageOf(`<iframe ${SANDBOX} src="/frame"></iframe>`));
    await page.goto(world.shop.url('/'));
    const frame = page.frames().find((frame) => frame.url().endsWith('/frame'));
    await frame?.waitForFunction(() =>
      Object.getOwnPropertySymbols(document).some(({ description }) => description?.startsWith('vitrine ')),
    );
    await frame?.evaluate(sale('A-1'));
    await page.goto('about:blank');
    await expect.poll(() => transactions(world)).toEqual(['A-1']);
  });

  test("the README's custom pixel for Shopify counts an order, of the visitor that the shop knows", async ({
    page,
    world,
  }) => {
    const trouble = listenForTrouble(page);
    const { src, key } = tagOf(world);
    const readme = await readFile(new URL('../README.md', import.meta.url), 'utf8');
    const pixel = /```js\n(analytics\.subscribe[\s\S]*?)```/.exec(readme)?.[1] ?? '';
    const pasted = pixel.replace('https://ugc.example.com/vitrine.js', src).replace('YOUR_PUBLIC_KEY', key);
    world.shop.page(
      '/pixel',
      `<!doctype html><title>Pixel</title><script>${PIXEL_API}</script><script>${pasted}</script>`,
    );
    world.shop.page('/', pageOf(CAROUSEL + world.tag('data-cookie-domain="shop.test"')));
    world.shop.page('/thank-you', pageOf(`<script>${SHOP_SIDE}</script><iframe ${SANDBOX} src="/pixel"></iframe>`));
    await page.goto(world.shop.url('/'));
    await expect.poll(() => world.story()).toContain('widget render');
    await page.goto(world.shop.url('/thank-you'));
    await expect.poll(() => transactions(world)).toEqual(['6053412159833']);
    const [render] = world.rows().filter(({ kind }) => kind === 'widget');
    const order = world.rows().find(({ kind }) => kind === 'checkout');
    expect(order).toMatchObject({
      analytics_id: render?.analytics_id,
      currency: 'EUR',
      page_url: world.shop.url('/thank-you'),
    });
    expect(JSON.parse(order?.products ?? '')).toEqual([
      // Two of them, as the wire writes it.
      { id: '8950526378201', amount: 18.5 },
      { id: '8950526378201', amount: 18.5 },
      { id: '8950526378202', amount: 9 },
    ]);
    expect(trouble).toEqual([]);
  });
});

/**
 * What a custom pixel of Shopify's finds in its frame: `analytics` and `browser`, as the Web Pixels API has them
 * (shopify.dev/docs/api/web-pixels-api), asked of the page around it.
 */
const PIXEL_API = `
  const ask = (what) => new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = ({ data }) => resolve(data);
    parent.postMessage(what, '*', [port2]);
  });
  const analytics = { subscribe: (name, listener) => void ask({ event: name }).then(listener) };
  const browser = { cookie: { get: (name) => ask({ cookie: name }) } };`;
const ORDER = {
  order: { id: '6053412159833' },
  token: 'c1-2f',
  currencyCode: 'EUR',
  lineItems: [
    {
      quantity: 2,
      variant: { id: '43', price: { amount: 18.5, currencyCode: 'EUR' }, product: { id: '8950526378201' } },
    },
    { quantity: 1, variant: { id: '44', price: { amount: 9, currencyCode: 'EUR' }, product: { id: '8950526378202' } } },
  ],
};
const SHOP_SIDE = `
  addEventListener('message', ({ data: { cookie }, ports: [port] }) => port.postMessage(cookie
    ? new URLSearchParams(document.cookie.replaceAll('; ', '&')).get(cookie)
    : { data: { checkout: ${JSON.stringify(ORDER)} }, context: { document: { location: { href: location.href } } }, timestamp: new Date().toISOString() }));`;
