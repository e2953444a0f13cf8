import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { accessContract } from '../testing/contract/access.ts';
import { addShop, picture } from '../testing/contract/content-data.ts';
import { contentReaderContract } from '../testing/contract/content-reader.ts';
import { contentWriterContract } from '../testing/contract/content-writer.ts';
import type { ContentStore } from './content-store.ts';
import { openContentStore } from './open.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'vitrine-content-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

describe('the interfaces, in SQLite', () => {
  const open = () => openContentStore(folder);
  contentReaderContract(open);
  contentWriterContract(open);
  accessContract(open);
});

let store: ContentStore;
beforeEach(async () => {
  store = await openContentStore(folder);
});
afterEach(() => store.close());

const shop = (key?: string) => addShop(store, key);

describe('the content database', () => {
  it('keeps its data and its secret when it is opened again', async () => {
    const { id } = await shop();
    const { secret } = store;
    await store.close();
    store = await openContentStore(folder);
    expect(store.secret).toEqual(secret);
    expect(secret).toHaveLength(32);
    expect(await store.customer(id)).toMatchObject({ key: 'atelier', domain: 'atelier.example' });
  });

  it('refuses a database of a newer version and leaves it as it is', async () => {
    await store.close();
    const file = join(folder, 'content.db');
    const sqlite = new Database(file);
    sqlite.exec(`insert into kysely_migration (name, timestamp) values ('9999-later', '2030-01-01')`);
    sqlite.close();
    await expect(openContentStore(folder)).rejects.toThrow(/newer version of Vitrine \(it has 9999-later\)/);
    const again = new Database(file);
    again.exec(`delete from kysely_migration where name = '9999-later'`);
    again.close();
    store = await openContentStore(folder);
    await store.check();
  });

  it('says which file cannot be opened', async () => {
    await expect(openContentStore(join(folder, 'nowhere'))).rejects.toThrow(/nowhere\/content\.db cannot be opened/);
  });

  it('can be created by several processes at once', async () => {
    const fresh = mkdtempSync(join(tmpdir(), 'vitrine-content-'));
    const open = new URL('./open.ts', import.meta.url).href;
    const script = `
      const { openContentStore } = await import(${JSON.stringify(open)});
      const store = await openContentStore(${JSON.stringify(fresh)});
      await store.upsertCustomer({ key: 'a', name: 'A', domain: 'a.example' });
      await store.close();`;
    const run = promisify(execFile);
    const node = () => run(process.execPath, ['--input-type=module', '--eval', script]);
    await Promise.all([node(), node(), node(), node()]);
    const opened = await openContentStore(fresh);
    expect(await opened.customers()).toMatchObject([{ key: 'a' }]);
    await opened.close();
    rmSync(fresh, { recursive: true });
  });
});

describe('writing twice', () => {
  it('changes nothing the second time', async () => {
    const { id, userId } = await shop();
    const category = await store.upsertCategory(id, { key: 'prints', name: 'Prints' });
    const product = { key: 'p1', name: 'Print', categoryIds: [category.id], price: '12.00' };
    const stream = await store.upsertStream(id, product);
    const media = picture(userId, { rights: true, streams: [{ streamId: stream.id, position: 0 }] });
    const first = await store.upsertMedia(id, media);
    expect([category, stream, first].map(({ outcome }) => outcome)).toEqual(['created', 'created', 'created']);

    const before = dump();
    expect(await store.upsertCategory(id, { key: 'prints', name: 'Prints' })).toEqual({
      id: category.id,
      outcome: 'unchanged',
    });
    expect(await store.upsertStream(id, product)).toEqual({ id: stream.id, outcome: 'unchanged' });
    expect(await store.upsertMedia(id, media)).toEqual({ id: first.id, outcome: 'unchanged' });
    expect(dump()).toEqual(before);
  });

  it('writes nothing of a media whose stream is another customer’s', async () => {
    const [mine, theirs] = [await shop('mine'), await shop('theirs')];
    const { id: streamId } = await store.upsertStream(theirs.id, { key: 'x', name: 'X' });
    const before = dump();
    const media = picture(mine.userId, { streams: [{ streamId, position: 0 }] });
    await expect(store.upsertMedia(mine.id, media)).rejects.toThrow(/among the streams of customer/);
    expect(dump()).toEqual(before);
  });

  function dump() {
    const sqlite = new Database(join(folder, 'content.db'), { readonly: true });
    const tables = ['media', 'streams', 'categories', 'media_streams', 'stream_categories', 'listings', 'ratings'];
    const rows = tables.map((table) => sqlite.prepare(`select * from ${table}`).all());
    sqlite.close();
    return rows;
  }
});

describe('a kill in the midst of an import', () => {
  it('leaves every media whole or not there, and the next run completes it', async () => {
    const open = new URL('./open.ts', import.meta.url).href;
    const script = `
      const { openContentStore } = await import(${JSON.stringify(open)});
      const store = await openContentStore(${JSON.stringify(folder)});
      const { id } = await store.upsertCustomer({ key: 'atelier', name: 'A', domain: 'a.example' });
      const { id: userId } = await store.upsertUser(id, { source: 'upload', username: 'mila' });
      const { id: streamId } = await store.upsertStream(id, { key: '1', name: 'One' });
      const at = 1767225600000;
      const media = { userId, type: 'IMAGE', imageExt: 'jpg', width: 8, height: 6, source: 'upload', submittedAt: at, publishedAt: at };
      console.log('begun');
      for (let i = 0; i < 400; i++) {
        const hash = i.toString(16).padStart(64, '0');
        await store.upsertMedia(id, { ...media, hash, streams: [{ streamId, position: i }] });
      }
      await store.close();`;
    const run = (killed: boolean) =>
      new Promise<void>((resolve) => {
        const child = execFile(process.execPath, ['--input-type=module', '--eval', script], () => resolve());
        if (killed) child.stdout?.once('data', () => setTimeout(() => child.kill('SIGKILL'), 60));
      });
    const counts = () => {
      const sqlite = new Database(join(folder, 'content.db'), { readonly: true });
      const count = (what: string) => sqlite.prepare(`select count(*) from ${what}`).pluck().get() as number;
      const found = [count('media'), count('media_streams'), count('listings') / 3, count('ratings') / 3];
      sqlite.close();
      return found;
    };
    await run(true);
    const [media, ...rest] = counts();
    expect(rest).toEqual([media, media, media]);
    await run(false);
    expect(counts()).toEqual([400, 400, 400, 400]);
  });
});

describe('access', () => {
  it('has no token in the database, only its hash', async () => {
    const { id } = await shop();
    await store.addToken(id, 'public', 'shop', 'a-token');
    const sqlite = new Database(join(folder, 'content.db'), { readonly: true });
    expect(sqlite.prepare('select hash from tokens').all()).toHaveLength(1);
    expect(JSON.stringify(sqlite.prepare('select * from tokens').all())).not.toContain('a-token');
    sqlite.close();
  });
});
