import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { ContentStore } from './content-store.ts';
import { openContentStore } from './open.ts';
import { MAX_ENTRIES_REPLACED } from './unlisted.ts';

const MEDIA = 2 * MAX_ENTRIES_REPLACED + 7;
let folder: string;
let store: ContentStore;
let customerId: number;
let db: Database.Database;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'vitrine-relisting-'));
  store = await openContentStore(folder);
  ({ id: customerId } = await store.upsertCustomer({ key: 'shop', name: 'Shop', domain: 'shop.example' }));
  const { id: streamId } = await store.upsertStream(customerId, { key: '1', name: 'One' });
  const { id: userId } = await store.upsertUser(customerId, { source: 'upload', username: 'mila' });
  const at = { submittedAt: 1, publishedAt: 1 };
  for (let n = 0; n < MEDIA; n++) {
    const facts = { userId, type: 'IMAGE', imageExt: 'jpg', width: 9, height: 9, source: 'upload' } as const;
    const hash = n.toString(16).padStart(64, '0');
    await store.upsertMedia(customerId, { ...facts, ...at, hash, streams: [{ streamId, position: n % 5 }] });
  }
  db = new Database(join(folder, 'content.db'), { readonly: true });
});
afterEach(async () => {
  db.close();
  await store.close();
  rmSync(folder, { recursive: true });
});

const soldOut = () => store.upsertStream(customerId, { key: '1', name: 'One', status: 'unavailable' });
const count = (sql: string) => db.prepare<[], number>(`select count(*) from ${sql}`).pluck().get();
const following = () => count('listings where scope_kind = 1 and not in_stock');

test('the media of a stream that changes follow in transactions of bounded size, between which others write', async () => {
  const seen: (number | undefined)[] = [];
  const changing = soldOut().then(() => 'changed');
  for (let state = ''; state === ''; ) {
    // Begins when the transaction before it has ended, and ends before the next one.
    await setImmediate();
    state = await Promise.race([changing, store.addHost(customerId, 'shop.example').then(() => '')]);
    seen.push(following());
  }
  expect(seen).toEqual(expect.arrayContaining([MAX_ENTRIES_REPLACED, 2 * MAX_ENTRIES_REPLACED, MEDIA]));
  expect(seen.filter((n) => ![MAX_ENTRIES_REPLACED, 2 * MAX_ENTRIES_REPLACED, MEDIA].includes(n as number))).toEqual(
    [],
  );
  expect(count('unlisted_streams')).toBe(0);
});

test.each([
  ['the next start', (again: ContentStore) => again.finishStreams()],
  ['the same import', (again: ContentStore) => again.upsertStream(customerId, { key: '1', name: 'One' })],
])('what a kill left is finished by %s', async (_, finish) => {
  const changing = soldOut();
  // The first transaction is done when the next write is.
  await store.addHost(customerId, 'shop.example');
  await store.close();
  await expect(changing).rejects.toThrow();
  expect(following()).toBeLessThan(MEDIA);
  store = await openContentStore(folder);
  await finish(store);
  expect(following()).toBe(MEDIA);
  expect(count('unlisted_streams')).toBe(0);
});
