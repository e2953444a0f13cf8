import type { Locator, Page } from '@playwright/test';
import { expect, expectStory, listenForTrouble, type Row, test, type World } from './story.ts';

/** A shopper's way through the demo shop, told by the rows it leaves. */

const PRODUCT = 'tl-ripple-mug';
const OTHER = 'tl-kelp-bowl';

interface Media {
  id: string;
  type: 'IMAGE' | 'VIDEO';
  _embedded: { 'streams:all': { _embedded: { stream: { id: string; product_url: string }[] } } };
}

/** The media of a product in the order in which the carousel shows them, from the content API itself. */
async function mediaOf({ service }: World, product: string): Promise<Media[]> {
  const { config, url } = service;
  const answer = await fetch(
    `${url}/streams/media/recent?tag_key=${product}&count=20&auth_token=${config.key}&version=v2.2`,
  );
  return ((await answer.json()) as { data: { _embedded: { media: Media[] } } }).data._embedded.media;
}

async function visit(page: Page, { service }: World, product = PRODUCT): Promise<Locator> {
  await page.goto(`${service.url}/shop/products/${product}.html`);
  const carousel = page.locator('vitrine-carousel');
  await carousel.scrollIntoViewIfNeeded();
  await expect(carousel.getByRole('button', { name: 'Next photos' })).toBeVisible();
  return carousel;
}

/** Positions of the slides of which at least half can be seen: measured by the test, not by the kit. */
function seenSlides(carousel: Locator): Promise<number[]> {
  return carousel.evaluate((element) => {
    const track = element.shadowRoot?.querySelector('[part=track]') as HTMLElement;
    const clip = track.getBoundingClientRect();
    return [...track.children].flatMap((slide, position) => {
      const box = slide.getBoundingClientRect();
      const width = Math.min(box.right, clip.right, innerWidth) - Math.max(box.left, clip.left, 0);
      const height = Math.min(box.bottom, clip.bottom, innerHeight) - Math.max(box.top, clip.top, 0);
      return Math.max(0, width) * Math.max(0, height) >= 0.5 * box.width * box.height ? [position] : [];
    });
  });
}

/** Which media were rendered, in no order: several are seen in the same millisecond. */
const rendered = ({ rows }: World) =>
  rows()
    .filter(({ kind, action }) => kind === 'media' && action === 'render')
    .map(({ media_id }) => media_id)
    .sort();

/** The story without what was merely seen. */
const actions = ({ story }: World) => story().filter((line) => !line.startsWith('media render'));

const ids = (media: Media[], positions: number[]) => positions.map((position) => media[position]?.id).sort();

test('the widget renders, and just the media that were really seen', async ({ page, world }) => {
  const trouble = listenForTrouble(page);
  const media = await mediaOf(world, PRODUCT);
  const carousel = await visit(page, world);
  const seen = await seenSlides(carousel);
  expect(seen.length).toBeGreaterThan(2);
  expect(seen.length).toBeLessThan(media.length);
  await expect.poll(() => rendered(world)).toEqual(ids(media, seen));
  // Nothing more comes, however long the shopper looks.
  await page.waitForTimeout(2500);
  expect(rendered(world)).toEqual(ids(media, seen));
  expect(actions(world)).toEqual(['widget render']);

  const [first] = world.rows();
  expect(first).toMatchObject({
    kind: 'widget',
    action: 'render',
    scope_kind: 'stream',
    scope_id: world.service.config.streams[PRODUCT],
    media_id: null,
    pics: media.length,
    page_url: `${world.service.url}/shop/products/${PRODUCT}.html`,
    wire: 'tracking',
  } satisfies Partial<Row>);
  expect(first?.instance_id).toMatch(/^[0-9a-f]{32}$/);
  for (const row of world.rows()) {
    expect(row).toMatchObject({
      instance_id: first?.instance_id,
      analytics_id: first?.analytics_id,
      scope_id: first?.scope_id,
      pics: media.length,
    });
  }
  expect(trouble).toEqual([]);
});

