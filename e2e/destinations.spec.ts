import { type BackEnds, FOREIGN, openBackEnds } from './back-ends.ts';
import { leaveHalfway, ONLY_CHROMIUM_HALTS, prepareHalt, whenARequestHasLeft } from './halt.ts';
import { expect, listenForTrouble, test as stories, type World } from './story.ts';

const test = stories.extend<{ others: BackEnds }>({
  // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the names of the fixtures from this pattern.
  others: async ({}, use) => {
    const others = await openBackEnds();
    await use(others);
    others.close();
  },
});

const ALL = 'data-destinations="tracking matomo product-events activities"';

/** A page with a button whose click is an act, and a command that waits for the tag. */
function acts(world: World, attributes: string, first = ''): string {
  return `<!doctype html><title>Shop</title><link rel="icon" href="data:,">
<script>
  window.vitrine = [${first}];
  let media = 0;
  const act = () => vitrine.push(['track', {
    kind: 'media', action: 'click', instance: 'page', scope: { kind: 'best' }, media: String(++media), pics: 9,
    label: 'Worn by customers', image: 'https://ugc.example/1.webp?token=secret#x',
    segments: [['country', 'DE']],
  }]);
</script>${world.tag(attributes)}<button onclick="act()">Act</button>`;
}

const SALE = `['checkout', { transactionId: 'T-1', currency: 'EUR', products: [{ id: 'mug', name: 'A mug', amount: 18.5, quantity: 2 }] }]`;

/** The ids of the acts that our service holds, each of which the others know by the same one. */
const idsOf = (world: World) => world.rows().map(({ id }) => id);

test('four destinations at once are told the same acts, each in its own words, from the first one on', async ({
  page,
  world,
  others,
}) => {
  const trouble = listenForTrouble(page);
  const user = 'data-matomo-user-id="42" data-matomo-dimensions="section:3, country:4"';
  world.shop.page('/', acts(world, `${ALL} ${others.attributes} ${user} data-vitals="off"`, SALE));
  await page.goto(world.shop.url('/'));
  await page.getByRole('button').click();
  await page.getByRole('button').click();
  // What waited for the tag happened in one millisecond.
  await expect.poll(() => world.story().toSorted()).toEqual(['checkout', 'media click 1', 'media click 2']);
  for (const other of FOREIGN) {
    await expect.poll(() => others.ids(other)).toEqual(expect.arrayContaining(idsOf(world)));
  }

  const [sale, click] = ['checkout', 'media'].map((kind) => world.rows().find((row) => row.kind === kind)?.id);
  const bySale = (event: { event_id?: unknown }) => event.event_id === sale;
  expect(others.said('matomo').find(bySale)).toMatchObject({
    ...{ idsite: '3', idgoal: '0', ec_id: 'T-1', revenue: '37' },
    ec_items: '[["mug","A mug","",18.5,2]]',
  });
  expect(others.said('matomo').find(({ event_id }) => event_id === click)).toMatchObject({
    c_n: 'Worn by customers',
    c_p: 'https://ugc.example/1.webp?token=',
    c_i: 'click',
    uid: '42',
    dimension4: 'DE',
  });
  expect(others.ids('matomo').toSorted()).toEqual(idsOf(world).toSorted());

  const products = others.said('product-events').map(({ eventType }) => eventType);
  expect(products.toSorted()).toEqual([
    'product interaction',
    'product interaction',
    'product ordered',
    'product session start',
  ]);

  const named = others.said('activities').map(({ $event_name }) => $event_name);
  expect(named.toSorted()).toEqual(['$transaction_confirmed', 'media_click', 'media_click']);
  expect(trouble).toEqual([]);
});

test('a command before the tag has loaded names destinations, too', async ({ page, world, others }) => {
  const command = `['destinations', { matomo: { url: '${others.url}/matomo.php', idSite: 3 } }]`;
  world.shop.page('/', acts(world, 'data-vitals="off"', `${SALE}, ${command}`));
  await page.goto(world.shop.url('/'));
  await page.getByRole('button').click();
  await expect.poll(() => world.story().toSorted()).toEqual(['checkout', 'media click 1']);
  await expect.poll(() => others.ids('matomo').toSorted()).toEqual(idsOf(world).toSorted());
});

