import type { Page } from '@playwright/test';
import { expect, readConsole, test, type World } from './story.ts';

/** No sale is lost in silence: orders as templates print them, and the one line that the console says of the rest. */

const SNIPPET = '(Array.isArray(window.vitrine) ? window.vitrine : window.vitrine = [])';
const push = (command: string) => `${SNIPPET}.push(${command})`;
const sale = (id: string, products: string, currency = 'EUR') =>
  push(`['checkout', { transactionId: '${id}', currency: '${currency}', products: ${products} }]`);
const one = (id: string, amount: string) => sale(id, `[{ id: 'sofa', amount: ${amount} }]`);

const pageOf = (script: string, tag: string) =>
  `<!doctype html><title>Shop</title><link rel="icon" href="data:,"><script>${script}</script>${tag}`;

/** What each order was stored as. */
const orders = ({ rows }: World) =>
  Object.fromEntries(
    rows().flatMap(({ transaction_id, products }) =>
      transaction_id ? [[transaction_id, JSON.parse(products ?? '')]] : [],
    ),
  );

function listen(page: Page): string[] {
  const lines = readConsole(page);
  page.on('pageerror', ({ message }) => lines.push(message));
  return lines;
}

test('reads amounts as templates print them, and keeps an order without those it cannot read', async ({
  page,
  world,
}) => {
  const lines = listen(page);
  const script = [
    one('F-1', "'18.50'"),
    one('F-2', "'4,245.42'"),
    one('F-3', "'18,50'"),
    one('F-4', "'1.234,56'"),
    one('F-5', "'€18.50'"),
    one('F-6', "'1\\u00a0234,56'"),
    one('F-7', "'1.234'"),
    sale('F-8', "[{ id: 'mug', amount: null }, { id: 'jug', amount: 9 }]"),
  ].join(';');
  world.shop.page('/', pageOf(script, world.tag()));
  await page.goto(world.shop.url('/'));
  const sofa = (amount: number) => [{ id: 'sofa', amount }];
  await expect
    .poll(() => orders(world))
    .toEqual({
      'F-1': sofa(18.5),
      'F-2': sofa(4245.42),
      'F-3': sofa(18.5),
      'F-4': sofa(1234.56),
      'F-5': sofa(18.5),
      'F-6': sofa(1234.56),
      'F-7': [{ id: 'sofa', quantity: 1 }],
      'F-8': [
        { id: 'mug', quantity: 1 },
        { id: 'jug', amount: 9 },
      ],
    });
  // One of the two: which, is the browser's choice (`console.ts`).
  await expect
    .poll(() => lines)
    .toEqual([
      expect.stringMatching(
        /^error vitrine: checkout "F-(7|8)": not understood, so left out: products\[0\]\.amount ("1\.234"|\(missing\))$/,
      ),
    ]);
});

test('keeps fractions and large quantities exactly, and orders of many lines whole', async ({ page, world }) => {
  const lines = listen(page);
  const script = [
    sale('Q-1', "[{ id: 'cheese', amount: 20, quantity: 0.35 }, { id: 'mug', amount: 18.5, quantity: '2' }]"),
    sale('Q-2', "[{ id: 'screw', amount: 0.12, quantity: 1500 }]"),
    sale(
      'Q-3',
      "Array.from({ length: 400 }, (_, i) => ({ id: 'gid://shopify/ProductVariant/' + (43729078485000 + i), amount: 9, quantity: 2 }))",
    ),
    sale('Q-4', "Array.from({ length: 1200 }, (_, i) => ({ id: 'screw-' + i, amount: 1 }))"),
  ].join(';');
  world.shop.page('/', pageOf(script, world.tag()));
  await page.goto(world.shop.url('/'));
  const lengths = () =>
    world.rows().map(({ transaction_id, products }) => `${transaction_id} ${JSON.parse(products ?? '[]').length}`);
  await expect.poll(() => lengths().toSorted()).toEqual(['Q-1 3', 'Q-2 1', 'Q-3 400', 'Q-4 1000', 'Q-4 200']);
  expect(orders(world)).toMatchObject({
    'Q-1': [{ id: 'cheese', amount: 20, quantity: 0.35 }, { id: 'mug', amount: 18.5 }, { id: 'mug' }],
    'Q-2': [{ id: 'screw', amount: 0.12, quantity: 1500 }],
  });
  expect(lines).toEqual([]);
});

