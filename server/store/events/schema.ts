import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import Database from 'better-sqlite3';
import { EVENTS_FILE } from '../database-files.ts';
import type { OnMigrating } from '../migrating.ts';
import { NewerVersionError, openingError } from '../opening.ts';
import { RELAY_QUEUE } from '../relay-queue/schema.ts';
import { PAGE_CHOICES_AND_ERASURES, USER_POINT_SCHEMA } from '../user-points/schema.ts';
import { useWriteAheadLog } from '../wal.ts';
import { recount } from './totals/totals.ts';

/**
 * Each entry takes the database one version forward, and is never edited once released. `events` keeps its rows in
 * order of arrival (a rowid table), because ids of foreign clients and of checkouts come in no order; the daily totals are a
 * table that is its own index.
 */
const MIGRATIONS = [
  `CREATE TABLE events (
     customer_id INTEGER NOT NULL,
     id TEXT NOT NULL,
     kind TEXT NOT NULL,
     action TEXT,
     instance_id TEXT,
     scope_kind TEXT,
     scope_id TEXT,
     media_id TEXT,
     analytics_id TEXT NOT NULL,
     pics INTEGER,
     ab_testing INTEGER,
     segments TEXT,
     transaction_id TEXT,
     products TEXT,
     currency TEXT,
     redirect_url TEXT,
     referrer TEXT,
     page_url TEXT,
     user_agent TEXT,
     occurred_at INTEGER NOT NULL,
     received_at INTEGER NOT NULL,
     wire TEXT NOT NULL,
     props TEXT,
     UNIQUE (customer_id, id)
   ) STRICT;
   CREATE INDEX events_by_time ON events (customer_id, occurred_at);
   CREATE INDEX events_by_transaction ON events (customer_id, transaction_id) WHERE transaction_id IS NOT NULL;
   CREATE TABLE daily_totals (
     customer_id INTEGER NOT NULL,
     day INTEGER NOT NULL,
     kind TEXT NOT NULL,
     action TEXT NOT NULL,
     scope_kind TEXT NOT NULL,
     scope_id TEXT NOT NULL,
     media_id TEXT NOT NULL,
     events INTEGER NOT NULL,
     PRIMARY KEY (customer_id, day, kind, action, scope_kind, scope_id, media_id)
   ) STRICT, WITHOUT ROWID;
   CREATE TABLE health (one INTEGER PRIMARY KEY CHECK (one = 1), checked_at INTEGER NOT NULL) STRICT;`,
  // What comes by query string belongs to visits, which are found by visitor and time.
  `CREATE INDEX IF NOT EXISTS events_by_visitor ON events (customer_id, analytics_id, occurred_at)
     WHERE wire = 'matomo';`,
  // Acts on products: a page of them, and their totals, without walking over what else there is.
  `CREATE INDEX IF NOT EXISTS events_of_products ON events (customer_id, occurred_at, action) WHERE kind = 'product';
   CREATE INDEX IF NOT EXISTS totals_of_products ON daily_totals (customer_id, action, day, events)
     WHERE kind = 'product';`,
  USER_POINT_SCHEMA,
  RELAY_QUEUE,
  // The totals of product events, by every facet that reports can filter by.
  `DROP INDEX IF EXISTS totals_of_products;
   CREATE TABLE IF NOT EXISTS product_totals (
     customer_id INTEGER NOT NULL,
     facet BLOB NOT NULL,
     action TEXT NOT NULL,
     day INTEGER NOT NULL,
     events INTEGER NOT NULL,
     PRIMARY KEY (customer_id, facet, action, day)
   ) STRICT, WITHOUT ROWID;`,
  // What was stored before there were these totals was counted here: see COUNTED_SINCE.
  '',
  // What acts on products are counted by (facets.ts), and which acts of a day they are that have a facet (ordinals.ts), so
  // that a filtered report reads no events. The days of one facet, which it reads, lie side by side.
  `DROP TABLE product_totals;
   CREATE TABLE product_totals (
     customer_id INTEGER NOT NULL,
     facet BLOB NOT NULL,
     day INTEGER NOT NULL,
     events INTEGER NOT NULL,
     PRIMARY KEY (customer_id, facet, day)
   ) STRICT, WITHOUT ROWID;
   ALTER TABLE events ADD COLUMN place INTEGER;
   CREATE TABLE product_days (
     customer_id INTEGER NOT NULL,
     day INTEGER NOT NULL,
     places INTEGER NOT NULL,
     PRIMARY KEY (customer_id, day)
   ) STRICT, WITHOUT ROWID;
   CREATE TABLE product_places (
     customer_id INTEGER NOT NULL,
     facet BLOB NOT NULL,
     day INTEGER NOT NULL,
     block INTEGER NOT NULL,
     places BLOB NOT NULL,
     PRIMARY KEY (customer_id, facet, day, block)
   ) STRICT, WITHOUT ROWID;`,
  // The totals of a day are written for many events at once (pending-totals.ts): `counted_totals` has those of the events up to
  // a row, and what readers see, `daily_totals`, those of all, several rows for the same. Under that name an earlier
  // version that still runs can count nothing any more: its senders come again. NOT INDEXED: no condition of the reader
  // may lead the planner from the few rows behind that one to an index of all.
  `CREATE TABLE counted (one INTEGER PRIMARY KEY CHECK (one = 1), up_to INTEGER NOT NULL) STRICT;
   INSERT INTO counted SELECT 1, coalesce(max(rowid), 0) FROM events;
   ALTER TABLE daily_totals RENAME TO counted_totals;
   CREATE VIEW daily_totals AS
     SELECT customer_id, day, kind, action, scope_kind, scope_id, media_id, events FROM counted_totals
     UNION ALL
     SELECT customer_id, occurred_at / 86400000, kind, coalesce(action, ''), coalesce(scope_kind, ''),
            coalesce(scope_id, ''), coalesce(media_id, ''), 1
       FROM events NOT INDEXED WHERE rowid > (SELECT up_to FROM counted);`,
  PAGE_CHOICES_AND_ERASURES,
  // Events of robots are counted and not stored.
  `CREATE TABLE robot_totals (
     customer_id INTEGER NOT NULL,
     day INTEGER NOT NULL,
     wire TEXT NOT NULL,
     family TEXT NOT NULL,
     events INTEGER NOT NULL,
     PRIMARY KEY (customer_id, day, wire, family)
   ) STRICT, WITHOUT ROWID;`,
  // Erasure (erasure/eraser.ts). `previous_id` is the id that the browser had before `identify`; the two indexes hold only
  // the few events that name one. Of the days in `erased_days` some events are gone: their totals stay as they are, and
  // cannot be counted anew. `erased_ids` has hashes of visitors that were erased, so that what their browsers had not sent
  // yet does not come back. AUTOINCREMENT: the writer reads what follows the row that it read last.
  `ALTER TABLE events ADD COLUMN previous_id TEXT;
   CREATE INDEX events_by_previous_id ON events (customer_id, previous_id, analytics_id) WHERE previous_id IS NOT NULL;
   CREATE INDEX events_with_previous_id ON events (customer_id, analytics_id, previous_id) WHERE previous_id IS NOT NULL;
   CREATE TABLE erased_days (
     customer_id INTEGER NOT NULL,
     day INTEGER NOT NULL,
     PRIMARY KEY (customer_id, day)
   ) STRICT, WITHOUT ROWID;
   CREATE TABLE erased_ids (
     seq INTEGER PRIMARY KEY AUTOINCREMENT,
     hash TEXT NOT NULL,
     erased_at INTEGER NOT NULL
   ) STRICT;`,
];

