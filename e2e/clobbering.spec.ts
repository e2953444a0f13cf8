import type { Page } from '@playwright/test';
import { ready } from './account.ts';
import { expect, listenForTrouble, test, type World } from './story.ts';

/** Markup of strangers, as a shop's sanitiser may let it through, takes over properties of `document` and `window`. */

/** Every property of `document` that the tag or an element reads, each by another element that can take it over. */
const HOSTILE = `
  <img name="hidden"><img name="prerendering"><img name="referrer"><form name="cookie"></form>
  <object id="readyState"></object><iframe name="visibilityState" srcdoc=""></iframe>
  <embed name="querySelector"><form name="querySelectorAll"></form><img name="addEventListener">
  <form id="dispatchEvent" name="dispatchEvent"></form><a id="onscrollend"></a><a id="fetchLater"></a>`;

const SNIPPET = '(Array.isArray(window.vitrine) ? window.vitrine : window.vitrine = [])';
const sale = (id: string) =>
  `${SNIPPET}.push(['checkout', { transactionId: '${id}', currency: 'EUR', products: [{ id: 'mug', amount: 18.5 }] }])`;

function pageOf(body: string, head = ''): string {
  return `<!doctype html><title>Shop</title><link rel="icon" href="data:,">${head}
    <style>vitrine-carousel { display: block; height: 14rem }</style>${body}`;
}

/** A stranger's host, and what it has been asked for that is code. */
function stranger({ shop }: World): { address: string; scripts: () => string[] } {
  return {
    address: shop.url('/stranger/picture.png', 'checkout.shop.test'),
    scripts: () => shop.asked.filter((path) => path.startsWith('/stranger/') && path.includes('.js')),
  };
}

const transactions = ({ rows }: World) => rows().flatMap(({ transaction_id }) => transaction_id ?? []);

test('an image named currentScript decides neither where code comes from nor with which key', async ({
  page,
  world,
}) => {
  const { address, scripts } = stranger(world);
  const image = `<img name="currentScript" src="${address}" data-key="stranger" data-api="${address}" alt="">`;
  world.shop.page('/', pageOf(`<p>A review: ${image}</p><script>${sale('A-1')}</script>${world.tag()}`));
  await page.goto(world.shop.url('/'));
  await expect.poll(() => transactions(world)).toEqual(['A-1']);
  expect(scripts()).toEqual([]);
});

test('where markup has taken over what the tag and the elements read, events arrive as they are, and photos are shown', async ({
  page,
  world,
}) => {
  const trouble = listenForTrouble(page);
  const carousel = '<vitrine-carousel id="photos" stream-key="tl-ripple-mug"></vitrine-carousel>';
  world.shop.page('/before', pageOf('<a href="/">Next</a>'));
  world.shop.page(
    '/',
    pageOf(
      `${HOSTILE}${carousel}<vitrine-viewer for="photos"></vitrine-viewer><script>${sale('A-1')}</script>`,
      world.tag('data-cookie-domain="shop.test"'),
    ),
  );
  await page.goto(world.shop.url('/before'));
  await page.getByRole('link').click();
  await ready(page);
  expect(await page.evaluate(() => typeof document.cookie)).toBe('object');
  await page.locator('vitrine-carousel [part=media]').first().click();
  await expect(page.locator('body > vitrine-viewer').getByRole('dialog')).toBeVisible();
  await expect.poll(() => world.story().map((line) => line.replace(/ \d+$/, ''))).toContain('media view');
  expect(transactions(world)).toEqual(['A-1']);
  const render = world.rows().find(({ kind, action }) => kind === 'widget' && action === 'render');
  expect(render).toMatchObject({ page_url: world.shop.url('/'), referrer: world.shop.url('/before') });
  const cookies = (await page.context().cookies()).filter(({ name }) => name === '__olapicU');
  expect(cookies).toMatchObject([{ value: render?.analytics_id, domain: '.shop.test' }]);
  await page.evaluate(() => window.vitrine?.push(['consent', 'denied']));
  await expect.poll(() => page.context().cookies()).toEqual([]);
  expect(trouble).toEqual([]);
});

const CALLED_VITRINE: [markup: string, what: string][] = [
  ['<section id="vitrine"></section>', 'a section'],
  ['<form id="vitrine"><input name="push"></form>', 'a form with a field called push'],
  ['<form id="vitrine"></form><form id="vitrine" name="push"><input name="call"></form>', 'two forms'],
  ['<iframe name="vitrine" srcdoc="<form id=push></form>"></iframe>', 'a frame'],
  ['<iframe name="vitrine" src="http://127.0.0.1:9/"></iframe>', 'a frame of another site'],
  ['<a id="vitrine" href="https://shop.test/"></a><script>const vitrine = 1</script>', 'a link, and a constant'],
];
for (const [markup, what] of CALLED_VITRINE) {
  test(`on a page with ${what} called vitrine, a sale before the tag and one after it are counted`, async ({
    page,
    world,
  }) => {
    const errors: string[] = [];
    page.on('pageerror', ({ message }) => errors.push(message));
    world.shop.page('/', pageOf(`${markup}<script>${sale('A-1')}</script>${world.tag()}`));
    await page.goto(world.shop.url('/'));
    await ready(page);
    await page.evaluate(sale('A-2'));
    // The snippet of the first version, once the tag is there.
    await page.evaluate(sale('A-3').replace(SNIPPET, '(window.vitrine ||= [])'));
    await expect.poll(() => transactions(world).toSorted()).toEqual(['A-1', 'A-2', 'A-3']);
    expect(errors).toEqual([]);
  });
}

test('on a page that pushes nothing and has an element called vitrine, the tag starts, once', async ({
  page,
  world,
}) => {
  const carousel = '<vitrine-carousel stream-key="tl-ripple-mug"></vitrine-carousel>';
  const form = '<form id="vitrine"><input name="push"></form>';
  world.shop.page('/', pageOf(`${form}${carousel}${world.tag()}${world.tag('async')}`));
  await page.goto(world.shop.url('/'));
  await expect.poll(() => renders(world)).toEqual(['widget render']);
  await expectNoMore(page, world);
});

const renders = ({ story }: World) => story().filter((act) => act === 'widget render');

async function expectNoMore(page: Page, world: World): Promise<void> {
  await page.goto('about:blank');
  expect(renders(world)).toHaveLength(1);
}
