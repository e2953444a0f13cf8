import { cp, mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { ROOT } from './config.ts';
import { type Demo, ensureDemo } from './demo.ts';
import { isImage, sniff } from './media/formats.ts';
import { MEDIA_COLUMNS } from './media/import/media.ts';
import { readRows } from './media/import/rows.ts';
import { readSource } from './media/import/source-file.ts';
import { MediaArchive } from './media/media-archive.ts';
import { cleanVideo } from './media/video/video.ts';
import type { ContentStore } from './store/content/content-store.ts';
import { openContentStore } from './store/testing/open-stores.ts';

const KEY = 'a'.repeat(64);

let folder: string;
let dataDir: string;
let contentStore: ContentStore;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'vitrine-demo-'));
  dataDir = await mkdtemp(join(tmpdir(), 'vitrine-data-'));
  contentStore = await openContentStore(dataDir);
  const picture = (background: string) =>
    sharp({ create: { width: 300, height: 200, channels: 3, background } })
      .jpeg()
      .toBuffer();
  await mkdir(join(folder, 'content'));
  const files = {
    'settings.json': JSON.stringify({ customer: 'Tideline', key: KEY }),
    'content/products.csv': `id,name,price,currency,url,image,category,availability
cup,Cup,28.00,EUR,products/cup.html,cup.jpg,Ceramics,available
print,Print,45.00,EUR,/shop/products/print.html,,Prints,available
`,
    'content/media.csv': 'file,products\na.jpg,cup\n',
    'content/cup.jpg': await picture('red'),
    'content/a.jpg': await picture('blue'),
  };
  for (const [name, content] of Object.entries(files)) await writeFile(join(folder, name), content);
});

afterEach(async () => {
  await contentStore.close();
  for (const path of [folder, dataDir]) await rm(path, { recursive: true });
});

function ensure(url = 'http://127.0.0.1:4180') {
  return ensureDemo({ archive: new MediaArchive(contentStore, dataDir), folder, url });
}

async function written(): Promise<Demo> {
  return JSON.parse(await readFile(join(dataDir, 'demo.json'), 'utf8'));
}

test('the first start makes the demo, and says who it is', async () => {
  const ensured = await ensure();
  const demo = await written();
  expect(ensured?.demo).toEqual(demo);
  expect(ensured?.report).toMatchObject({ created: 3, problems: [] });
  expect(demo.key).toBe(KEY);
  expect(Object.keys(demo.streams)).toEqual(['cup', 'print']);
  expect(Object.keys(demo.categories)).toEqual(['Ceramics', 'Prints']);
  expect(Object.keys(demo.widgets)).toEqual(['best_photos', 'by_category', 'by_stream']);
  const id = Number(demo.customer);
  expect(await contentStore.customer(id)).toMatchObject({
    key: 'tideline',
    name: 'Tideline',
    settings: { currency: 'EUR' },
  });
  expect(await contentStore.access.token(KEY)).toMatchObject({ customerId: id, kind: 'public' });
  expect(await contentStore.access.token(demo.privateKey)).toMatchObject({ customerId: id, kind: 'private' });
  expect(await contentStore.access.allowsOrigin(id, 'http://checkout.shop.test:4180')).toBe(true);
  expect(await contentStore.access.allowsHost(id, '127.0.0.1')).toBe(true);
  expect((await contentStore.stream(Number(demo.streams.cup)))?.productUrl).toBe(
    'http://127.0.0.1:4180/shop/products/cup.html',
  );
  expect((await contentStore.stream(Number(demo.streams.print)))?.productUrl).toBe(
    'http://127.0.0.1:4180/shop/products/print.html',
  );
  expect(await contentStore.instance(demo.widgets.by_stream ?? '')).toMatchObject({
    streamId: Number(demo.streams.cup),
  });
  expect((await stat(join(dataDir, 'demo.json'))).mode & 0o777).toBe(0o600);
});

