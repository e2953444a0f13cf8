import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { STREAM_STATUSES } from '../../../src/content/resources.ts';
import { hasControls } from '../../cli/terminal.ts';
import { CONTENT_FILE } from '../../store/database-files.ts';
import { reportCsv } from './report.ts';
import { type ImportWorld, openImportWorld, outcomeOf, picture } from './testing/import-folder.ts';

/** The same products and files in another CSV, and what is said of it. */

let world: ImportWorld;
beforeEach(async () => {
  world = await openImportWorld();
  await world.put({
    'products.csv': 'id,name,price,currency,url,image,category\ncup,Cup,28.00,EUR,/cup,cup.jpg,Mugs\nvase,Vase,,,,,\n',
    'media.csv':
      'file,caption,username,source,products,position,rights,date\na.jpg,One,ann,instagram,cup,7,yes,2026-05-31\n',
    'cup.jpg': await picture(1),
    'a.jpg': await picture(2),
  });
  expect(await world.run()).toMatchObject({ created: 3, problems: [] });
});
afterEach(() => world.close());

async function media() {
  const [found] = await world.listed('customer', world.customer.id);
  if (!found) throw new Error('There is no media.');
  const streams = (await world.contentStore.streamsOfMedia([found.id], STREAM_STATUSES)).get(found.id) ?? [];
  return { ...found, products: streams.map(({ key }) => key) };
}
const product = () => world.contentStore.streamByKey(world.customer.id, 'cup');

describe('the same file in another CSV', () => {
  test('gets its products, too, and what is left empty stays', async () => {
    const before = await media();
    await world.put({ 'second.csv': 'file,products,caption\na.jpg,vase,\n' });
    const report = await world.run({ products: undefined, media: 'second.csv' });
    expect(report).toMatchObject({ changed: 1, problems: [] });
    expect(report.rows).toEqual([
      { file: 'second.csv', line: 2, outcome: 'changed', changes: ['products (added vase)'] },
    ]);
    expect(await media()).toEqual({ ...before, products: ['cup', 'vase'] });
    expect(before).toMatchObject({
      caption: 'One',
      source: 'instagram',
      rights: true,
      submittedAt: Date.UTC(2026, 4, 31),
    });
  });

  test('keeps its place in a product that names it again, and changes what is given', async () => {
    await world.put({ 'second.csv': '\n\n\nfile,products,caption,rights\na.jpg,cup,Two,no\n' });
    const { rows } = await world.run({ products: undefined, media: 'second.csv' });
    expect(rows).toMatchObject([{ line: 5, outcome: 'changed', changes: ['caption', 'rights'] }]);
    expect(await media()).toMatchObject({ products: ['cup'], caption: 'Two', rights: false });
    const again = await world.run();
    expect(again.rows.at(-1)?.changes).toEqual(['caption', 'rights']);
  });

  test('has only what the row says with --replace', async () => {
    await world.put({ 'second.csv': 'file,products\na.jpg,vase\n' });
    const { rows } = await world.run({ products: undefined, media: 'second.csv', replace: true });
    expect(rows).toMatchObject([
      { outcome: 'changed', changes: expect.arrayContaining(['caption', 'products (added vase)']) },
    ]);
    expect(await media()).toMatchObject({
      ...{ products: ['vase'], caption: null, rights: false, source: 'upload' },
      userId: world.customer.userId,
    });
  });
});

describe('the same product in another CSV', () => {
  test('keeps what is left empty', async () => {
    const before = await product();
    await world.put({ 'second.csv': 'id,name,price,availability\ncup,Cup,30.00,\nvase,Vase,,sold out\n' });
    const { rows } = await world.run({ products: 'second.csv', media: undefined });
    expect(rows.map(({ changes }) => changes)).toEqual([['price'], ['availability']]);
    expect(await product()).toEqual({ ...before, price: '30.00' });
    expect((await world.listed('category', 1)).length).toBe(1);
  });

  test('has only what the row says with --replace', async () => {
    await world.put({ 'second.csv': 'id,name\ncup,Cup\n' });
    const { rows } = await world.run({ products: 'second.csv', media: undefined, replace: true });
    expect(rows).toMatchObject(
      [{ changes: ['price', 'url', 'category', 'image'] }].map(({ changes }) => ({
        changes: expect.arrayContaining(changes),
      })),
    );
    expect(await product()).toMatchObject({ price: null, productUrl: null, baseMediaId: null });
  });
});

