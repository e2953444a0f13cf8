import type { Page } from '@playwright/test';
import { expect, test, type World } from './story.ts';

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
