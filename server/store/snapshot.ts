import { existsSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { CONTENT_FILE, type DatabaseFile, EVENTS_FILE } from './database-files.ts';
import { openingError } from './opening.ts';
import { codeOf, type StoreName, toStorageError, withStorageErrors } from './storage-error.ts';

/** In this order the transactions of a copy begin: a customer of a copied event is in the copied `content.db`. */
const DATABASES = [EVENTS_FILE, CONTENT_FILE] as const;
const STORES: Record<DatabaseFile, StoreName> = { [CONTENT_FILE]: 'content', [EVENTS_FILE]: 'events' };
/** Pages of 4 KiB that are copied before other work has a turn: 8 MB. */
const PAGES_AT_A_TIME = 2_000;

/** Called with the database that is copied, the pages that are copied and all pages of it. */
export type CopyProgress = (what: string, done: number, total: number) => void;

/** A database is not in the data folder. The message tells the operator what to do. */
export class MissingDatabaseError extends Error {
  override name = 'MissingDatabaseError';
}

/** Copied databases, and what a backup has to know of them. */
export interface Snapshot {
  /** The files that the rows of the content store name. */
  namedFiles(): Promise<NamedFiles>;
  /** The ids of stashes that have not become media. */
  waitingStashes(): Promise<string[]>;
  /** Removes stashes whose files were used, or expired, since the databases were copied. */
  forgetStashes(ids: readonly string[]): Promise<void>;
  /** Reads the databases through. @returns what is wrong with them */
  damage(): Promise<string[]>;
}

/**
 * Copies databases as they are at this moment, also while a service writes them, which waits for nothing.
 *
 * They are read in transactions that begin together, here. SQLite's online backup begins anew whenever somebody else
 * has written, and would never end beside a busy service; inside a transaction it goes on with what it began with, and
 * takes half the time of `VACUUM INTO`. Meanwhile the write-ahead log keeps what is written.
 *
 * @param files both, as a backup needs them, or one of them
 * @throws {MissingDatabaseError} @throws {StorageError} before anything is written where a database cannot be read
 */
export async function copyDatabases(
  dataDir: string,
  target: string,
  progress: CopyProgress = () => {},
  files: readonly DatabaseFile[] = DATABASES,
): Promise<Snapshot> {
  const sources: { name: DatabaseFile; db: Database.Database }[] = [];
  try {
    for (const name of files) sources.push({ name, db: beginReading(dataDir, name) });
    for (const { name, db } of sources) {
      const copy = join(target, name);
      const { totalPages } = await copyPages(db, copy, name, progress);
      progress(name, totalPages, totalPages);
      // As soon as it can be: until then, the service's log grows.
      db.close();
      await syncFile(copy);
    }
    return snapshotOf(target);
  } finally {
    for (const { db } of sources) db.close();
  }
}

async function copyPages(db: Database.Database, copy: string, name: DatabaseFile, progress: CopyProgress) {
  try {
    return await db.backup(copy, {
      progress({ totalPages, remainingPages }) {
        progress(name, totalPages - remainingPages, totalPages);
        return PAGES_AT_A_TIME;
      },
    });
  } catch (error) {
    // SQLite says of a file that it cannot create only that it cannot.
    if (codeOf(error)?.startsWith('SQLITE_CANTOPEN')) throw openingError(copy, 'cannot be made', error, STORES[name]);
    throw toStorageError(error, STORES[name]);
  }
}

/** Opened only for reading, so that no schema is changed: a backup precedes an upgrade. */
function beginReading(dataDir: string, name: DatabaseFile): Database.Database {
  const path = join(dataDir, name);
  try {
    const db = new Database(path, { readonly: true, fileMustExist: true, timeout: 5_000 });
    db.exec('BEGIN');
    // The transaction begins with its first read.
    db.prepare('SELECT count(*) FROM sqlite_schema').get();
    return db;
  } catch (error) {
    if (existsSync(path)) throw openingError(path, 'cannot be read', error, STORES[name]);
    throw new MissingDatabaseError(`${path} is not there: set VITRINE_DATA to the folder of a service that has run.`);
  }
}

/** The copies in a folder. */
function snapshotOf(folder: string): Snapshot {
  return withStorageErrors(
    {
      namedFiles: async () => namedFiles(folder),
      waitingStashes: async () => waitingStashes(folder),
      forgetStashes: async (ids: readonly string[]) => forgetStashes(folder, ids),
      damage: async () => damageOf(folder),
    },
    'content',
  );
}

/** The files in the data folder that rows of a copied `content.db` name. */
export interface NamedFiles {
  /** How many media there are. */
  count: number;
  /** Each media once, with the status of its files: that of the customer who shows most. */
  media: AsyncIterableIterator<NamedMedia>;
  close(): Promise<void>;
}

export interface NamedMedia {
  hash: string;
  status: 'approved' | 'pending' | 'rejected';
}

function namedFiles(folder: string): NamedFiles {
  const db = new Database(join(folder, CONTENT_FILE), { fileMustExist: true });
  // Of a customer whose removal is under way, files have gone before their rows. Earlier versions know no such customer.
  const removing = db.prepare("SELECT 1 FROM pragma_table_info('customers') WHERE name = 'removed_at'").get();
  const kept = removing ? 'WHERE customer_id IN (SELECT id FROM customers WHERE removed_at IS NULL)' : '';
  const media = db
    // In alphabetical order, the status of what is shown comes first, and that of what is rejected last.
    .prepare<[], NamedMedia>(`SELECT hash, min(status) AS status FROM media ${kept} GROUP BY hash`);
  return {
    count: db.prepare<[], number>(`SELECT count(DISTINCT hash) FROM media ${kept}`).pluck().get() ?? 0,
    media: (async function* () {
      yield* media.iterate();
    })(),
    close: async () => void db.close(),
  };
}

/** A version without stashes has none. */
function waitingStashes(folder: string): string[] {
  return using(folder, CONTENT_FILE, (db) =>
    hasTable(db, 'stashes')
      ? db.prepare<[], string>('SELECT id FROM stashes WHERE media_id IS NULL').pluck().all()
      : [],
  );
}

function forgetStashes(folder: string, ids: readonly string[]): void {
  if (ids.length === 0) return;
  using(folder, CONTENT_FILE, (db) =>
    db.prepare('DELETE FROM stashes WHERE id IN (SELECT value FROM json_each(?))').run(JSON.stringify(ids)),
  );
}

function damageOf(folder: string): string[] {
  return DATABASES.flatMap((name) =>
    using(folder, name, (db) => {
      const found = db.pragma('integrity_check') as { integrity_check: string }[];
      const orphans = db.pragma('foreign_key_check') as unknown[];
      return [
        ...found.map(({ integrity_check: said }) => `${name}: ${said}`).filter((said) => said !== `${name}: ok`),
        ...(orphans.length > 0 ? [`${name}: ${orphans.length} rows name others that are not there`] : []),
      ];
    }),
  );
}

function using<T>(folder: string, name: string, work: (db: Database.Database) => T): T {
  // Not read-only: only a connection that may write takes its log away with it when it closes.
  const db = new Database(join(folder, name), { fileMustExist: true });
  try {
    return work(db);
  } finally {
    db.close();
  }
}

function hasTable(db: Database.Database, name: string): boolean {
  return db.prepare('SELECT 1 FROM sqlite_schema WHERE name = ?').get(name) !== undefined;
}

async function syncFile(path: string): Promise<void> {
  const file = await open(path, 'r+');
  try {
    await file.sync();
  } finally {
    await file.close();
  }
}
