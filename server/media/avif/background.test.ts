import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { ContentStore, MediaRecord } from '../../store/content/content-store.ts';
import { openContentStore } from '../../store/content/open.ts';
import { sniff } from '../formats.ts';
import { keepMedia } from '../keep.ts';
import { hashFolder, mediaFolder } from '../paths.ts';
import { startAvif } from './background.ts';

let data: string;
let store: ContentStore;
let warnings: string[];
const log = { warn: (_: object, message: string) => warnings.push(message) };

beforeEach(async () => {
  data = await mkdtemp(join(tmpdir(), 'vitrine-avif-'));
  store = await openContentStore(data);
  warnings = [];
});

afterEach(async () => {
  await store.close();
  await rm(data, { recursive: true });
});

async function add(red: number): Promise<MediaRecord> {
  const { id: customerId } = await store.upsertCustomer({ key: 'shop', name: 'Shop', domain: 'shop.test' });
  const userId = (await store.customer(customerId))?.userId ?? 0;
  const background = { r: red, g: 0, b: 0 };
  const bytes = await sharp({ create: { width: 400, height: 300, channels: 3, background } })
    .png()
    .toBuffer();
  const { facts } = await keepMedia({ store, customerId, data }, { bytes }, 0);
  const { id } = await store.upsertMedia(customerId, {
    ...facts,
    userId,
    source: 'upload',
    submittedAt: 0,
    publishedAt: 0,
  });
  const [media] = await store.media([id]);
  return media as MediaRecord;
}

async function states(...media: MediaRecord[]): Promise<(string | undefined)[]> {
  return (await store.media(media.map(({ id }) => id))).map(({ avif }) => avif);
}

function file({ hash }: MediaRecord, name: string): string {
  return join(hashFolder(mediaFolder(data), hash), name);
}

test('every media that waits gets its AVIF', async () => {
  const media = [await add(10), await add(20)];
  expect(await states(...media)).toEqual(['waiting', 'waiting']);
  const stop = startAvif({ store, data, log });
  await vi.waitFor(async () => expect(await states(...media)).toEqual(['done', 'done']), { timeout: 20_000 });
  await stop();
  for (const one of media) {
    for (const size of ['square', 'thumbnail', 'mobile', 'normal']) {
      expect(sniff(await readFile(file(one, `${size}.avif`)))).toBe('avif');
    }
  }
  expect(warnings).toEqual([]);
});

test('a picture that cannot be read is given up, and the next one is made', async () => {
  const [broken, whole] = [await add(30), await add(40)];
  await writeFile(file(broken, 'original.png'), 'no picture');
  const stop = startAvif({ store, data, log });
  await vi.waitFor(async () => expect(await states(broken, whole)).toEqual(['failed', 'done']), { timeout: 20_000 });
  await stop();
  expect(warnings).toEqual(['no AVIF can be made of a picture']);
});

test('what was interrupted still waits, and the next start makes it', async () => {
  const media = await add(50);
  const stop = startAvif({ store, data, log });
  await stop();
  expect(await states(media)).toEqual(['waiting']);
  const stopAgain = startAvif({ store, data, log });
  await vi.waitFor(async () => expect(await states(media)).toEqual(['done']), { timeout: 20_000 });
  await stopAgain();
});
