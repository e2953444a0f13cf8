import type { Page, Route } from '@playwright/test';
import { readTotals, recountTotals } from '../server/store/testing/read-events.ts';
import { expect, test, type World } from './story.ts';

/** Where each wire asks our own service. */
const PATHS = {
  tracking: '/track/bulk',
  'tracking-get': '/track/widget/',
  matomo: '/matomo.php',
  'product-events': '/api/analytics/events',
  activities: '/v1/datamarts/',
} as const;
type Name = keyof typeof PATHS;
const ALL: readonly Name[] = ['tracking', 'matomo', 'product-events', 'activities'];

/** Attributes of a tag that tells our service everything by each of these wires. */
async function everything({ service }: World, wires: readonly Name[]): Promise<string> {
  const { url } = service;
  const { key } = service.config;
  const root = await (await fetch(`${url}/?auth_token=${key}`)).json();
  const { id } = root.data._embedded.customer;
  return `data-vitals="off" data-destinations="${wires.join(' ')}" data-matomo-url="${url}/matomo.php" data-matomo-id-site="${id}"
    data-product-events-url="${url}" data-product-events-token="${key}"
    data-activities-url="${url}" data-activities-datamart="${id}" data-activities-key="${key}"`;
}

const SALE = `{ transactionId: 'T-1', currency: 'EUR', products: [{ id: 'mug', amount: 18.5, quantity: 2 }] }`;

function shop(world: World, attributes: string, acts: string): string {
  return `<!doctype html><title>Shop</title><link rel="icon" href="data:,">
<script>
  window.vitrine = [];
  const act = () => { ${acts} };
  const click = (media) => vitrine.push(['track', {
    kind: 'media', action: 'click', instance: 'page', scope: { kind: 'best' }, media, pics: 9, segments: [['country', 'DE']],
  }]);
</script>${world.tag(attributes)}<button onclick="act()">Act</button><a href="/next">Next</a>`;
}

/** The answers that a wire has had, other than to preflights. */
function listen(page: Page, url: string, name: Name): { status: number; method: string; url: string }[] {
  const answers: { status: number; method: string; url: string }[] = [];
  page.on('response', (response) => {
    const method = response.request().method();
    if (response.url().startsWith(url + PATHS[name]) && method !== 'OPTIONS')
      answers.push({ status: response.status(), method, url: response.url() });
  });
  return answers;
}

for (const first of ALL) {
  test(`acts that all four wires tell our service count once, and as what they were: ${first} comes first`, async ({
    page,
    world,
  }) => {
    const { url, data } = world.service;
    world.shop.page('/', shop(world, await everything(world, ALL), `click('1'); vitrine.push(['checkout', ${SALE}]);`));
    const answers = ALL.map((name) => listen(page, url, name));
    const later = ALL.filter((name) => name !== first);
    const held: Route[] = [];
    let holding = true;
    for (const name of later)
      await page.route(`${url}${PATHS[name]}**`, (route) => void (holding ? held.push(route) : route.continue()));
    await page.goto(world.shop.url('/'));
    await page.getByRole('button').click();

    const acts = () => world.rows().filter(({ action }) => action !== 'session_start');
    await expect.poll(() => acts().length).toBe(2);
    await expect.poll(() => held.length).toBe(later.length);
    const ids = acts().map(({ id }) => id);
    holding = false;
    for (const route of held) await route.continue();

    // Product events are one request each, the session's start among them.
    const asked = ALL.map((name) => (name === 'product-events' ? 3 : 1));
    await expect.poll(() => answers.map((one) => one.length)).toEqual(asked);
    expect(answers.flat().filter(({ status }) => status !== 200)).toEqual([]);
    expect(
      acts()
        .map(({ id }) => id)
        .toSorted(),
    ).toEqual(ids.toSorted());
    expect(world.story().toSorted()).toEqual(['checkout', 'media click 1', 'product session_start']);

    const totals = readTotals(data).map(({ kind, action, media_id, events }) => ({ kind, action, media_id, events }));
    expect(totals).toEqual(
      expect.arrayContaining([
        { kind: 'checkout', action: '', media_id: '', events: 1 },
        { kind: 'media', action: 'click', media_id: '1', events: 1 },
        { kind: 'product', action: 'session_start', media_id: '', events: 1 },
      ]),
    );
    expect(totals).toHaveLength(3);
    expect(readTotals(data)).toEqual(recountTotals(data));
  });
}

test('a service that knows only the original protocol is asked once for each act, at the end of a page too', async ({
  page,
  world,
}) => {
  const { url } = world.service;
  const both = listen(page, url, 'tracking-get');
  const bulk = listen(page, url, 'tracking');
  const attributes = await everything(world, ['tracking-get']);
  world.shop.page('/', shop(world, attributes, `click('1'); click('2');`));
  world.shop.page('/next', '<!doctype html><title>Next</title>');
  await page.goto(world.shop.url('/'));
  await page.getByRole('button').click();
  await expect.poll(world.story).toEqual(['media click 1', 'media click 2']);
  // What is stored is answered a moment later.
  await expect.poll(() => both.map(({ method, status }) => `${method} ${status}`)).toEqual(['GET 200', 'GET 200']);
  expect(both.map((one) => new URL(one.url).pathname)).toEqual([
    '/track/widget/page/best/media/1/click.gif',
    '/track/widget/page/best/media/2/click.gif',
  ]);

  // The next page asks for nothing, so what comes was sent as this one ended: at once, or it would be kept for a visit.
  await page.evaluate(`click('3'); document.querySelector('a').click()`);
  await expect(page).toHaveTitle('Next');
  await expect.poll(world.story).toEqual(['media click 1', 'media click 2', 'media click 3']);
  expect(bulk).toEqual([]);
});
