import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type ImportWorld, openImportWorld, picture } from './testing/import-folder.ts';

/** The files that people have: exports of shops, feeds of products, and what spreadsheets make of them. */

let world: ImportWorld;
let images: Server;
let origin: string;
const asked: string[] = [];

beforeEach(async () => {
  world = await openImportWorld();
  asked.length = 0;
  images = createServer(async ({ url = '' }, response) => {
    asked.push(url);
    const number = /^\/(\d+)\.jpg/.exec(url)?.[1];
    if (number) response.end(await picture(Number(number)));
    else response.writeHead(404).end();
  }).listen(0, '127.0.0.1');
  await new Promise((resolve) => images.once('listening', resolve));
  origin = `http://127.0.0.1:${(images.address() as AddressInfo).port}`;
});

afterEach(async () => {
  images.closeAllConnections();
  images.close();
  await world.close();
});

const run = (options = {}) => world.run({ allowPrivate: true, media: undefined, ...options });
const stream = (key: string) => world.store.streamByKey(world.customer.id, key);

test('a Shopify export: one product of several rows, its picture fetched, its page by its handle', async () => {
  await world.put({
    'products.csv': `Handle,Title,Body (HTML),Vendor,Product Category,Type,Tags,Published,Option1 Name,Option1 Value,Variant SKU,Variant Price,Image Src,Image Position,Status
ripple-mug,Ripple Mug,"<p>Glazed,
by hand</p>",Tideline,Home & Garden > Mugs,Ceramics,"mug, blue",TRUE,Colour,Blue,RM-1,28.00,${origin}/1.jpg?v=17,1,active
ripple-mug,,,,,,,,,Green,RM-2,28.00,${origin}/2.jpg,2,
old-print,Old Print,,Tideline,,Prints,,FALSE,Title,Default Title,,45.00,,,archived
`,
  });
  const report = await run();
  expect(report).toMatchObject({ created: 2, refused: 0, problems: [] });
  expect(report.notes).toMatchObject(
    [{ file: 'products.csv', line: 1, reason: /^Not read: .*"Body \(HTML\)", "Vendor"/ }].map(({ reason, ...at }) => ({
      ...at,
      reason: expect.stringMatching(reason),
    })),
  );
  expect(await stream('ripple-mug')).toMatchObject({
    ...{ name: 'Ripple Mug', price: '28.00', status: 'available' },
    productUrl: 'https://shop.test/products/ripple-mug',
    baseMediaId: expect.any(Number),
  });
  expect(await stream('old-print')).toMatchObject({ price: '45.00', status: 'discontinued', baseMediaId: null });
  expect([...report.categories.keys()]).toEqual(['Ceramics', 'Prints']);
  expect(asked).toEqual(['/1.jpg?v=17']);
  expect(await run()).toMatchObject({ created: 0, changed: 0, unchanged: 2, problems: [] });
  const { notes } = await run({ baseUrl: undefined });
  expect(notes).toContainEqual(expect.objectContaining({ reason: expect.stringContaining('give --base-url') }));
});

test('a Shopify export with the names of columns since 2025', async () => {
  await world.put({
    'products.csv': `Title,URL handle,Description,Product category,Type,Status,SKU,Price,Product image URL
Ripple Mug,ripple-mug,Glazed,Mugs,Ceramics,Draft,RM-1,28.00,${origin}/1.jpg
`,
  });
  expect(await run()).toMatchObject({ created: 1, problems: [] });
  expect(await stream('ripple-mug')).toMatchObject({ price: '28.00', status: 'unavailable' });
});

test("Google Merchant's feed: tabs, its words, prices with their currency", async () => {
  await world.put({
    'products.csv': `id\ttitle\tdescription\tlink\timage_link\tavailability\tprice\tproduct_type\tbrand
A-1\tRipple Mug\tGlazed by hand\thttps://shop.test/p/a-1\t${origin}/1.jpg\tin_stock\t18.50 EUR\tHome > Mugs\tTideline
A-2\tHeron\tLinocut\thttps://shop.test/p/a-2\t${origin}/2.jpg\tout of stock\t1,068.00 EUR\tPrints\tTideline
A-3\tVase\tNew\thttps://shop.test/p/a-3\t\tpreorder\t52 EUR\tVases\tTideline
`,
  });
  expect(await run()).toMatchObject({ created: 3, problems: [] });
  expect(await stream('A-1')).toMatchObject({
    price: '18.50',
    status: 'available',
    productUrl: 'https://shop.test/p/a-1',
  });
  expect(await stream('A-2')).toMatchObject({ price: '1068.00', status: 'unavailable', availability: 'false' });
  expect(await stream('A-3')).toMatchObject({ price: '52', status: 'available', baseMediaId: null });
  expect((await world.store.customer(world.customer.id))?.settings.currency).toBe('EUR');
});

test('what a German Excel saves: semicolons, decimal commas, Windows-1252', async () => {
  const csv = 'id;name;price;currency\ncup;Große Tasse;18,50;EUR\nvase;Vase;1.234,50;EUR\nodd;Odd;1.234;EUR\n';
  await world.put({ 'products.csv': Buffer.from(csv, 'latin1') });
  const report = await run();
  expect(await stream('cup')).toMatchObject({ name: 'Große Tasse', price: '18.50' });
  expect(await stream('vase')).toMatchObject({ price: '1234.50' });
  expect(report.notes).toMatchObject([{ line: 1, reason: expect.stringContaining('read as Windows-1252') }]);
  expect(report.problems).toEqual([
    {
      file: 'products.csv',
      line: 4,
      reason: 'price is "1.234", thousands or decimals; it is written like 28.00 or 28,00.',
    },
  ]);
});

test('a picture that cannot be fetched keeps back neither its product nor the media of that product', async () => {
  await world.put({
    'products.csv': `id,name,image\ncup,Cup,${origin}/gone.jpg\n`,
    'media.csv': `file,products\n${origin}/5.jpg,cup\n${origin}/gone.jpg,cup\n`,
  });
  const report = await run({ media: 'media.csv' });
  expect(report).toMatchObject({ created: 2, refused: 1 });
  expect(report.problems).toEqual([
    {
      ...{ file: 'products.csv', line: 2 },
      reason: `The product is there without its picture: ${origin}/gone.jpg cannot be fetched: it is answered with 404.`,
    },
    { file: 'media.csv', line: 3, reason: `${origin}/gone.jpg cannot be fetched: it is answered with 404.` },
  ]);
  expect(await world.listed('stream', (await stream('cup'))?.id ?? 0)).toHaveLength(1);
});

test('a picture that was there stays when it cannot be fetched any more', async () => {
  await world.put({ 'products.csv': `id,name,image\ncup,Cup,${origin}/1.jpg\n` });
  await run();
  const before = await stream('cup');
  await world.put({ 'products.csv': `id,name,image\ncup,Cup,${origin}/gone.jpg\n` });
  expect(await run({ replace: true })).toMatchObject({ unchanged: 1, problems: [{ line: 2 }] });
  expect(before?.baseMediaId).toEqual(expect.any(Number));
  expect(await stream('cup')).toEqual(before);
});

test('a private address is not asked by an import that was not told to', async () => {
  await world.put({ 'products.csv': `id,name,image\ncup,Cup,${origin}/1.jpg\n` });
  const report = await run({ allowPrivate: false });
  expect(report).toMatchObject({ created: 1, problems: [{ reason: expect.stringContaining('a private one') }] });
  expect(asked).toEqual([]);
});
