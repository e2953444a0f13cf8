import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { EVENTS_FILE } from '../database-files.ts';
import { migrate, SCHEMA_VERSION } from '../events/schema.ts';
import { recount } from '../events/totals/totals.ts';

export { COUNTED_SINCE } from '../events/schema.ts';

/** The versions of `events.db` before this one. */
export const EARLIER_EVENTS = Array.from({ length: SCHEMA_VERSION - 1 }, (_, index) => index + 1);

/** The customer that has all events. */
const CUSTOMER = 1;
const POINT = '0192f3a4-0000-7000-8000-000000000001';
const OTHER = '0192f3a4-0000-7000-8000-000000000002';
const DAYS = 9;

/**
 * Writes `events.db` as an earlier version left it: its own schema, made by the steps that it had, and rows in each of
 * its tables, as it wrote them. The statements are that version's, so they stay as they are.
 * @param count of events, of which there are all kinds that it knew
 */
export function writeEarlierEvents(dataDir: string, version: number, count: number): void {
  mkdirSync(dataDir, { recursive: true });
  const path = join(dataDir, EVENTS_FILE);
  const db = new Database(path);
  db.pragma('journal_mode = WAL');
  // Rows of version 8 are what its successors have, too, brought up by their own steps.
  migrate(db, path, () => {}, Math.min(version, 8));
  db.transaction(() => {
    addEvents(db, version, count);
    db.exec(DAILY_TOTALS);
    db.exec('INSERT INTO health VALUES (1, 1700000000000)');
    if (version >= 4) addPeople(db);
    if (version >= 5)
      db.exec(`INSERT INTO relay_queue (customer_id, relay_id, tries, bytes, received_at, clock, body)
               VALUES (${CUSTOMER}, 1, 3, 7, 1700000000000, NULL, '{"a":1}'), (${CUSTOMER}, 1, 0, 7, 1700000000001, -5, '{"b":2}')`);
    if (version === 6 || version === 7) db.exec(PRODUCT_TOTALS);
    // Later versions counted as it is done now.
    if (version >= 8) countAsVersion8(db);
  })();
  migrate(db, path, () => {}, version);
  if (version >= 10) db.exec(ERASURES);
  if (version >= 11) db.exec(ROBOTS);
  db.close();
}

const MEDIA = { kind: 'media', scope_kind: 'stream', scope_id: '2', instance_id: 'i', pics: 9 };
const PAGE = { page_url: 'https://shop.example/p?a=1', user_agent: 'Firefox' };
/** What events of one in ten are, and since which version; `n` says which event it is. */
const KINDS: [since: number, columns: (n: number) => Record<string, string | number>][] = [
  [1, (n) => ({ ...MEDIA, action: 'render', media_id: String(n % 50), segments: '{"näme":"日本"}' })],
  [1, (n) => ({ ...MEDIA, ...PAGE, action: 'click', media_id: String(n % 50) })],
  [1, () => ({ ...MEDIA, kind: 'widget', action: 'render', scope_kind: 'best' })],
  [1, (n) => ({ kind: 'checkout', transaction_id: `T${n}`, products: '[{"id":"p:1","amount":9.5}]', currency: 'EUR' })],
  [1, () => ({ kind: 'vital', action: 'LCP', props: '{"value":1234.5}' })],
  [2, (n) => ({ kind: 'page', wire: 'matomo', props: `{"visit":"${n}","title":"Prints"}` })],
  [3, () => ({ kind: 'product', action: 'clicked', ...PAGE, props: '{"session":"s"}' })],
  [3, () => ({ kind: 'product', action: 'ordered', props: '{"session":"s","metadata":{"a":1,"b":"x"}}' })],
  [4, (n) => ({ kind: 'profile', wire: 'activities', props: `{"account":"a${n}","compartment":"c"}` })],
  [4, () => ({ kind: 'choice', action: 'optin', wire: 'activities', props: '{"processing":"1"}' })],
];