test('a page downloads the wires that it names, and no others', async ({ page, world, others }) => {
  const chunks: string[] = [];
  page.on('request', (request) => {
    const name = new URL(request.url()).pathname.match(/^\/v\/[^/]+\/([a-z-]+)-\w+\.js$/)?.[1];
    if (name) chunks.push(name);
  });
  world.shop.page('/', acts(world, 'data-vitals="off"'));
  world.shop.page(
    '/more',
    acts(world, `data-destinations="tracking activities" ${others.attributes} data-vitals="off"`),
  );
  await page.goto(world.shop.url('/'));
  // Where a page pushes a command before the tracker is asked for, the code of commands comes beside it.
  await expect.poll(() => chunks).toContain('start');
  await page.getByRole('button').click();
  await expect.poll(world.story).toEqual(['media click 1']);
  // The code of the backlog comes a second after `load`.
  await expect.poll(() => chunks).toEqual(['start', 'backlog']);
  chunks.length = 0;
  await page.goto(world.shop.url('/more'));
  await expect.poll(() => chunks).toContain('destinations');
  await page.getByRole('button').click();
  await expect.poll(() => others.ids('activities').length).toBe(1);
  await expect.poll(() => chunks.toSorted()).toEqual(['activities', 'backlog', 'destinations', 'start']);
});

test('a portal that answers for everybody acknowledges nothing: when it has gone, what was sent is sent again', async ({
  page,
  world,
  others,
}) => {
  for (const other of FOREIGN) others.behave(other, 'portal');
  const attributes = `${ALL} ${others.attributes} data-matomo-at-least-once="yes" data-vitals="off"`;
  world.shop.page('/', acts(world, attributes));
  await page.goto(world.shop.url('/'));
  await page.getByRole('button').click();
  await expect.poll(world.story).toEqual(['media click 1']);
  await page.waitForTimeout(1500);
  for (const other of FOREIGN) expect(others.ids(other)).toEqual([]);
  for (const other of FOREIGN) others.behave(other, 'up');
  await page.getByRole('button').click();
  await expect.poll(world.story).toEqual(['media click 1', 'media click 2']);
  for (const other of FOREIGN) {
    await expect.poll(() => others.ids(other), { timeout: 30_000 }).toEqual(expect.arrayContaining(idsOf(world)));
  }
});

for (const troubled of FOREIGN) {
  test(`${troubled} answers 503, then 400, then hangs: the others have everything at once`, async ({
    page,
    world,
    others,
  }) => {
    world.shop.page('/', acts(world, `${ALL} ${others.attributes} data-vitals="off"`));
    await page.goto(world.shop.url('/'));
    const up = FOREIGN.filter((other) => other !== troubled);
    let done = 0;
    for (const how of [503, 400, 'hangs'] as const) {
      others.behave(troubled, how);
      await page.getByRole('button').click();
      done++;
      await expect.poll(() => world.rows().length, { timeout: 4000 }).toBe(done);
      for (const other of up) {
        await expect.poll(() => others.ids(other), { timeout: 4000 }).toEqual(expect.arrayContaining(idsOf(world)));
      }
    }
    expect(others.ids(troubled)).toEqual([]);
  });
}

test('the browser ends the script of a leaving page when a request has left: a back end that does not recognise repetitions gets it once', async ({
  page,
  world,
  others,
  browserName,
}) => {
  test.skip(browserName !== 'chromium', ONLY_CHROMIUM_HALTS);
  await prepareHalt(page, whenARequestHasLeft);
  const trouble = listenForTrouble(page);
  world.shop.page('/', acts(world, `data-destinations="matomo" ${others.attributes} data-vitals="off"`));
  await page.goto(world.shop.url('/'));
  await expect.poll(() => page.evaluate(async () => (await indexedDB.databases()).length)).toBe(1);
  // Long ago, so that the next page takes what this one left for that of a dead one.
  await leaveHalfway(page, 'const { now } = Date; Date.now = () => now() - 1_200_000; act(); Date.now = now');
  await page.goto('about:blank');
  await page.goto(world.shop.url('/'));
  await page.getByRole('button').click();
  await expect.poll(() => others.ids('matomo').length).toBe(2);
  // The next visit's own act goes first, and then what earlier ones left.
  await page.waitForTimeout(2500);
  expect(others.ids('matomo').length).toBe(2);
  expect(new Set(others.ids('matomo')).size).toBe(2);
  expect(trouble).toEqual([]);
});
