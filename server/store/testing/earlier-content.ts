import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { MIGRATIONS, migrate } from '../content/open.ts';
import { CONTENT_FILE } from '../database-files.ts';

/** The names of the migrations that each version of `content.db` before this one had. */
export const EARLIER_CONTENT = Object.keys(MIGRATIONS)
  .map((_, count, names) => names.slice(0, count))
  .slice(1);

/** The customer of `writeEarlierContent`. */
export const EARLIER_CUSTOMER = 1;

/**
 * Writes `content.db` as an earlier version left it: its own schema, made by the migrations that it had, and rows in each
 * of its tables, as it wrote them. The statements are that version's, so they stay as they are.
 * @param names of its migrations
 * @param tokens SHA-256 of a public token, in hex
 */
export async function writeEarlierContent(dataDir: string, names: readonly string[], token: string): Promise<void> {
  mkdirSync(dataDir, { recursive: true });
  const path = join(dataDir, CONTENT_FILE);
  const db = new Database(path);
  db.pragma('journal_mode = WAL');
  db.pragma('foreign_keys = ON');
  const had = Object.fromEntries(Object.entries(MIGRATIONS).filter(([name]) => names.includes(name)));
  await migrate(db, path, () => {}, had);
  for (const name of names) db.exec(ROWS[name] ?? '');
  db.prepare("insert into tokens values (1, 1, ?, 'public', 'page', 1700000000000)").run(token);
  db.close();
}

/** What each migration's tables hold, by its name. */
const ROWS: Record<string, string> = {
  '0001-first': `
    insert into customers (key, name, domain) values ('shop', 'Shop', 'shop.example');
    insert into origins values (1, 'https://shop.example');
    insert into hosts values (1, 'www.shop.example');
    insert into users (customer_id, source, username) values (1, 'customer', 'shop'), (1, 'instagram', 'mila');
    insert into media (customer_id, user_id, type, hash, image_ext, width, height, source, status, submitted_at, published_at)
    select 1, 2, 'IMAGE', lower(substr(hex(value) || printf('%064d', 0), 1, 64)), 'jpg', 9, 9, 'upload', value, 1700000000000, 1700000000000
      from json_each('["approved", "pending", "rejected"]');
    insert into streams (customer_id, key, name, base_media_id) values (1, 'print-1', 'Print', 1);
    insert into categories (customer_id, key, name) values (1, 'prints', 'Prints');
    insert into stream_categories values (1, 1);
    insert into media_streams values (1, 1, 0);
    insert into listings (scope_kind, scope_id, media_id, published_at, shuffle, photorank, position, rights, in_stock)
    values (0, 1, 1, 1700000000000, 77, 0.5, 0, 0, 1), (1, 1, 1, 1700000000000, 77, 0.5, 0, 0, 1);
    insert into ratings (listing_id, scope_kind, scope_id, media_id, rating, rights, in_stock, since)
    values (1, 0, 1, 1, 0.25, 0, 1, 1);
    insert into widget_styles (customer_id, type, name) values (1, 'olapic_slidev3', 'Carousel');
    insert into widget_instances (id, customer_id, name, type, style_id)
    values ('0123456789abcdef0123456789abcdef', 1, 'Home', 'best_photos', 1);`,
  // What pended before there was a queue is in it since.
  '0002-uploads': `
    insert into uploaders values (1, x'0102', 2);
    insert into moderation_queue (customer_id, media_id, reason, since) values (1, 2, 'premoderated', 1700000000000)
    on conflict do nothing;
    insert into reports (media_id, email, reason, reported_at) values (1, 'sam@example.com', 'Mine', 1700000000000);
    insert into stashes values ('stash', 1, 7, 4102444800000, null), ('used', 1, 7, 4102444800000, 1);`,
  '0004-relays': `
    insert into relays (customer_id, url, datamart, key_id, secret)
    values (1, 'https://api.example.com', '1234', 'key', 'secret');`,
  '0005-moderation': `
    update reports set network = x'01', counts = 1;
    insert into report_quota (customer_id, network, used_at) values (1, x'01', 1700000000000);
    insert into users (customer_id, source, username) values (1, 'email', 'new');
    insert into new_uploaders values (last_insert_rowid(), 1, 1700000000000);`,
  '0006-removals': `insert into unlisted_streams values (1, -1, 0);`,
};