test('a carousel below the fold renders, but nothing in it is seen', async ({ page, world }) => {
  await page.setViewportSize({ width: 390, height: 500 });
  await page.goto(`${world.service.url}/shop/products/${PRODUCT}.html`);
  await expectStory(world, ['widget render']);
  await page.waitForTimeout(2500);
  expect(world.story()).toEqual(['widget render']);
});

test('move, click, view, move, play, close', async ({ page, world }) => {
  const media = await mediaOf(world, PRODUCT);
  const video = media.findIndex(({ type }) => type === 'VIDEO');
  expect(video, 'the product has a video').toBeGreaterThanOrEqual(0);
  const carousel = await visit(page, world);

  await carousel.getByRole('button', { name: 'Next photos' }).click();
  await expect.poll(() => actions(world)).toEqual(['widget render', 'widget move']);
  const moved = await seenSlides(carousel);
  expect(moved).not.toContain(0);
  await expect.poll(() => rendered(world)).toEqual(expect.arrayContaining(ids(media, moved)));

  await carousel.getByRole('button', { name: 'Previous photos' }).click();
  await expect.poll(() => actions(world)).toEqual(['widget render', 'widget move', 'widget move']);

  // Open the one before the video (or after it), so that moving in the viewer leads to it.
  const from = video > 0 ? video - 1 : 1;
  const slide = carousel.locator('[part=slide]').nth(from).getByRole('button');
  for (let tries = 0; !(await seenSlides(carousel)).includes(from) && tries < 5; tries++) {
    const told = actions(world).length;
    await carousel.getByRole('button', { name: 'Next photos' }).click();
    await expect.poll(() => actions(world).slice(told)).toEqual(['widget move']);
  }
  // Playwright moves to what it presses, if that is not wholly in view.
  await slide.hover();
  await page.waitForTimeout(1500);
  const before = actions(world);
  await slide.click();
  const viewer = page.getByRole('dialog');
  await expect(viewer).toBeVisible();
  await viewer.getByRole('button', { name: video > 0 ? 'Next photo' : 'Previous photo' }).click();
  await viewer.locator('video').first().click();
  await viewer.getByRole('button', { name: 'Close' }).click();
  await expect(viewer).toBeHidden();
  const [opened, film] = [media[from]?.id, media[video]?.id];
  await expect
    .poll(() => actions(world).slice(before.length))
    .toEqual([
      `media click ${opened}`,
      `media view ${opened}`,
      `media move ${film}`,
      `media view ${film}`,
      `media play_click ${film}`,
      `media close ${film}`,
    ]);
  await expect(slide).toBeFocused();
});

test('shop this product: the event is there and the shopper too', async ({ page, world }) => {
  const media = await mediaOf(world, PRODUCT);
  const carousel = await visit(page, world);
  await carousel.locator('[part=slide]').first().getByRole('button').click();
  const viewer = page.getByRole('dialog');
  const link = viewer.getByRole('link', { name: /Shop this product/ }).first();
  const target = (await link.getAttribute('href')) ?? '';
  expect(media[0]?._embedded['streams:all']._embedded.stream.map(({ product_url }) => product_url)).toContain(target);
  await link.click();
  await page.waitForURL(target);
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
  const shop = () => world.rows().filter(({ action }) => action === 'shop');
  await expect.poll(() => shop().length).toBe(1);
  expect(shop()[0]).toMatchObject({ kind: 'media', media_id: media[0]?.id, redirect_url: target });
});

