import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { Page } from '@playwright/test';
import { type Integrity, pinnedTag } from '../tools/integrity.ts';
import { startService } from '../tools/service.ts';
import { expect, listenForTrouble, test, type World } from './story.ts';

/** The tag and the elements on the pages of a shop that allows nothing it does not need. */

const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as {
  version: string;
};
const NONCE = 'dml0cmluZQ';
const CAROUSEL = '<vitrine-carousel stream-key="tl-ripple-mug" label="Seen in the wild"></vitrine-carousel>';
/** A script that another script imports needs integrity, too, or is not run. */
const INTEGRITY_POLICY = { 'integrity-policy': 'blocked-destinations=(script)' };

/** The strictest policy that the README says is enough. */
function policy({ service }: World, scripts: string): Record<string, string> {
  return {
    'content-security-policy': [
      "default-src 'none'",
      `script-src ${scripts}`,
      `connect-src ${service.url}`,
      `img-src ${service.url}/media-files/ data:`,
      `media-src ${service.url}/media-files/`,
      "base-uri 'none'",
      "form-action 'none'",
      "frame-ancestors 'none'",
      "require-trusted-types-for 'script'",
      'trusted-types lit-html',
    ].join('; '),
  };
}

async function integrityOf({ service }: World): Promise<Integrity> {
  return (await (await fetch(`${service.url}/v/${version}/integrity.json`)).json()) as Integrity;
}

/** What the browser did not allow, told by itself. */
async function listenForViolations(page: Page): Promise<() => Promise<string[]>> {
  await page.addInitScript(() => {
    const violations: string[] = [];
    Object.assign(window, { violations });
    addEventListener('securitypolicyviolation', ({ effectiveDirective, blockedURI, sample }) =>
      violations.push(`${effectiveDirective}: ${blockedURI} ${sample}`),
    );
  });
  return () => page.evaluate(() => (window as unknown as { violations: string[] }).violations);
}

/** Looks at a photo in the viewer and closes it: everything that an element draws has been drawn. */
async function lookAround(page: Page): Promise<void> {
  const carousel = page.locator('vitrine-carousel').first();
  await carousel.getByRole('button', { name: 'Next photos' }).click();
  await carousel.locator('[part=media]').first().click();
  const viewer = page.getByRole('dialog');
  await viewer.getByRole('button', { name: 'Next photo' }).click();
  await expect(viewer.locator('[part=photo]').first()).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(viewer).toBeHidden();
}

const actions = ({ story }: World) =>
  story()
    .map((line) => line.replace(/ \d+$/, ''))
    .filter((line) => line !== 'media render');

test('a strict policy with Trusted Types: all works, and nothing is complained of', async ({ page, world }) => {
  const trouble = listenForTrouble(page);
  const violations = await listenForViolations(page);
  for (const [path, scripts] of [
    ['/nonce', `'nonce-${NONCE}'`],
    ['/strict-dynamic', `'nonce-${NONCE}' 'strict-dynamic'`],
    ['/address', `${world.service.url}/vitrine.js ${world.service.url}/v/`],
  ] as const) {
    world.shop.page(
      path,
      `<!doctype html><title>Shop</title><link rel="icon" href="data:,">${world.tag(`nonce="${NONCE}"`)}${CAROUSEL}`,
      policy(world, scripts),
    );
    const url = world.shop.url(path);
    await page.goto(url);
    await lookAround(page);
    const here = () => world.rows().filter((row) => row.page_url === url);
    await expect.poll(() => here().map(({ kind, action }) => `${kind} ${action}`)).toContain('media click');
    expect(await violations()).toEqual([]);
    // The measurements have a chunk of their own, and are sent when the page goes.
    await page.goto('about:blank');
    await expect.poll(() => world.vitals(url).length).toBeGreaterThan(0);
  }
  expect(trouble).toEqual([]);

  // And it does forbid: what it does not allow is complained of.
  await page.goto(world.shop.url('/nonce'));
  await page
    .evaluate(() => {
      document.body.append(document.createElement('script'));
      document.body.innerHTML = '<p>';
    })
    .catch(() => {});
  await expect.poll(violations).toEqual([expect.stringMatching(/^require-trusted-types-for: /)]);
});

test('a policy that names the two paths runs the tag, and no script that the content API writes', async ({
  page,
  world,
}) => {
  const { url, config } = world.service;
  const violations = await listenForViolations(page);
  const jsonp = `${url}/?callback=vitrine.push&auth_token=${config.key}`;
  world.shop.page(
    '/',
    `<!doctype html><title>Shop</title><link rel="icon" href="data:,">${world.tag()}${CAROUSEL}<script src="${jsonp}"></script>`,
    policy(world, `${url}/vitrine.js ${url}/v/`),
  );
  await page.goto(world.shop.url('/'));
  await lookAround(page);
  expect(await violations()).toEqual([expect.stringContaining(`script-src-elem: ${url}/?callback=`)]);
});