/** Every file of the data folder, with when it was written. The log of the database is read, too. */
async function filesOf(folder: string): Promise<string[]> {
  const names = await readdir(folder, { recursive: true });
  const all = names.filter((name) => !/-shm$/.test(name)).sort();
  return Promise.all(all.map(async (name) => `${name} ${(await stat(join(folder, name))).mtimeMs}`));
}

describe('the command', () => {
  beforeEach(async () => {
    await world.put({
      'second.csv': 'file,caption,products,Colour\na.jpg,Two,vase,x\nb.jpg,Three,cup,x\nc.jpg,Four,cup,x\n',
      'b.jpg': await picture(3),
      'c.jpg': (await picture(4, 400)).subarray(0, 800),
    });
  });

  test('says what would happen, and stores nothing, with --dry-run', async () => {
    const before = await filesOf(world.dataDir);
    const { code, out, err } = await outcomeOf(world.command(['.', '--media', 'second.csv', '--dry-run']));
    expect(out).toBe(
      '1 created, 1 changed, 0 unchanged, 1 refused (dry run: nothing was stored)\n' +
        'second.csv:2: changed caption, products (added vase)\n',
    );
    expect(err).toMatch(/^second\.csv:1: Ignored columns: "Colour"\./m);
    expect(err).toMatch(/^second\.csv:4: The JPEG picture is damaged or cut off/m);
    expect(code).toBe(1);
    expect(await filesOf(world.dataDir)).toEqual(before);
    expect(await media()).toMatchObject({ caption: 'One', products: ['cup'] });
    // What was said is what happens.
    const real = await outcomeOf(world.command(['.', '--media', 'second.csv']));
    expect(real.out).toBe(out.replace(/ \(dry run.*\)/, ''));
  });

  test('a dry run for a data folder that is not there makes none', async () => {
    const env = { VITRINE_DATA: join(world.dataDir, 'none') };
    const { code, err } = await outcomeOf(world.command(['.', '--media', 'second.csv', '--dry-run'], env));
    expect([code, err]).toEqual([1, expect.stringContaining(`${CONTENT_FILE} is not there`)]);
    expect(await readdir(world.dataDir)).not.toContain('none');
  });

  test('writes its report as a CSV for spreadsheets', async () => {
    const words = ['.', '--media', 'second.csv', '--report', 'report.csv'];
    const { code } = await outcomeOf(world.command(words));
    expect(code).toBe(1);
    const lines = (await readFile(join(world.folder, 'report.csv'), 'utf8')).split('\r\n');
    expect(lines).toEqual([
      '\ufefffile,line,outcome,what',
      expect.stringMatching(/^second\.csv,1,note,"Ignored columns: ""Colour""/),
      'second.csv,2,changed,"caption, products (added vase)"',
      'second.csv,3,created,',
      expect.stringMatching(/^second\.csv,4,problem,The JPEG picture is damaged/),
      '',
    ]);
  });

  test('does not write its report over what it reads', async () => {
    const { code, err } = await outcomeOf(world.command(['.', '--media', 'second.csv', '--report', './second.csv']));
    expect([code, err]).toEqual([1, '--report would overwrite what is imported.\n']);
  });

  test('tells its options with --help', async () => {
    const { code, out } = await outcomeOf(world.command(['--help']));
    expect(code).toBe(0);
    for (const option of ['--dry-run', '--replace', '--report', '--base-url', '--customer', 'demo/content'])
      expect(out).toContain(option);
  });
});

test('a cell of the report runs in no spreadsheet and steers no terminal', () => {
  const reason = '=cmd|\'/c calc\'!A1 \u001b[2J "x"\n';
  const empty = { created: 0, changed: 0, unchanged: 0, refused: 1, notes: [], rows: [] };
  const ids = { streams: new Map(), categories: new Map() };
  const csv = reportCsv({ ...empty, ...ids, problems: [{ file: '@a.csv', line: 2, reason }] });
  expect(csv.split('\r\n')[1]).toBe(`'@a.csv,2,problem,"'=cmd|'/c calc'!A1 \\u001b[2J ""x""\\u000a"`);
  for (const line of csv.split('\r\n')) expect(hasControls(line)).toBe(false);
});
