import { execFileSync } from 'node:child_process';
import { cp, mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from './story.ts';

/** Captions, names and URLs are written by strangers: they are shown as text and never run. */

const root = fileURLToPath(new URL('..', import.meta.url));
const CAPTIONS = [
  '<script>window.pwned = 1</script>',
  '<img src=x onerror="window.pwned = 2">',
  `"'><svg onload=window.pwned=3>`,
  'javascript:window.pwned=4',
  // biome-ignore lint/suspicious/noTemplateCurlyInString: a template is just what a stranger might try.
  '${window.pwned = 5} {{window.pwned = 6}}',
  'paid in full \u202Egpj.exe\u202C or not',
];

test('captions, names and URLs of strangers are text', async ({ page, world }) => {
  const folder = await mkdtemp(join(tmpdir(), 'vitrine-strangers-'));
  const picture = join(root, 'demo/content/products/tl-ripple-mug.jpg');
  const quote = (text: string) => `"${text.replaceAll('"', '""')}"`;
  await writeFile(
    join(folder, 'products.csv'),
    `id,name,price,currency,url,image,category,availability\nodd,${quote(CAPTIONS[0] ?? '')},9.00,EUR,javascript:alert(1),,Odd,available\nnormal,${quote(CAPTIONS[2] ?? '')},9.00,EUR,https://shop.test/x,,Odd,available\n`,
  );
  const { default: sharp } = await import('sharp');
  await Promise.all(
    // Different pictures, since the same one would be one media.
    CAPTIONS.map((_, i) =>
      sharp(picture)
        .resize(400 + i)
        .jpeg()
        .toFile(join(folder, `${i}.jpg`)),
    ),
  );
  await cp(picture, join(folder, 'mug.jpg'));
  await writeFile(
    join(folder, 'media.csv'),
    `file,caption,username,source,products,position,rights,date,poster\n${CAPTIONS.map((caption, i) => `${i}.jpg,${quote(caption)},${quote(caption)},instagram,normal,${i + 1},1,2026-05-0${i + 1}T00:00:00Z,`).join('\n')}\n`,
  );
  try {
    execFileSync(
      'node',
      ['server/cli/import.ts', folder, '--products', 'products.csv', '--media', 'media.csv', '--customer', 'tideline'],
      {
        cwd: root,
        env: { ...process.env, VITRINE_DATA: world.service.data },
        encoding: 'utf8',
        stdio: 'pipe',
      },
    );
  } catch (error) {
    // The product with the `javascript:` URL is refused by name, and the others are imported.
    expect(String((error as { stdout: string; stderr: string }).stdout + (error as { stderr: string }).stderr)).toMatch(
      /products\.csv.*2/,
    );
  }
  world.shop.page(
    '/',
    `<!doctype html><title>Shop</title><meta charset="utf-8">${world.tag()}
     <vitrine-carousel stream-key="normal" sorting="recent" label="Odd"></vitrine-carousel>`,
  );
  await page.goto(world.shop.url('/'));
  const carousel = page.locator('vitrine-carousel');
  await expect(carousel.locator('[part=slide]')).toHaveCount(CAPTIONS.length);
  const alternatives = await carousel
    .locator('[part=slide] img')
    .evaluateAll((images) => images.map((image) => (image as HTMLImageElement).alt));
  expect(alternatives.sort()).toEqual([...CAPTIONS].sort());

  await carousel.locator('[part=media]').first().click();
  const viewer = page.getByRole('dialog');
  for (let i = 0; i < CAPTIONS.length; i++) {
    // Only the media in view and its neighbours are drawn.
    if (i > 0) await viewer.getByRole('button', { name: 'Next photo' }).click();
    const caption = viewer.getByRole('group', { name: `${i + 1} of` }).locator('[part=caption]');
    expect(CAPTIONS).toContain(await caption.textContent());
    // A right-to-left override ends with its caption and does not turn what follows.
    expect(await caption.evaluate((element) => getComputedStyle(element).unicodeBidi)).toMatch(/isolate|plaintext/);
  }
  for (const link of await viewer.getByRole('link').all()) expect(await link.getAttribute('href')).toMatch(/^https?:/);
  expect(await page.evaluate(() => 'pwned' in window)).toBe(false);
});
