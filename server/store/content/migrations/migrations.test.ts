import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { Kysely, SqliteDialect } from 'kysely';
import { Migrator } from 'kysely/migration';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { inspectContent } from '../inspect.ts';
import { openContentStore } from '../open.ts';
import * as first from './0001-first.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'vitrine-migrations-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

function countRows(): Record<string, number> {
  const content = inspectContent(folder);
  expect(content.damage()).toEqual([]);
  const counts = content.counts();
  content.close();
  return counts;
}

/** A database as version 0.1 left it, with one media of each status. */
async function openFirst(): Promise<void> {
  const sqlite = new Database(join(folder, 'content.db'));
  const db = new Kysely<unknown>({ dialect: new SqliteDialect({ database: sqlite }) });
  const { error } = await new Migrator({
    db,
    provider: { getMigrations: async () => ({ '0001-first': first }) },
  }).migrateToLatest();
  if (error) throw error;
  sqlite.exec(`
    insert into customers (key, name, domain) values ('shop', 'Shop', 'shop.example');
    insert into users (customer_id, source, username) values (1, 'customer', 'shop');
    insert into media (customer_id, user_id, type, hash, image_ext, width, height, source, status, submitted_at, published_at)
    select 1, 1, 'IMAGE', hex(value), 'jpg', 9, 9, 'upload', value, 1700000000000, 1700000000000
    from json_each('["approved", "pending", "rejected"]');
  `);
  await db.destroy();
}

test('a database of version 1 keeps its rows, and what pended waits in the queue', async () => {
  await openFirst();
  const before = countRows();
  const store = await openContentStore(folder);
  expect(await store.queue(1, 0, 9)).toEqual([{ id: 1, mediaId: 2, reason: 'premoderated', since: 1700000000000 }]);
  expect(countRows()).toMatchObject({
    customers: 1,
    users: 1,
    media: before.media as number,
    stashes: 0,
    reports: 0,
  });
  expect((await store.decide(1, 2, 'approved', 1800000000000))?.publishedAt).toBe(1800000000000);
  const id = await store.uploader(1, 'mila@example.com', { name: 'Mila', avatarUrl: null });
  await store.close();
  const again = await openContentStore(folder);
  expect(await again.uploader(1, 'MILA@example.com', { name: null, avatarUrl: null })).toBe(id);
  await again.close();
});

test('a customer can be removed with everything that was uploaded', async () => {
  const store = await openContentStore(folder);
  const { id } = await store.upsertCustomer({ key: 'shop', name: 'Shop', domain: 'shop.example' });
  const userId = await store.uploader(id, 'mila@example.com', { name: null, avatarUrl: null });
  const at = Date.now();
  const picture = { userId, type: 'IMAGE', hash: 'a'.repeat(64), imageExt: 'jpg', width: 9, height: 9 } as const;
  const media = { ...picture, source: 'harddrive', submittedAt: at, publishedAt: at };
  const { id: mediaId } = await store.addMedia(id, media, []);
  await store.report(mediaId, { email: 'sam@example.com', reason: 'Mine', reportedAt: at });
  await store.addStash({ id: 's', customerId: id, bytes: 1, expiresAt: at + 1000 }, 10);
  await store.useStash('s', mediaId);
  expect(await store.removeCustomer(id)).toBe(true);
  const { uploaders, stashes, reports, moderation_queue: queue, media: left } = countRows();
  expect([uploaders, stashes, reports, queue, left]).toEqual([0, 0, 0, 0, 0]);
  await store.close();
});
