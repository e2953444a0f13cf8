import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Migrating } from '../../migrating.ts';
import { EARLIER_CONTENT, writeEarlierContent } from '../../testing/earlier-content.ts';
import { type Inspector, inspectContent } from '../../testing/read-content.ts';
import { MIGRATIONS, openContentStore } from '../open.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'vitrine-migrations-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

function inspected<T>(look: (content: Inspector) => T): T {
  const content = inspectContent(folder);
  try {
    expect(content.damage()).toEqual([]);
    return look(content);
  } finally {
    content.close();
  }
}

const countRows = () => inspected((content) => content.counts());
const tables = () => inspected((content) => content.tables());
const schema = () => inspected((content) => content.schema());
const names = () => tables().kysely_migration?.map(({ name }) => name);

describe.each(EARLIER_CONTENT.map((had) => [had.at(-1), had] as const))('content.db of %s', (_, had) => {
  beforeEach(() => writeEarlierContent(folder, had, 'f'.repeat(64)));

  test('becomes what a new one is, with all its rows', async () => {
    const before = tables();
    const said: Migrating[] = [];
    await (await openContentStore(folder, (migrating) => said.push(migrating))).close();
    const all = Object.keys(MIGRATIONS);
    expect(said).toEqual([{ file: 'content.db', from: had.length, to: all.length, counted: 0, all: 0 }]);
    expect(names()).toEqual(all);
    const { kysely_migration: _migration, ...after } = tables();
    for (const [name, rows] of Object.entries(before)) {
      if (name.startsWith('kysely_')) continue;
      // A table that a version had, and the fixture has no rows for, would be lost unseen.
      expect([name, rows.length]).not.toEqual([name, 0]);
      // A migration may add rows, and columns.
      expect([name, after[name]]).toEqual([
        name,
        expect.arrayContaining(rows.map((row) => expect.objectContaining(row))),
      ]);
    }
    const migrated = schema();
    rmSync(join(folder, 'content.db'));
    await (await openContentStore(folder)).close();
    expect(migrated).toEqual(schema());
  });

  test('shows what pended in the queue, and knows who uploads', async () => {
    const store = await openContentStore(folder);
    const entry = { id: 1, mediaId: 2, reason: 'premoderated', since: 1700000000000, reporters: 0 };
    expect(await store.queue(1, 0, 9)).toEqual([entry]);
    expect((await store.decide(1, 2, 'approved', 1800000000000))?.publishedAt).toBe(1800000000000);
    const id = await store.uploader(1, 'mila@example.com', { name: 'Mila', avatarUrl: null });
    await store.close();
    const again = await openContentStore(folder);
    expect(await again.uploader(1, 'MILA@example.com', { name: null, avatarUrl: null })).toBe(id);
    await again.close();
  });

  test('takes what was imported, and what a moderator let through, for reviewed', async () => {
    if (had.includes('0005-moderation')) return;
    const sqlite = new Database(join(folder, 'content.db'));
    sqlite.exec(`
      insert into media (customer_id, user_id, type, hash, image_ext, width, height, source, submitted_at, published_at)
      select 1, 2, 'IMAGE', value, 'jpg', 9, 9, 'harddrive', 1700000000000, 1700000000000 + key
        from json_each('["at once", "later"]');`);
    sqlite.close();
    await (await openContentStore(folder)).close();
    const reviewed = tables().media?.map((media) => [media.hash, media.status, media.reviewed]);
    expect(reviewed?.slice(0, 3).map(([, ...rest]) => rest)).toEqual([
      ['approved', 1],
      ['pending', 0],
      ['rejected', 0],
    ]);
    expect(reviewed?.slice(3)).toEqual([
      ['at once', 'approved', 0],
      ['later', 'approved', 1],
    ]);
  });

  test('is as it was when the last step fails, whatever steps went before it', async () => {
    const sqlite = new Database(join(folder, 'content.db'));
    // What the last migration makes is there already.
    sqlite.exec('create table unlisted_streams (one integer)');
    sqlite.close();
    const before = { tables: tables(), schema: schema() };
    await expect(openContentStore(folder)).rejects.toThrow('table unlisted_streams already exists');
    expect({ tables: tables(), schema: schema() }).toEqual(before);
    expect(names()).toEqual(had);
  });
});

test('a customer can be removed with everything that was uploaded', async () => {
  const store = await openContentStore(folder);
  const { id } = await store.upsertCustomer({ key: 'shop', name: 'Shop', domain: 'shop.example' });
  const userId = await store.uploader(id, 'mila@example.com', { name: null, avatarUrl: null });
  const at = Date.now();
  const picture = { userId, type: 'IMAGE', hash: 'a'.repeat(64), imageExt: 'jpg', width: 9, height: 9 } as const;
  const media = { ...picture, source: 'harddrive', submittedAt: at, publishedAt: at };
  const { id: mediaId } = await store.addMedia(id, media, []);
  const report = { email: 'sam@example.com', reason: 'Mine', reportedAt: at, network: '203.0.113.8' };
  await store.report(mediaId, report, { threshold: 1, countedOfNetwork: 1, hiddenOfCustomer: 1 });
  await store.addUploader(id, { name: null, avatarUrl: null }, at);
  await store.addStash({ id: 's', customerId: id, bytes: 1, expiresAt: at + 1000 }, 10);
  await store.useStash('s', mediaId);
  expect(await store.removeCustomer(id)).toBe(true);
  while (await store.removeSome(id));
  const {
    uploaders,
    stashes,
    reports,
    moderation_queue: queue,
    media: left,
    report_quota,
    new_uploaders,
  } = countRows();
  expect([uploaders, stashes, reports, queue, left, report_quota, new_uploaders]).toEqual(Array(7).fill(0));
  await store.close();
});