test('the redirect of the original protocol lands, and is stored', async ({ page, world }) => {
  const { url, config } = world.service;
  const target = `${url}/shop/products/${OTHER}.html`;
  const stream = config.streams[OTHER];
  const query = new URLSearchParams({
    auth_token: config.key,
    analytics_id: 'old-client',
    pics: '3',
    redirect_url: target,
  });
  await page.goto(`${url}/track/widget/abc/stream/${stream}/media/3000000001/shop?${query}`);
  expect(page.url()).toBe(target);
  await expect
    .poll(() => world.rows().find(({ analytics_id }) => analytics_id === 'old-client'))
    .toMatchObject({
      kind: 'media',
      action: 'shop',
      instance_id: 'abc',
      scope_id: stream,
      media_id: '3000000001',
      redirect_url: target,
    });
});

test('a checkout with three products, two of them the same, is counted once', async ({ page, world }) => {
  const { url } = world.service;
  for (const product of [PRODUCT, PRODUCT, OTHER]) {
    await page.goto(`${url}/shop/products/${product}.html`);
    await page.getByRole('button', { name: /basket/i }).click();
  }
  await page.getByRole('link', { name: /Basket/ }).click();
  await page.getByRole('button', { name: 'Place the order' }).click();
  await expect(page.getByRole('heading', { name: 'Thank you!' })).toBeVisible();
  const sales = () => world.rows().filter(({ kind }) => kind === 'checkout');
  await expect.poll(() => sales().length).toBe(1);
  for (let i = 0; i < 2; i++) {
    await page.reload();
    await page.waitForResponse('**/track/bulk*');
  }
  expect(sales()).toHaveLength(1);
  const [sale] = sales();
  expect(sale).toMatchObject({ currency: 'EUR', referrer: `${url}/shop/confirmation.html` });
  expect(sale?.transaction_id).toMatch(/^TL-/);
  expect(JSON.parse(sale?.products ?? '')).toEqual([
    { id: PRODUCT, amount: 26 },
    { id: PRODUCT, amount: 26 },
    { id: OTHER, amount: 38 },
  ]);
});

test('a stream that does not exist: a quiet place of the same size, and the event', async ({ page, world }) => {
  world.shop.page(
    '/',
    `<!doctype html><title>Shop</title><style>vitrine-carousel { display: block; height: 14rem }</style>
     ${world.tag()}<vitrine-carousel stream-key="no-such-product"></vitrine-carousel><p id="below">Below</p>`,
  );
  await page.goto(world.shop.url('/'));
  const height = await page.locator('#below').evaluate((element) => element.getBoundingClientRect().top);
  await expectStory(world, ['widget render']);
  expect(world.rows()[0]).toMatchObject({ scope_kind: 'not_found', scope_id: null, pics: 0 });
  expect(await page.locator('#below').evaluate((element) => element.getBoundingClientRect().top)).toBe(height);
  await expect(page.locator('vitrine-carousel')).toContainText(/photos/i);
});

test('a German page is spoken to in German, by the built files', async ({ page, world }) => {
  world.shop.page(
    '/',
    `<!doctype html><html lang="de-AT"><title>Laden</title>${world.tag()}
     <vitrine-carousel stream-key="${PRODUCT}"></vitrine-carousel><vitrine-carousel stream-key="x" data-api="${world.shop.url('/none')}"></vitrine-carousel>`,
  );
  await page.goto(world.shop.url('/'));
  const carousels = page.locator('vitrine-carousel');
  await expect(carousels.first().getByRole('button', { name: 'Nächste Fotos' })).toBeVisible();
  await expect(carousels.last()).toContainText('Die Fotos können gerade nicht gezeigt werden');
  await carousels.first().locator('button[part=media]').first().click();
  await expect(carousels.first().getByRole('button', { name: 'Schließen' })).toBeVisible();
});

