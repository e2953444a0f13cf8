import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { ContentStore } from './content-store.ts';
import { openContentStore } from './open.ts';
import { MAX_IDLE_UPLOADERS } from './uploads.ts';

let folder: string;
let store: ContentStore;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'vitrine-uploaders-'));
  store = await openContentStore(folder);
});
afterEach(async () => {
  await store.close();
  rmSync(folder, { recursive: true });
});

const customer = async (key: string) => (await store.upsertCustomer({ key, name: key, domain: `${key}.example` })).id;
const uploader = (customerId: number, at: number) => store.addUploader(customerId, { name: null, avatarUrl: null }, at);

/** As many uploaders of a customer as may upload nothing, one of each millisecond from 1 on. */
function fill(customerId: number): void {
  const db = new Database(join(folder, 'content.db'));
  db.exec(`
    WITH RECURSIVE n (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM n WHERE n < ${MAX_IDLE_UPLOADERS})
      INSERT INTO users (customer_id, source, username) SELECT ${customerId}, 'email', 'u' || n FROM n;
    INSERT INTO new_uploaders SELECT id, customer_id, row_number() OVER (ORDER BY id) FROM users
      WHERE customer_id = ${customerId} AND username LIKE 'u%';`);
  db.close();
}

test('of a customer’s uploaders who upload nothing, the oldest give way, and no other customer’s', async () => {
  const [shop, other] = [await customer('shop'), await customer('other')];
  const first = await uploader(other, 0);
  fill(shop);
  const added = await uploader(shop, MAX_IDLE_UPLOADERS + 1);
  const db = new Database(join(folder, 'content.db'), { readonly: true });
  const count = db.prepare('SELECT count(*) FROM new_uploaders WHERE customer_id = ?').pluck();
  const oldest = db.prepare('SELECT min(created_at) FROM new_uploaders WHERE customer_id = ?').pluck();
  expect([count.get(shop), oldest.get(shop), count.get(other)]).toEqual([MAX_IDLE_UPLOADERS, 2, 1]);
  db.close();
  expect([await store.user(first), await store.user(added)]).toMatchObject([{ id: first }, { id: added }]);
});