test('the hashes of a version are those of its files, all of them', async ({ world }) => {
  const integrity = await integrityOf(world);
  const page = await (await fetch(`${world.service.url}/v/${version}/vitrine.js`)).text();
  expect(Object.keys(integrity)).toEqual(
    expect.arrayContaining([
      'vitrine.js',
      ...['start', 'backlog', 'carousel', 'viewer', 'vitals'].map((name) => expect.stringMatching(`^${name}-`)),
    ]),
  );
  const mark = /-(\w+)\.js/.exec(page)?.[1];
  for (const [file, hash] of Object.entries(integrity)) {
    if (file !== 'vitrine.js') expect(file).toContain(`-${mark}.js`);
    for (const encoding of ['identity', 'br', 'gzip']) {
      const answer = await fetch(`${world.service.url}/v/${version}/${file}`, {
        headers: { 'accept-encoding': encoding },
      });
      const bytes = Buffer.from(await answer.arrayBuffer());
      expect(`sha384-${createHash('sha384').update(bytes).digest('base64')}`).toBe(hash);
    }
  }
});

async function pinned(world: World): Promise<void> {
  const { service } = world;
  const tag = pinnedTag(
    await integrityOf(world),
    `${service.url}/v/${version}/`,
    service.config.key,
    `nonce="${NONCE}"`,
  );
  world.shop.page('/', `<!doctype html><title>Shop</title><link rel="icon" href="data:,">${tag}${CAROUSEL}`, {
    ...policy(world, `'nonce-${NONCE}'`),
    ...INTEGRITY_POLICY,
  });
}

test('pinned by integrity, chunks included, under the strict policy: all works', async ({ page, world }) => {
  const trouble = listenForTrouble(page);
  const violations = await listenForViolations(page);
  await pinned(world);
  await page.goto(world.shop.url('/'));
  await lookAround(page);
  await expect.poll(() => actions(world)).toEqual(expect.arrayContaining(['widget render', 'media click']));
  expect(await violations()).toEqual([]);
  expect(trouble).toEqual([]);
});

test('pinned by integrity, a file that was changed is not run, however often it is asked for', async ({
  page,
  world,
}) => {
  await pinned(world);
  const errors: string[] = [];
  await page.exposeFunction('said', (message: string) => errors.push(message));
  await page.addInitScript(() =>
    addEventListener('vitrine-error', (event) =>
      (window as unknown as { said(message: string): void }).said((event as CustomEvent).detail.message),
    ),
  );
  for (const file of ['carousel', 'start', 'vitrine.js']) {
    const changed = new RegExp(`/v/[^/]+/${file.replace('.js', '')}[^/]*\\.js`);
    let asked = 0;
    await page.route(changed, async (route) => {
      asked++;
      const response = await route.fetch();
      await route.fulfill({ response, body: `window.tampered = true;${await response.text()}` });
    });
    errors.length = 0;
    await page.goto(world.shop.url('/'));
    // The tag itself says nothing where it is not run; what it imports is asked for again after a second.
    if (file === 'vitrine.js') await expect.poll(() => asked).toBe(1);
    else await expect.poll(() => errors.filter((error) => error.startsWith(file)).length).toBeGreaterThanOrEqual(2);
    expect(await page.evaluate(() => 'tampered' in window)).toBe(false);
    await page.unroute(changed);
  }
});

test('told to wait, the tag comes again when it was told to: nothing is lost, nothing twice', async ({
  page,
  world,
}) => {
  const { data, port, config } = world.service;
  await world.down();
  const service = await startService({ data, port, rates: 'track=1' });
  const waits: string[] = [];
  page.on('response', (response) => {
    if (response.status() === 429) waits.push(response.headers()['retry-after'] ?? '');
  });
  world.shop.page(
    '/',
    `<!doctype html><title>Shop</title><link rel="icon" href="data:,">${world.tag()}<button>Act</button>
<script>
  let media = 0;
  document.querySelector('button').onclick = () => (window.vitrine ||= []).push(['track', {
    kind: 'media', action: 'click', instance: 'page', scope: { kind: 'best' }, media: String(++media), pics: 9, segments: [],
  }]);
</script>`,
  );
  // Another visitor behind the same address has used up what it may.
  for (let i = 0; i < 11; i++) await fetch(`${service.url}/track/bulk?auth_token=${config.key}`, { method: 'POST' });
  await page.goto(world.shop.url('/'));
  for (let i = 0; i < 20; i++) await page.getByRole('button', { name: 'Act' }).click();
  await expect.poll(() => waits.length).toBeGreaterThan(0);
  expect(Number(waits[0])).toBeGreaterThanOrEqual(1);
  await expect
    .poll(() => world.story(), { timeout: 30_000 })
    .toEqual(Array.from({ length: 20 }, (_, i) => `media click ${i + 1}`));
  await service.stop();
});