function addEvents(db: Database.Database, version: number, count: number): void {
  const kinds = KINDS.filter(([since]) => since <= version);
  const inserts = kinds.map(([, columns]) => {
    const names = Object.keys({ ...STAMP, ...columns(0) });
    return db.prepare(`INSERT INTO events (${names}) VALUES (${names.map((name) => `@${name}`)})`);
  });
  const now = Date.now();
  for (let n = 0; n < count; n++) {
    const kind = n % kinds.length;
    const at = now - (n % DAYS) * 86_400_000 - n;
    const id = `0192f3a4-0000-7000-8000-${String(n).padStart(12, '0')}`;
    const stamp = { customer_id: CUSTOMER, id, analytics_id: `v${n % 97}`, occurred_at: at, received_at: at + 50 };
    inserts[kind]?.run({ ...STAMP, ...stamp, ...kinds[kind]?.[1](n) });
  }
}

const STAMP = { customer_id: 0, id: '', analytics_id: '', occurred_at: 0, received_at: 0, wire: 'tracking' };

const DAILY_TOTALS = `
  INSERT INTO daily_totals
  SELECT customer_id, occurred_at / 86400000 AS day, kind, coalesce(action, ''), coalesce(scope_kind, ''),
         coalesce(scope_id, ''), coalesce(media_id, ''), count(*)
    FROM events GROUP BY 1, 2, 3, 4, 5, 6, 7`;

/** Since version 10, what a refusal left to erase; here of accounts that have nothing. */
const ERASURES = `
  INSERT INTO account_erasures VALUES (${CUSTOMER}, 'other', 'nobody', 1, 0);
  INSERT INTO point_erasures VALUES (${CUSTOMER}, '${OTHER}', 1, '', '', '')`;

/** Since version 11. */
const ROBOTS = `INSERT INTO robot_totals VALUES (${CUSTOMER}, 20000, 'tracking', 'google', 3)`;

/** Of versions 6 and 7: acts of each type, and of any, that have no facet in common but being acts. */
const PRODUCT_TOTALS = `
  INSERT INTO product_totals
  SELECT customer_id, x'', action, occurred_at / 86400000, count(*) FROM events WHERE kind = 'product' GROUP BY 1, 3, 4;
  INSERT INTO product_totals
  SELECT customer_id, x'', '', day, sum(events) FROM product_totals GROUP BY 1, 4`;

/**
 * Versions from 8 on counted acts on products as it is done now. What is new for the days, and for erasure, is there only
 * while they are counted. Should it ever be done otherwise, databases of these versions will be counted anew, and what
 * stands in their totals will not matter.
 */
function countAsVersion8(db: Database.Database): void {
  db.exec(`CREATE TEMP TABLE counted (up_to); CREATE TEMP TABLE counted_totals AS SELECT * FROM daily_totals WHERE 0;
           CREATE TEMP TABLE erased_days (customer_id, day); ALTER TABLE events ADD COLUMN previous_id TEXT`);
  recount(db);
  db.exec(`ALTER TABLE events DROP COLUMN previous_id;
           DROP TABLE temp.counted; DROP TABLE temp.counted_totals; DROP TABLE temp.erased_days`);
}

function addPeople(db: Database.Database): void {
  db.exec(`
    INSERT INTO user_points (customer_id, id, merged_into, created_at)
    VALUES (${CUSTOMER}, '${POINT}', NULL, 1700000000000), (${CUSTOMER}, '${OTHER}', '${POINT}', 1700000000001);
    INSERT INTO user_names (customer_id, kind, compartment, id, point_id, email)
    VALUES (${CUSTOMER}, 'account', 'c', 'a8', '${POINT}', NULL),
           (${CUSTOMER}, 'email', '', 'hash', '${POINT}', 'mila@example.com');
    INSERT INTO user_profiles (customer_id, compartment, account, point_id, properties, created_at, modified_at)
    VALUES (${CUSTOMER}, 'c', 'a8', '${POINT}', '{"size":"M"}', 1700000000000, 1700000000002);
    INSERT INTO user_choices (customer_id, point_id, processing, at, accepted, body, received_at)
    VALUES (${CUSTOMER}, '${POINT}', '1', 1700000000000, 1, '{}', 1700000000001);
    INSERT INTO user_choice_log (customer_id, point_id, processing, at, accepted, body, received_at)
    VALUES (${CUSTOMER}, '${POINT}', '1', 1600000000000, 0, '{}', 1600000000001),
           (${CUSTOMER}, '${POINT}', '1', 1700000000000, 1, '{}', 1700000000001)`);
}
