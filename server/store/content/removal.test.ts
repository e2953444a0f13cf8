import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { shopOf } from '../../../bench/content/shop.ts';
import { fillInBulk } from '../testing/bulk-content.ts';
import { type Inspector, inspectContent } from '../testing/read-content.ts';
import type { ContentStore } from './content-store.ts';
import { openContentStore } from './open.ts';
import { MAX_ROWS_PER_STEP, REMOVED } from './removal.ts';

let folder: string;
let store: ContentStore;
let inspector: Inspector;
let small: number;
let large: number;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'vitrine-removal-'));
  store = await openContentStore(folder);
  small = await shop('tiny');
  large = await shop('large');
  await store.close();
  const size = { media: 60, streams: 12, categories: 3, users: 9 };
  await fillInBulk(folder, shopOf(large, size, Date.now()), Date.now(), () => {});
  store = await openContentStore(folder);
  inspector = inspectContent(folder);
});
afterEach(async () => {
  inspector.close();
  await store.close();
  rmSync(folder, { recursive: true });
});

/** A customer with something in every table. */
async function shop(key: string): Promise<number> {
  const { id } = await store.upsertCustomer({ key, name: key, domain: `${key}.example` });
  const userId = await store.uploader(id, 'mila@example.com', { name: null, avatarUrl: null });
  const { id: categoryId } = await store.upsertCategory(id, { key: '1', name: 'One' });
  const { id: streamId } = await store.upsertStream(id, { key: '1', name: 'One', categoryIds: [categoryId] });
  const hash = key.length.toString(16).repeat(64);
  const facts = { userId, type: 'IMAGE', hash, imageExt: 'jpg', width: 9, height: 9, source: 'upload' } as const;
  const { id: mediaId } = await store.addMedia(id, { ...facts, submittedAt: 1, publishedAt: 1 }, [streamId]);
  // One media with more rows than a step removes.
  for (let n = 0; n < MAX_ROWS_PER_STEP + 5; n++)
    await store.report(
      mediaId,
      { email: `${n}@example.com`, reason: 'Mine', reportedAt: 1, network: `192.0.2.${n}` },
      { threshold: 0, countedOfNetwork: 10, hiddenOfCustomer: 10 },
    );
  await store.addStash({ id: key, customerId: id, bytes: 1, expiresAt: 4e12 }, 10);
  const { id: styleId } = await store.upsertStyle(id, { type: 'olapic_slidev3', name: 'S', settings: {} });
  const instance = { name: 'Home', type: 'by_stream', settings: {}, styleId, streamId, categoryId: null } as const;
  await store.putInstance({ id: hash.slice(32), customerId: id, ...instance });
  await store.putRelay(id, { url: 'https://a.example', datamart: '1', keyId: 'k', secret: 's' });
  await store.addToken(id, 'public', 'page', key);
  await store.addOrigin(id, `https://${key}.example`);
  await store.addHost(id, `${key}.example`);
  return id;
}

const rows = () => Object.values(inspector.counts()).reduce((sum, count) => sum + count);

test('a removed customer is refused at once, goes in steps of bounded size, and nothing of others goes', async () => {
  const before = inspector.tables();
  expect(await store.removeCustomer(large)).toBe(true);
  expect(await store.access.token('large')).toBeUndefined();
  expect(await store.access.allowsOrigin(large, 'https://large.example')).toBe(false);
  expect((await store.customers()).map(({ key }) => key)).toEqual(['tiny']);
  expect(await store.relayTo('1')).toEqual([{ id: expect.any(Number), customerId: small }]);

  const sizes: number[] = [];
  for (let [left, count] = [true, rows()]; left; count = rows()) {
    left = await store.removeSome(large);
    sizes.push(count - rows());
    // Others write between any two steps.
    await store.upsertUser(small, { source: 'upload', username: 'sam' });
  }
  expect(sizes.length).toBeGreaterThan(10);
  // The last one takes the customer's own row, too.
  expect(Math.max(...sizes)).toBeLessThanOrEqual(MAX_ROWS_PER_STEP + 1);
  expect(await store.removedCustomers()).toEqual([]);
  const after = inspector.tables();
  for (const table of Object.keys(before)) expect([table, after[table]?.filter(isOf(large))]).toEqual([table, []]);
  expect(after.reports).toEqual(before.reports?.filter(({ media_id: id }) => id === 1));
  expect(inspector.damage()).toEqual([]);
  expect(await store.upsertCustomer({ key: 'large', name: 'L', domain: 'l.example' })).toMatchObject({
    outcome: 'created',
  });
});

const isOf = (customerId: number) => (row: Record<string, unknown>) => row.customer_id === customerId;

test('a removal that was interrupted goes on where it was', async () => {
  await store.removeCustomer(large);
  await store.removeSome(large);
  await store.close();
  const left = rows();
  store = await openContentStore(folder);
  expect(await store.removedCustomers()).toEqual([{ id: large, withEvents: false }]);
  while (await store.removeSome(large));
  expect(rows()).toBeLessThan(left);
  expect(inspector.tables().customers).toHaveLength(1);
});

test('the files of exactly the media of the next step are named before it', async () => {
  await store.removeCustomer(large);
  const hashes = () => new Set(inspector.tables().media?.map(({ hash }) => hash));
  for (let left = true; left; ) {
    const [before, next] = [hashes(), await store.nextRemovedMedia(large)];
    left = await store.removeSome(large);
    const after = hashes();
    expect(next).toEqual(expect.arrayContaining([...before].filter((hash) => !after.has(hash))));
  }
});

test('every table with rows of a customer is among those that are emptied in steps', () => {
  const db = new Database(join(folder, 'content.db'), { readonly: true });
  const tables = db.prepare<[], string>("select name from sqlite_master where type = 'table'").pluck().all();
  const emptied = new Set(['customers', ...REMOVED.map(({ table }) => table)]);
  const hanging = new Set(REMOVED.flatMap(({ each }) => each?.before.map((rows) => rows.split(' ')[0])));
  for (const table of tables) {
    const parents = db.pragma(`foreign_key_list(${table})`) as { table: string; on_delete: string }[];
    const cascades = parents.filter(({ on_delete }) => on_delete === 'CASCADE').map((parent) => parent.table);
    if (cascades.length > 0) expect([table, emptied.has(table) || hanging.has(table)]).toEqual([table, true]);
  }
  db.close();
});