/** The version since which events are counted as they are now: an older database is counted anew. */
export const COUNTED_SINCE = 8;

/** The version of the schema that this Vitrine has. */
export const SCHEMA_VERSION = MIGRATIONS.length;

/**
 * Opens `events.db`, creates it if there is none, and brings it to this version's schema.
 * @throws {NewerVersionError} when a newer version wrote it
 * @throws {StorageError} when the file cannot be written
 * @param onMigrating called when the file is of an earlier version
 * @param busyTimeoutMs how long a write waits for other processes that write
 */
export function openForWriting(
  path: string,
  onMigrating: OnMigrating = () => {},
  busyTimeoutMs = 5_000,
): Database.Database {
  try {
    mkdirSync(dirname(path), { recursive: true });
    const db = new Database(path, { timeout: busyTimeoutMs });
    useWriteAheadLog(db);
    // FULL: a commit returns after its pages are on disk, so what was answered survives a power cut.
    db.pragma('synchronous = FULL');
    // Where pages are rearranged, what stood there is overwritten: else, copies of what is erased later would stay in them.
    db.pragma('secure_delete = FAST');
    migrate(db, path, onMigrating);
    return db;
  } catch (error) {
    if (error instanceof NewerVersionError) throw error;
    throw openingError(path, 'cannot be opened for writing', error, 'events');
  }
}

/** A second connection that only reads; WAL lets it read while the writer writes. */
export function openForReading(path: string): Database.Database {
  try {
    const db = new Database(path, { readonly: true, timeout: 5_000 });
    // Whether its log can be opened, too, shows with what is read first.
    db.pragma('schema_version');
    return db;
  } catch (error) {
    throw openingError(path, 'cannot be opened for reading', error, 'events');
  }
}

/**
 * All pending steps in one transaction: one that fails, or is interrupted, leaves the database as it was.
 * @param to an earlier version, for a test of what becomes of its databases
 */
export function migrate(db: Database.Database, path: string, onMigrating: OnMigrating, to = MIGRATIONS.length): void {
  const bring = db.transaction(() => {
    const version = db.pragma('user_version', { simple: true }) as number;
    if (version > MIGRATIONS.length)
      throw new NewerVersionError(
        `${path} was written by a newer Vitrine (schema ${version}, this one knows ${MIGRATIONS.length}): start that version, or set VITRINE_DATA to another folder`,
      );
    const tell = (counted: number, all: number) => {
      if (version > 0 && version < to) onMigrating({ file: EVENTS_FILE, from: version, to, counted, all });
    };
    tell(0, 0);
    for (const step of MIGRATIONS.slice(version, to)) db.exec(step);
    if (version > 0 && version < COUNTED_SINCE && to >= COUNTED_SINCE) recount(db, tell);
    db.pragma(`user_version = ${Math.max(version, to)}`);
  });
  bring.immediate();
}
