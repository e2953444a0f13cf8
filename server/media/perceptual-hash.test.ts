import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import sharp, { type Sharp } from 'sharp';
import { expect, test } from 'vitest';
import { ROOT } from '../config.ts';
import { looksAlike, MAX_DIFFERENT_BITS, perceptualHash } from './perceptual-hash.ts';

const CONTENT = join(ROOT, 'demo/content');
const PICTURES = readdirSync(CONTENT, { recursive: true, encoding: 'utf8' })
  .filter((name) => /\.(?:jpg|png|webp|avif)$/.test(name))
  .map((name) => join(CONTENT, name));

function differentBits(one: string, other: string): number {
  return (BigInt(`0x${one}`) ^ BigInt(`0x${other}`)).toString(2).replaceAll('0', '').length;
}

test('no two pictures of the demo are taken for one, by far', { timeout: 60_000 }, async () => {
  expect(PICTURES.length).toBeGreaterThan(60);
  const hashes: (string | null)[] = [];
  for (const path of PICTURES) hashes.push(await perceptualHash(sharp(path)));
  expect(hashes).not.toContain(null);
  const pairs = hashes.flatMap((one, i) => hashes.slice(i + 1).map((other) => differentBits(one ?? '', other ?? '')));
  expect(Math.min(...pairs)).toBeGreaterThan(MAX_DIFFERENT_BITS + 4);
});

test.each<[how: string, change: (picture: Sharp) => Sharp]>([
  ['JPEG at quality 30', (picture) => picture.jpeg({ quality: 30 })],
  ['WebP at quality 40', (picture) => picture.webp({ quality: 40 })],
  ['half the size', (picture) => picture.resize(240).jpeg()],
  ['10 % brighter', (picture) => picture.modulate({ brightness: 1.1 }).jpeg()],
])('a picture is known again as %s', async (_, change) => {
  for (const path of PICTURES.filter((_, i) => i % 7 === 0)) {
    const bytes = await sharp(path).resize(480).png().toBuffer();
    const [one, other] = [
      await perceptualHash(sharp(bytes)),
      await perceptualHash(sharp(await change(sharp(bytes)).toBuffer())),
    ];
    expect([path, looksAlike(one ?? '', other ?? '')]).toEqual([path, true]);
  }
});

test('pictures of one colour, or nearly, look like nothing: they would be like each other', async () => {
  const flat = (background: string) => sharp({ create: { width: 300, height: 200, channels: 3, background } });
  const noise = { type: 'gaussian', mean: 128, sigma: 20 } as const;
  const grain = sharp({ create: { width: 900, height: 900, channels: 3, background: 'grey', noise } });
  for (const picture of [flat('white'), flat('black'), flat('teal'), grain])
    expect(await perceptualHash(sharp(await picture.png().toBuffer()))).toBeNull();
});

test('two hashes are alike up to eight bits, and not at nine', () => {
  expect(looksAlike('ffffffffffffff00', 'ffffffffffffffff')).toBe(true);
  expect(looksAlike('fffffffffffffe00', 'ffffffffffffffff')).toBe(false);
  expect(looksAlike('0000000000000000', '8000000000000001')).toBe(true);
});