test('says once a page what is wrong: a command that does not exist, and no key', async ({ page, world }) => {
  const lines = listen(page);
  const tag = world.tag();
  world.shop.page('/', pageOf(`${push("['dance'], ['sing'], ['checkout', {}]")};${one('A-1', '1')}`, tag));
  await page.goto(world.shop.url('/'));
  await expect.poll(() => Object.keys(orders(world))).toEqual(['A-1']);
  expect(lines).toEqual([expect.stringMatching(/^error vitrine: (dance|sing|checkout): TypeError: /)]);

  lines.length = 0;
  world.shop.page('/', pageOf('', tag.replace(/data-key="\w+"/, '')));
  await page.goto(world.shop.url('/'));
  await expect
    .poll(() => lines)
    .toEqual([expect.stringContaining('error vitrine: start: TypeError: data-key is missing')]);
});

test('keeps time, page and words of what was pushed before the code came', async ({ page, world }) => {
  const act =
    "{ kind: 'media', action: 'click', instance: 'page', scope: { kind: 'best' }, media: '1', pics: 9, segments: [] }";
  world.shop.page('/', pageOf('', world.tag()));
  await page.route(/\/v\/[^/]+\/(start|commands)-\w+\.js/, async (route) => {
    await page.waitForFunction(() => location.pathname === '/next');
    await route.continue();
  });
  await page.goto(world.shop.url('/'));
  await page.waitForFunction(() => Object.hasOwn(window.vitrine ?? {}, 'push'));
  const at = await page.evaluate(`(() => {
    const act = ${act};
    const sale = { transactionId: 'A-1', currency: 'EUR', products: [{ id: 'mug', amount: 1 }] };
    vitrine.push(['track', act], ['checkout', sale]);
    act.scope.kind = 'not_found';
    sale.products[0].id = 'jug';
    const at = Date.now();
    setTimeout(() => history.pushState(null, '', '/next'), 2000);
    return at;
  })()`);
  await expect.poll(() => world.rows().length).toBe(2);
  for (const row of world.rows()) {
    expect(row.page_url).toBe(world.shop.url('/'));
    expect(row.occurred_at).toBeLessThanOrEqual(at as number);
  }
  expect(world.rows().find(({ kind }) => kind === 'media')).toMatchObject({ scope_kind: 'best' });
  expect(orders(world)).toEqual({ 'A-1': [{ id: 'mug', amount: 1 }] });
});

test('the shipped tag hears acts: one that a first tracker took is not dispatched again for a second', async ({
  page,
  world,
}) => {
  const carousel = '<vitrine-carousel stream-key="tl-ripple-mug"></vitrine-carousel>';
  const count = "addEventListener('vitrine-render', ({ detail }) => (window.acts ??= []).push(detail.id), true)";
  world.shop.page(
    '/',
    pageOf(count, `<style>vitrine-carousel { display: block; height: 14rem }</style>${carousel}${world.tag()}`),
  );
  await page.goto(world.shop.url('/'));
  await expect.poll(() => world.story()).toContain('widget render');
  const before = await page.evaluate('window.acts.length');
  // A second tracker, for another key.
  await page.evaluate(() => dispatchEvent(new Event('vitrine-listen')));
  const second = await page.evaluate('[...new Set(window.acts)].length === window.acts.length');
  expect(before).toBeGreaterThan(0);
  expect(second).toBe(true);
});
