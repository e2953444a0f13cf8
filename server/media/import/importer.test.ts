import { once } from 'node:events';
import { mkdir, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { hashFolder, mediaFolder } from '../paths.ts';
import { cluster, EBML_HEADER, ebml, info, milliseconds, tracks } from '../testing/containers.ts';
import { type ImportWorld, openImportWorld, outcomeOf, picture } from './testing/import-folder.ts';

let world: ImportWorld;
let { folder, data, store, customer, put, run, listed, command } = {} as ImportWorld;

beforeEach(async () => {
  world = await openImportWorld();
  ({ folder, data, store, customer, put, run, listed, command } = world);
});

afterEach(() => world.close());

function video(): Buffer {
  const content = [info(milliseconds(1500)), tracks(640, 480), cluster(0, [0, 40])];
  return Buffer.concat([ebml(EBML_HEADER), ebml([0x18538067, content])]);
}

const PRODUCTS = `id,name,price,currency,url,image,category,availability
cup-1,"Cup, blue",28.00,EUR,products/cup-1.html,cup.jpg,Ceramics,available
print-1,Print,45,EUR,https://other.test/print,,Prints,discontinued
`;

test('products become streams, categories and their pictures; media become media with users', async () => {
  await put({
    'products.csv': PRODUCTS,
    'media.csv': `file,caption,username,source,products,position,rights,date,poster
a.jpg,"First ""one""
on two lines",ann,instagram,cup-1|print-1,2,yes,2026-05-31,
b.jpg,,,,cup-1,1,no,2026-06-01T10:30:00+02:00,
clip.jpg,Moving,bob,,print-1,,true,2026-06-02,poster.jpg
`,
    'cup.jpg': await picture(1),
    'a.jpg': await picture(2),
    'b.jpg': await picture(3),
    // Named wrongly on purpose: what a file is, its content says.
    'clip.jpg': video(),
    'poster.jpg': await picture(4, 300),
  });
  const steps: string[] = [];
  const report = await run({ onProgress: (done, total) => steps.push(`${done}/${total}`) });
  expect(report).toMatchObject({ created: 5, changed: 0, unchanged: 0, problems: [] });
  expect(steps).toEqual(['0/5', '1/5', '2/5', '3/5', '4/5', '5/5']);

  const cup = await store.streamByKey(customer.id, 'cup-1');
  expect(cup).toMatchObject({
    name: 'Cup, blue',
    price: '28.00',
    productUrl: 'https://shop.test/products/cup-1.html',
    status: 'available',
    availability: 'true',
  });
  const print = await store.streamByKey(customer.id, 'print-1');
  expect(print).toMatchObject({ productUrl: 'https://other.test/print', status: 'discontinued', baseMediaId: null });
  const [base] = await store.media([cup?.baseMediaId ?? 0]);
  expect(base).toMatchObject({
    listed: false,
    source: 'customer',
    userId: customer.userId,
    width: 200,
    reviewed: true,
  });
  expect((await store.customer(customer.id))?.settings.currency).toBe('EUR');

  const [b, a] = await listed('stream', cup?.id ?? 0);
  expect(a).toMatchObject({
    type: 'IMAGE',
    imageExt: 'jpg',
    videoExt: null,
    caption: 'First "one"\non two lines',
    source: 'instagram',
    rights: true,
    // The shop shows it itself: no report hides it.
    reviewed: true,
    submittedAt: Date.UTC(2026, 4, 31),
  });
  expect(b).toMatchObject({ caption: null, rights: false, source: 'upload', submittedAt: Date.UTC(2026, 5, 1, 8, 30) });
  expect(b?.userId).toBe(customer.userId);
  expect((await store.users([a?.userId ?? 0]))[0]).toMatchObject({ username: 'ann', source: 'instagram' });
  expect(a?.photorank).toBeGreaterThan(b?.photorank ?? 1);

  const [moving] = (await listed('customer', customer.id)).filter(({ type }) => type === 'VIDEO');
  expect(moving).toMatchObject({ videoExt: 'webm', imageExt: 'jpg', width: 300, height: 300 });
  const names = await readdir(hashFolder(mediaFolder(data), moving?.hash ?? ''));
  expect(names.sort()).toEqual(
    ['mobile', 'normal', 'square', 'thumbnail']
      .flatMap((size) => [`${size}.jpg`, `${size}.webp`])
      .concat('original.jpg', 'video.webm')
      .sort(),
  );
  expect((await listed('category', report.categories.get('Ceramics') ?? 0)).length).toBe(2);
});

test('products lead the shopper to their pages: the hosts are registered with them', async () => {
  await put({ 'products.csv': PRODUCTS, 'cup.jpg': await picture(1) });
  await run({ media: undefined });
  expect(await store.hosts(customer.id)).toEqual(['other.test', 'shop.test']);
});

test('running it twice changes nothing, and a changed row changes one', async () => {
  const media = (caption: string) => `file,caption,products\na.jpg,${caption},cup-1\n`;
  await put({
    'products.csv': PRODUCTS,
    'media.csv': media('One'),
    'cup.jpg': await picture(1),
    'a.jpg': await picture(2),
  });
  expect(await run()).toMatchObject({ created: 3, problems: [] });
  const [before] = await listed('customer', customer.id);
  expect(await run()).toMatchObject({ created: 0, changed: 0, unchanged: 3, problems: [] });
  expect(await listed('customer', customer.id)).toEqual([before]);
  await put({ 'media.csv': media('Two') });
  expect(await run()).toMatchObject({ created: 0, changed: 1, unchanged: 2, problems: [] });
  expect(await listed('customer', customer.id)).toEqual([{ ...before, caption: 'Two' }]);
});

test('files that went missing are made again', async () => {
  await put({
    'products.csv': PRODUCTS,
    'media.csv': 'file\na.jpg\n',
    'cup.jpg': await picture(1),
    'a.jpg': await picture(2),
  });
  await run();
  const [media] = await listed('customer', customer.id);
  const place = hashFolder(mediaFolder(data), media?.hash ?? '');
  await rm(place, { recursive: true });
  expect(await run()).toMatchObject({ unchanged: 3, problems: [] });
  expect(await readdir(place)).toHaveLength(9);
});

test('each row that cannot be imported is named with its line and reason, and the others go on', async () => {
  const secret = join(data, 'secret.jpg');
  await writeFile(secret, await picture(9));
  await symlink(secret, join(folder, 'link.jpg'));
  await mkdir(join(folder, 'folder'));
  const whole = await picture(5, 800);
  await put({
    'products.csv': `id,name,price,currency,url,image,category,availability
cup-5,Cup,28.00,EUR,,,,
cup-1,Cup,28.00,EUR,javascript:alert(1),,,
cup-2,Cup,28;00,EUR,,,,
cup-3,Cup,28.00,USD,,,,
cup-4,Cup,28.00,EUR,,,,perhaps
,Cup,,,,,,
cup-5,Cup again,29.00,EUR,,,,
cup-6
cup-7,Cup,28.00,EUR,,nothing.jpg,,
`,
    'media.csv': `file,caption,products,rights,date,position,poster
good.jpg,"fine
in two lines",cup-5,,,,
cut.jpg,,,,,,
page.jpg,,,,,,
../${data.split('/').at(-1)}/secret.jpg,,,,,,
${secret},,,,,,
link.jpg,,,,,,
folder,,,,,,
gone.jpg,,,,,,
good.jpg,,,,,,
other.jpg,,cup-99,,,,
other.jpg,,,maybe,,,
other.jpg,,,,31.5.2026,,
other.jpg,,,,2026-04-31,,
other.jpg,,,,,-1,
other.jpg,,,,,,good.jpg
other.jpg,broken "quote" here,,,,,
clip.webm,,,,,,clip.webm
other.jpg,last,,,,,
`,
    'good.jpg': await picture(1),
    'other.jpg': await picture(2),
    'cut.jpg': whole.subarray(0, whole.length / 2),
    'page.jpg': '<html><script>alert(1)</script>',
    'clip.webm': video(),
  });
  const report = await run();
  const told = report.problems.map(({ file, line, reason }) => `${file}:${line}: ${reason}`);
  const expected: [string, RegExp][] = [
    ['products.csv:3:', /url is "javascript:alert\(1\)"; only http and https/],
    ['products.csv:4:', /price is "28;00"/],
    ['products.csv:5:', /currency is USD, and Tideline sells in EUR/],
    [
      'products.csv:6:',
      /availability is "perhaps"; it can be in stock, out of stock, preorder, available, unavailable/,
    ],
    ['products.csv:7:', /id is empty/],
    ['products.csv:8:', /The same product is in line 2 already/],
    ['products.csv:9:', /1 fields, the header 8/],
    ['products.csv:10:', /The product is there without its picture: nothing.jpg cannot be read: there is no such file/],
    ['media.csv:4:', /JPEG picture is damaged or cut off/],
    ['media.csv:5:', /not a JPEG, PNG/],
    ['media.csv:6:', /outside of the folder/],
    ['media.csv:7:', /outside of the folder/],
    ['media.csv:8:', /link.jpg is outside of the folder/],
    ['media.csv:9:', /folder is not a file/],
    ['media.csv:10:', /gone.jpg cannot be read: there is no such file/],
    ['media.csv:11:', /The same media is in line 2 already/],
    ['media.csv:12:', /There is no product "cup-99"/],
    ['media.csv:13:', /rights is "maybe"; it is yes or no/],
    ['media.csv:14:', /date is "31.5.2026"; it is written like/],
    ['media.csv:15:', /date is "2026-04-31"/],
    ['media.csv:16:', /position is "-1"/],
    ['media.csv:17:', /A picture has no poster/],
    ['media.csv:18:', /The row is no CSV/],
    ['media.csv:19:', /poster is a video/],
  ];
  for (const [where, reason] of expected) {
    expect(told.find((problem) => problem.startsWith(`${where} `)) ?? `nothing for ${where}`).toMatch(reason);
  }
  expect(told).toHaveLength(expected.length);
  // The product whose picture is not there is a product.
  expect(report).toMatchObject({ created: 4, refused: expected.length - 1 });
  expect((await listed('customer', customer.id)).map(({ caption }) => caption).sort()).toEqual([
    'fine\nin two lines',
    'last',
  ]);
});

describe('a CSV as a whole', () => {
  test.each([
    ['nothing', '\ufeff\r\n', /The file is empty/, 1],
    ['a column twice', 'file,file\na.jpg,a.jpg\n', /"file" is there twice/, 1],
    ['no column of files', 'caption;products\nx;cup-1\n', /It lacks file \(or filename, /, 1],
    ['a quote that never ends', 'file,caption\na.jpg,"x\n', /The row is no CSV/, 1],
    ['a workbook', Buffer.from('504b030414000600', 'hex'), /workbook: save it as CSV/, 1],
  ])('%s', async (_, csv, reason, count) => {
    await put({ 'media.csv': csv, 'a.jpg': await picture(1) });
    const { problems } = await run({ products: undefined });
    expect(problems).toHaveLength(count);
    for (const problem of problems) expect(problem.reason).toMatch(reason);
    expect(await listed('customer', customer.id)).toEqual([]);
  });

  test('a byte order mark, Windows line ends, capitals and empty lines do no harm', async () => {
    await put({
      'media.csv': '\ufeffFile,Caption\r\n\r\na.jpg,"x\r\ny"\r\n\r\nb.jpg,\r\ngone.jpg,\r\n',
      'a.jpg': await picture(1),
      'b.jpg': await picture(2),
    });
    const report = await run({ products: undefined });
    expect(report).toMatchObject({ created: 2 });
    expect(report.problems).toMatchObject([{ file: 'media.csv', line: 7 }]);
  });

  test('a header alone is said', async () => {
    await put({ 'media.csv': 'file,caption\r\n' });
    expect(await run({ products: undefined })).toMatchObject({
      notes: [{ file: 'media.csv', line: 1, reason: 'The file has a header, and no row.' }],
      problems: [],
    });
  });

  test('one that is not there', async () => {
    await expect(run()).rejects.toThrow('products.csv cannot be read: there is no such file.');
  });
});

describe('the command', () => {
  test('ends with 0, or with 1 and the reasons, and shows how far it is', async () => {
    await put({ 'media.csv': 'file\na.jpg\ngone.jpg\n', 'a.jpg': await picture(1) });
    const some = await outcomeOf(command(['.', '--media', 'media.csv', '--customer', 'tideline']));
    expect(some).toMatchObject({ code: 1, out: '1 created, 0 changed, 0 unchanged, 1 refused\n' });
    expect(some.err).toContain('Importing: 2 of 2\n');
    expect(some.err).toContain('media.csv:3: gone.jpg cannot be read: there is no such file.\n');
    await put({ 'media.csv': 'file\na.jpg\n' });
    expect(await outcomeOf(command(['.', '--media', 'media.csv']))).toMatchObject({
      code: 0,
      out: '0 created, 0 changed, 1 unchanged, 0 refused\n',
    });
  });

  test.each([
    [['.'], /npm run import/],
    [['.', '--media', 'media.csv', '--customer', 'nobody'], /no customer "nobody"; there are tideline/],
    [['.', '--media', 'media.csv', '--base-url', 'shop'], /--base-url is "shop"/],
    [['.', '--media', 'media.csv', '--colour'], /Unknown option '--colour'/],
    [['photos', '--media', 'media.csv'], /^There is no folder photos\.$/m],
    [['media.csv', '--media', 'media.csv'], /^media\.csv is no folder: give the folder that the CSV is in\.$/m],
  ])('%j is answered with what to write', async (words, reason) => {
    await put({ 'media.csv': 'file\n' });
    const { code, err } = await outcomeOf(command(words));
    expect(code).toBe(1);
    expect(err).toMatch(reason);
  });

  test('killed half-way, it leaves whole media only, and the next run completes them', async () => {
    const count = 24;
    const rows = Array.from({ length: count }, (_, number) => `${number}.jpg,Picture ${number},cup-1`);
    const pictures = await Promise.all(
      rows.map(async (_, number) => [`${number}.jpg`, await picture(number, 900)] as const),
    );
    await put({
      'products.csv': PRODUCTS,
      'media.csv': `file,caption,products\n${rows.join('\n')}\n`,
      'cup.jpg': await picture(200),
      ...Object.fromEntries(pictures),
    });
    const words = ['.', '--products', 'products.csv', '--media', 'media.csv', '--base-url', 'https://shop.test/'];
    const child = command(words);
    // The first line of the log comes after ten rows.
    await once(child.stderr as NonNullable<typeof child.stderr>, 'data');
    child.kill('SIGKILL');
    await once(child, 'close');
    const before = await listed('customer', customer.id);
    expect(before.length).toBeGreaterThan(0);
    expect(before.length).toBeLessThan(count);
    for (const { hash } of before) expect(await readdir(hashFolder(mediaFolder(data), hash))).toHaveLength(9);

    expect(await outcomeOf(command(words))).toMatchObject({ code: 0 });
    const after = await listed('customer', customer.id);
    expect(after.map(({ caption }) => caption).sort()).toEqual(rows.map((_, number) => `Picture ${number}`).sort());
    for (const { hash } of after) expect(await readdir(hashFolder(mediaFolder(data), hash))).toHaveLength(9);
    for (const media of before) expect(after).toContainEqual(media);
  });
});

describe('where a media comes from', () => {
  const header = 'file,username,source,share_url,original_source,language';
  const import_ = async (row: string, head = header) => {
    await put({ 'a.jpg': await picture(1), 'media.csv': `${head}\n${row}\n` });
    return run({ products: undefined });
  };

  test('is kept: its page at the shop, its post, and the language of who posted it', async () => {
    const row = 'a.jpg,ada,instagram,looks#opi1,https://www.instagram.com/p/3IYFItIsNn/,pt_BR';
    expect(await import_(row)).toMatchObject({ created: 1, problems: [] });
    expect(await import_(row)).toMatchObject({ unchanged: 1 });
    const [media] = await listed('customer', customer.id);
    expect(media).toMatchObject({
      shareUrl: 'https://shop.test/looks#opi1',
      originalSource: 'https://www.instagram.com/p/3IYFItIsNn/',
    });
    expect(await store.user(media?.userId as number)).toMatchObject({ username: 'ada', language: 'pt_BR' });
    // A table that says nothing of it takes nothing away.
    expect(await import_('a.jpg,ada,instagram', 'file,username,source')).toMatchObject({ unchanged: 1 });
    expect(await listed('customer', customer.id)).toEqual([media]);
  });

  test.each([
    ['a.jpg,ada,,javascript:alert(1),,', 'share_url is "javascript:alert(1)"; only http and https'],
    ['a.jpg,ada,,,p/3IYFItIsNn,', 'original_source is "p/3IYFItIsNn"; it is a URL'],
    [`a.jpg,ada,,,https://a.example/${'x'.repeat(2000)},`, 'original_source has 2018 characters; at most 2000 fit.'],
    ['a.jpg,ada,,,,Portuguese', 'language is "Portuguese"; it is written like en or en_US.'],
  ])('is refused where it is none: %#', async (row, reason) => {
    const { problems, created } = await import_(row);
    expect([created, problems.map((one) => one.reason)]).toEqual([0, [expect.stringContaining(reason)]]);
    expect(await listed('customer', customer.id)).toEqual([]);
  });
});