test.each([
  ['http://192.168.1.20:4180', '192.168.1.20', 'http://192.168.1.20:4180'],
  ['http://[::1]:4180', '[::1]', 'http://[::1]:4180'],
  ['http://127.0.0.1:80', '127.0.0.1', 'http://127.0.0.1'],
])('opened at %s, its pages are known by the origin that browsers send', async (url, host, origin) => {
  const customerId = Number((await ensure(url))?.demo.customer);
  expect(await contentStore.access.allowsHost(customerId, host)).toBe(true);
  expect(await contentStore.access.allowsOrigin(customerId, origin)).toBe(true);
  expect((await contentStore.streamByKey(customerId, 'cup'))?.productUrl).toBe(`${origin}/shop/products/cup.html`);
});

test('the second start finds it again, and makes a new address known', async () => {
  const first = await ensure();
  const second = await ensure('http://127.0.0.1:4999');
  expect(second?.demo).toEqual(first?.demo);
  expect(second?.report).toMatchObject({ created: 0, changed: 2, unchanged: 1 });
  const id = Number(first?.demo.customer);
  expect(await contentStore.access.allowsOrigin(id, 'http://127.0.0.1:4999')).toBe(true);
  expect((await contentStore.streamByKey(id, 'cup'))?.productUrl).toBe('http://127.0.0.1:4999/shop/products/cup.html');
  expect(await contentStore.tokens(id)).toHaveLength(2);
});

test('its pages and products are at the public URL, too', async () => {
  const ensured = await ensureDemo({
    ...{
      archive: new MediaArchive(contentStore, dataDir),
      folder,
      url: 'http://127.0.0.1:4180',
      publicUrl: 'https://ugc.example',
    },
  });
  const id = Number(ensured?.demo.customer);
  expect(await contentStore.origins(id)).toEqual(
    expect.arrayContaining(['http://127.0.0.1:4180', 'https://ugc.example']),
  );
  expect(await contentStore.hosts(id)).toContain('ugc.example');
  expect((await contentStore.streamByKey(id, 'cup'))?.productUrl).toBe('https://ugc.example/shop/products/cup.html');
});

test('what a killed start left out is completed, and its lost private key is replaced', async () => {
  const first = await ensure();
  await rm(join(dataDir, 'demo.json'));
  await cp(join(folder, 'content/cup.jpg'), join(folder, 'content/b.jpg'));
  await writeFile(join(folder, 'content/media.csv'), 'file,products\na.jpg,cup\nb.jpg,cup\n');
  const second = await ensure();
  // The product's own picture was not in a list, and now it is.
  expect(second?.report).toMatchObject({ created: 0, changed: 1, problems: [] });
  expect(await written()).toMatchObject({ key: KEY, streams: first?.demo.streams });
  expect(await contentStore.access.token(first?.demo.privateKey ?? '')).toBeUndefined();
  expect(await contentStore.access.token((await written()).privateKey)).toMatchObject({ kind: 'private' });
});

test('every file of the real demo is one that the import takes', async () => {
  const content = join(ROOT, 'demo/content');
  const rows = readRows(await readFile(join(content, 'media.csv')), MEDIA_COLUMNS, ({ line, reason }) => {
    throw new Error(`media.csv:${line}: ${reason}`);
  });
  expect(rows.length).toBeGreaterThanOrEqual(48);
  for (const { values } of rows) {
    const bytes = await readSource(content, values.file);
    const format = sniff(bytes);
    // What a video costs to check is little; pictures are decoded by `npm start`, which names those it refuses.
    if (!isImage(format)) expect(cleanVideo(bytes).seconds).toBeGreaterThan(1);
    expect([values.file, values.poster !== '']).toEqual([values.file, !isImage(format)]);
  }
});

test('an operator with customers of his own gets no demo', async () => {
  await contentStore.upsertCustomer({ key: 'acme', name: 'Acme', domain: 'acme.test' });
  expect(await ensure()).toBeUndefined();
  expect((await contentStore.customers()).map(({ key }) => key)).toEqual(['acme']);
});

test('without demo content there is none', async () => {
  await rm(join(folder, 'content/media.csv'));
  expect(await ensure()).toBeUndefined();
  expect(await contentStore.customers()).toEqual([]);
});
