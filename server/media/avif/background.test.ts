import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterEach, beforeEach, expect, onTestFinished, test, vi } from 'vitest';
import type { ContentStore, MediaRecord } from '../../store/content/content-store.ts';
import { openContentStore } from '../../store/testing/open-stores.ts';
import { createMedia } from '../create-media.ts';
import { sniff } from '../formats.ts';
import { MediaArchive } from '../media-archive.ts';
import { hashFolder, mediaFolder } from '../paths.ts';
import { startAvif } from './background.ts';

let dataDir: string;
let contentStore: ContentStore;
let archive: MediaArchive;
let warnings: string[];
const log = { warn: (_: object, message: string) => warnings.push(message) };

beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'vitrine-avif-'));
  contentStore = await openContentStore(dataDir);
  archive = new MediaArchive(contentStore, dataDir);
  warnings = [];
});

afterEach(async () => {
  await contentStore.close();
  await rm(dataDir, { recursive: true });
});

async function add(red: number): Promise<MediaRecord> {
  const { id: customerId } = await contentStore.upsertCustomer({ key: 'shop', name: 'Shop', domain: 'shop.test' });
  const userId = (await contentStore.customer(customerId))?.userId ?? 0;
  const background = { r: red, g: 0, b: 0 };
  const bytes = await sharp({ create: { width: 400, height: 300, channels: 3, background } })
    .png()
    .toBuffer();
  const { facts } = await createMedia(archive, { customerId, bytes, products: 0 });
  const { id } = await contentStore.upsertMedia(customerId, {
    ...facts,
    userId,
    source: 'upload',
    submittedAt: 0,
    publishedAt: 0,
  });
  const [media] = await contentStore.media([id]);
  return media as MediaRecord;
}

async function states(...media: MediaRecord[]): Promise<(string | undefined)[]> {
  return (await contentStore.media(media.map(({ id }) => id))).map(({ avif }) => avif);
}

function file({ hash }: MediaRecord, name: string): string {
  return join(hashFolder(mediaFolder(dataDir), hash), name);
}

test('every media that waits gets its AVIF', async () => {
  const media = [await add(10), await add(20)];
  expect(await states(...media)).toEqual(['waiting', 'waiting']);
  const stop = startAvif({ archive, log });
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
  const stop = startAvif({ archive, log });
  await vi.waitFor(async () => expect(await states(broken, whole)).toEqual(['failed', 'done']), { timeout: 20_000 });
  await stop();
  expect(warnings).toEqual(['no AVIF can be made of a picture']);
});

test('a picture that is hidden while it is read is not given up: it waits until it is shown again', async () => {
  const [hidden, next] = [await add(45), await add(46)];
  // As when its files were moved away.
  await rm(file(hidden, 'original.png'));
  const asked = {
    ...contentStore,
    async mediaWaitingForAvif(limit: number) {
      const waiting = await contentStore.mediaWaitingForAvif(limit);
      await contentStore.decide(hidden.customerId, hidden.id, 'rejected', Date.now());
      return waiting;
    },
  };
  const stop = startAvif({ archive: new MediaArchive(asked, dataDir), log });
  await vi.waitFor(async () => expect(await states(next)).toEqual(['done']), { timeout: 20_000 });
  await stop();
  expect(await states(hidden)).toEqual(['waiting']);
  expect(warnings).toEqual([]);
});

test('what was interrupted still waits, and the next start makes it', async () => {
  const media = await add(50);
  const stop = startAvif({ archive, log });
  await stop();
  expect(await states(media)).toEqual(['waiting']);
  const stopAgain = startAvif({ archive, log });
  await vi.waitFor(async () => expect(await states(media)).toEqual(['done']), { timeout: 20_000 });
  await stopAgain();
});

const SERVICE = `
  import { setTimeout } from 'node:timers/promises';
  import { startAvif } from './server/media/avif/background.ts';
  import { MediaArchive } from './server/media/media-archive.ts';
  import { openContentStore } from './server/store/testing/open-stores.ts';
  const dataDir = process.argv[1];
  const contentStore = await openContentStore(dataDir);
  const stop = startAvif({ archive: new MediaArchive(contentStore, dataDir), log: { warn: (_, message) => console.log(message) } });
  process.on('SIGINT', async () => {
    // The service first finishes what it accepted.
    await setTimeout(200);
    await stop();
    await contentStore.close();
  });
`;

test('Ctrl-C, which reaches the encoder too, gives nothing up', async () => {
  const media = await Promise.all([60, 70, 80, 90, 100, 110, 120, 130].map(add));
  const words = ['--input-type=module', '--eval', SERVICE, dataDir];
  const service = spawn(process.execPath, words, { detached: true, stdio: ['ignore', 'pipe', 'inherit'] });
  onTestFinished(() => void service.kill('SIGKILL'));
  let output = '';
  service.stdout.on('data', (text) => {
    output += text;
  });
  await vi.waitFor(async () => expect(await states(...media)).toContain('done'), { timeout: 20_000, interval: 10 });
  process.kill(-(service.pid ?? Number.NaN), 'SIGINT');
  expect(await once(service, 'close')).toEqual([0, null]);
  const after = await states(...media);
  expect(after).toContain('waiting');
  expect(after).not.toContain('failed');
  expect(output).toBe('');
});
