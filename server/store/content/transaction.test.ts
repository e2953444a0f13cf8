import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { ContentStore, MediaInput } from './content-store.ts';
import { openContentStore } from './open.ts';

let folder: string;
let store: ContentStore;
let customerId: number;
let userId: number;
let styleId: number;
/** Another process that writes, as far as SQLite can tell. */
let other: Database.Database;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'vitrine-locked-'));
  store = await openContentStore(folder);
  ({ id: customerId } = await store.upsertCustomer({ key: 'shop', name: 'Shop', domain: 'shop.example' }));
  ({ id: userId } = await store.upsertUser(customerId, { source: 'upload', username: 'mila' }));
  ({ id: styleId } = await store.upsertStyle(customerId, { type: 'olapic_slidev3', name: 'S', settings: {} }));
  await store.addMedia(customerId, picture('a', 'approved'), []);
  other = new Database(join(folder, 'content.db'));
});
afterEach(async () => {
  other.close();
  await store.close();
  rmSync(folder, { recursive: true });
});

const picture = (letter: string, status: 'approved' | 'pending'): MediaInput => ({
  ...{ userId, type: 'IMAGE', hash: letter.repeat(64), imageExt: 'jpg', width: 9, height: 9, source: 'upload' },
  ...{ status, submittedAt: 1, publishedAt: 1 },
});

/** Each way to write, with what it answers. */
const WRITES: Record<string, () => Promise<unknown>> = {
  upsertCustomer: () => store.upsertCustomer({ key: 'b', name: 'B', domain: 'b.example' }),
  upsertStream: () => store.upsertStream(customerId, { key: '1', name: 'One' }),
  upsertCategory: () => store.upsertCategory(customerId, { key: '1', name: 'One' }),
  upsertUser: () => store.upsertUser(customerId, { source: 'upload', username: 'sam' }),
  upsertMedia: () => store.upsertMedia(customerId, picture('b', 'approved')),
  setAvif: () => store.setAvif(1, 'done'),
  writeRatings: () => store.writeRatings(customerId, new Map([[1, 0.5]]), Date.now()),
  uploader: () => store.uploader(customerId, 'mila@example.com', { name: null, avatarUrl: null }),
  addMedia: () => store.addMedia(customerId, picture('c', 'pending'), []),
  addStash: () => store.addStash({ id: 's', customerId, bytes: 1, expiresAt: 1 }, 10),
  useStash: () => store.useStash('s', 1),
  removeStash: () => store.removeStash('s'),
  expireStashes: () => store.expireStashes(2),
  report: () =>
    store.report(
      1,
      { email: 'sam@example.com', reason: 'Mine', reportedAt: 1, network: '192.0.2.1' },
      { threshold: 1, countedOfNetwork: 1, hiddenOfCustomer: 1 },
    ),
  forgetReportQuota: () => store.forgetReportQuota(1),
  setPixelHashes: () => store.setPixelHashes(1, { pixelHash: null, perceptualHash: null }),
  addUploader: () => store.addUploader(customerId, { name: null, avatarUrl: null }, 1),
  removeIdleUploaders: () => store.removeIdleUploaders(2),
  decide: () => store.decide(customerId, 1, 'approved', 1),
  addToken: () => store.addToken(customerId, 'public', 'page', 'raw'),
  removeToken: () => store.removeToken(customerId, 1),
  addOrigin: () => store.addOrigin(customerId, 'https://shop.example'),
  removeOrigin: () => store.removeOrigin(customerId, 'https://shop.example'),
  addHost: () => store.addHost(customerId, 'shop.example'),
  removeHost: () => store.removeHost(customerId, 'shop.example'),
  putInstance: () =>
    store.putInstance({
      ...{ id: 'ab'.repeat(16), customerId, name: 'Home', type: 'best_photos', settings: {} },
      ...{ styleId, streamId: null, categoryId: null },
    }),
  removeInstance: () => store.removeInstance(customerId, 'ab'.repeat(16)),
  upsertStyle: () => store.upsertStyle(customerId, { type: 'olapic_wallv2', name: 'W', settings: {} }),
  removeStyle: () => store.removeStyle(customerId, 999),
  putRelay: () => store.putRelay(customerId, { url: 'https://a.example', datamart: '1', keyId: 'k', secret: 's' }),
  removeRelay: () => store.removeRelay(customerId, 999),
  check: () => store.check(),
  removeCustomer: () => store.removeCustomer(customerId),
  removeSome: () => store.removeSome(customerId),
};

test('while another process writes, every write waits without blocking this thread, and reads go on', async () => {
  other.exec('begin immediate');
  const ended: string[] = [];
  const all = Object.entries(WRITES).map(([name, write]) => write().then(() => ended.push(name)));
  // With a lock that is waited for in this thread, this loop would need 5 s for its first turn, and end with an error.
  for (let turn = 0; turn < 20; turn++) {
    await setImmediate();
    expect((await store.customer(customerId))?.key).toBe('shop');
  }
  expect(ended).toEqual([]);
  other.exec('rollback');
  await Promise.all(all);
  expect(ended.sort()).toEqual(Object.keys(WRITES).sort());
});

test('what waits for longer than five seconds fails as busy, and the next write works', async () => {
  vi.useFakeTimers({ toFake: ['performance'] });
  other.exec('begin immediate');
  const waiting = [store.check(), store.addHost(customerId, 'shop.example')].map((write) =>
    write.catch(({ kind }) => kind),
  );
  await setImmediate();
  vi.advanceTimersByTime(5_001);
  expect(await Promise.all(waiting)).toEqual(['busy', 'busy']);
  vi.useRealTimers();
  other.exec('rollback');
  await store.check();
});
