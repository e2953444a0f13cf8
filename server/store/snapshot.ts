import { existsSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { whyUnopened } from './unopened.ts';

/** The databases of a data folder. */
const DATABASES = ['events.db', 'content.db'] as const;
type DatabaseName = (typeof DATABASES)[number];
/** Pages that are copied before somebody else has a turn: 8 MB. */
const PAGES_AT_A_TIME = 2_000;

/** Told which database is copied, and how far that is. */
export type CopyProgress = (what: string, done: number, total: number) => void;

/** Why a data folder cannot be backed up, in a sentence for the operator. */
export class NoDatabase extends Error {
  override name = 'NoDatabase';
}

/**
 * Copies databases as they are at this moment, also while a service writes them, which waits for nothing.
 *
 * They are read in transactions that begin together, here. SQLite's online backup begins anew whenever somebody else
 * has written, and would never end beside a busy service; inside a transaction it goes on with what it began with, and
 * takes half the time of `VACUUM INTO`. Meanwhile the write-ahead log keeps what is written.
 *
 * The transaction of `events.db` is the first, so that a customer that has events is in `content.db`.
 *
 * @param names both, as a backup needs them, or one of them
 * @throws {NoDatabase} before anything is written
 */
export async function copyDatabases(
  data: string,
  target: string,
  progress: CopyProgress,
  names: readonly DatabaseName[] = DATABASES,
): Promise<void> {
  const sources: { name: string; db: Database.Database }[] = [];
  try {
    for (const name of names) sources.push({ name, db: holdStill(join(data, name)) });
    for (const { name, db } of sources) {
      const copy = join(target, name);
      const { totalPages } = await db.backup(copy, {
        progress({ totalPages, remainingPages }) {
          progress(name, totalPages - remainingPages, totalPages);
          return PAGES_AT_A_TIME;
        },
      });
      progress(name, totalPages, totalPages);
      // As soon as it can be: until then, the service's log grows.
      db.close();
      await syncFile(copy);
    }
  } finally {
    for (const { db } of sources) db.close();
  }
}

/** Only for reading, so that no version's schema is changed: a backup is what an upgrade begins with. */
function holdStill(path: string): Database.Database {
  try {
    const db = new Database(path, { readonly: true, fileMustExist: true, timeout: 5_000 });
    db.exec('BEGIN');
    // The transaction begins with what is read first.
    db.prepare('SELECT count(*) FROM sqlite_schema').get();
    return db;
  } catch (error) {
    throw new NoDatabase(
      existsSync(path)
        ? `${path} cannot be read: ${whyUnopened(path, error)}`
        : `${path} is not there: set VITRINE_DATA to the folder of a service that has run.`,
    );
  }
}

/** What the rows of a copied `content.db` name in the data folder. */
export interface NamedFiles {
  /** How many media there are. */
  count: number;
  /** The media, each once, and the status of its files: what the customer has made of it who shows most. */
  media: IterableIterator<NamedMedia>;
  close(): void;
}

export interface NamedMedia {
  hash: string;
  status: 'approved' | 'pending' | 'rejected';
}

export function namedFiles(folder: string): NamedFiles {
  const db = new Database(join(folder, 'content.db'), { fileMustExist: true });
  // Of a customer whose removal is under way, files have gone before their rows. Earlier versions know no such customer.
  const removing = db.prepare("SELECT 1 FROM pragma_table_info('customers') WHERE name = 'removed_at'").get();
  const kept = removing ? 'WHERE customer_id IN (SELECT id FROM customers WHERE removed_at IS NULL)' : '';
  return {
    count: db.prepare<[], number>(`SELECT count(DISTINCT hash) FROM media ${kept}`).pluck().get() ?? 0,
    media: db
      // In the order of the alphabet, the status of what is shown comes first, and that of what is rejected last.
      .prepare<[], NamedMedia>(`SELECT hash, min(status) AS status FROM media ${kept} GROUP BY hash`)
      .iterate(),
    close: () => db.close(),
  };
}

/** The stashes of a copied `content.db` that have not become media. A version without stashes has none. */
export function waitingStashes(folder: string): string[] {
  return using(folder, 'content.db', (db) =>
    hasTable(db, 'stashes')
      ? db.prepare<[], string>('SELECT id FROM stashes WHERE media_id IS NULL').pluck().all()
      : [],
  );
}

/** Takes stashes from a copied `content.db`: their files were used, or expired, when it had just been copied. */
export function forgetStashes(folder: string, ids: readonly string[]): void {
  if (ids.length === 0) return;
  using(folder, 'content.db', (db) =>
    db.prepare('DELETE FROM stashes WHERE id IN (SELECT value FROM json_each(?))').run(JSON.stringify(ids)),
  );
}

/**
 * Reads copied databases through.
 * @returns what is wrong with them
 */
export function damageOf(folder: string): string[] {
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