test('elements that stood before the tag had loaded lose nothing', async ({ page, world }) => {
  const media = await mediaOf(world, PRODUCT);
  // The elements come from a bundle of the page's own, the tag seconds later.
  const carousel = await page.context().newPage();
  await carousel.goto(`${world.service.url}/shop/`);
  await carousel.waitForFunction(() => customElements.get('vitrine-carousel'));
  const chunks = await carousel.evaluate(() =>
    performance
      .getEntriesByType('resource')
      .map(({ name }) => name)
      .filter((name) => /\/v\/.*\/carousel-/.test(name)),
  );
  await carousel.close();
  expect(chunks.length).toBe(1);
  world.shop.page(
    '/',
    `<!doctype html><title>Shop</title><script type="module" src="${chunks[0]}"></script>
     <vitrine-carousel stream-key="${PRODUCT}" data-api="${world.service.url}" data-key="${world.service.config.key}"></vitrine-carousel>`,
  );
  await page.goto(world.shop.url('/'));
  const element = page.locator('vitrine-carousel');
  await expect(element.getByRole('button', { name: 'Next photos' })).toBeVisible();
  const here = () => world.rows().filter(({ page_url }) => page_url?.startsWith(world.shop.url('/')));
  await page.waitForTimeout(2500);
  const late = Date.now();
  expect(here()).toEqual([]);
  await page.evaluate(
    ([src = '', key = '']) => {
      const script = Object.assign(document.createElement('script'), { src });
      script.dataset.key = key;
      document.head.append(script);
    },
    [`${world.service.url}/vitrine.js`, world.service.config.key],
  );
  await expect.poll(() => here().filter(({ kind }) => kind === 'widget').length).toBe(1);
  await expect
    .poll(() =>
      here()
        .filter(({ kind }) => kind === 'media')
        .map(({ media_id }) => media_id)
        .sort(),
    )
    .toEqual(ids(media, await seenSlides(element)));
  for (const { occurred_at } of here()) expect(occurred_at).toBeLessThan(late);
});

test('the media of a product are downloaded once: by the tag, while the carousel’s code is on its way', async ({
  page,
  world,
}) => {
  await visit(page, world);
  const { media, code } = await page.evaluate(() => {
    const entries = performance.getEntriesByType('resource') as PerformanceResourceTiming[];
    const of = (part: string) => entries.filter(({ name }) => name.includes(part));
    return {
      media: of('/streams/media/').map(({ name, startTime, transferSize }) => ({ name, startTime, transferSize })),
      code: of('/carousel-').map(({ responseEnd }) => responseEnd),
    };
  });
  const [tag, element] = media;
  expect(media).toHaveLength(2);
  expect(element?.name).toBe(tag?.name);
  expect(tag?.startTime).toBeLessThan(code[0] ?? 0);
  expect(element?.transferSize).toBe(0);
});

test('the page does not move when the photos come', async ({ page, world, browserName }) => {
  test.skip(browserName === 'firefox', 'Firefox does not tell of layout shifts');
  await page.addInitScript(() => {
    Object.assign(window, { shift: 0 });
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries()) window.shift += (entry as PerformanceEntry & { value: number }).value;
    }).observe({ type: 'layout-shift', buffered: true });
  });
  for (const viewport of [
    { width: 390, height: 844 },
    { width: 1440, height: 900 },
  ]) {
    await page.setViewportSize(viewport);
    await visit(page, world);
    await page.waitForTimeout(1500);
    expect(await page.evaluate(() => window.shift)).toBe(0);
  }
});

test('web vitals are reported', async ({ page, world, browserName }) => {
  const vitals = page.waitForResponse(/\/vitals-/);
  await page.goto(`${world.service.url}/shop/`);
  await (await vitals).finished();
  await page.getByRole('heading', { level: 1 }).click();
  await page.waitForTimeout(500);
  await page.goto(`${world.service.url}/shop/basket.html`);
  // Firefox does not tell of layout shifts.
  const expected = browserName === 'firefox' ? ['LCP'] : ['CLS', 'LCP'];
  await expect.poll(() => world.vitals(`${world.service.url}/shop/`)).toEqual(expect.arrayContaining(expected));
});

declare global {
  interface Window {
    shift: number;
  }
}
