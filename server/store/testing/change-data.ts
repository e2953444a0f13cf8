import { join } from 'node:path';
import Database from 'better-sqlite3';
import { CONTENT_FILE, type DatabaseFile } from '../database-files.ts';

/** Changes databases as other processes do, and as other versions of Vitrine did. */

/** The write lock of a database, as another process holds it. */
export interface HeldLock {
  hold(): void;
  release(): void;
  close(): void;
}

/** @returns the lock, which is not held yet */
export function openLock(dataDir: string, file: DatabaseFile): HeldLock {
  const db = new Database(join(dataDir, file));
  return {
    hold: () => void db.exec('BEGIN IMMEDIATE'),
    release: () => void db.exec('ROLLBACK'),
    close: () => void db.close(),
  };
}

/** Marks a database as written by a newer version. */
export function markAsNewer(dataDir: string, file: DatabaseFile): void {
  const db = new Database(join(dataDir, file));
  if (file === CONTENT_FILE) db.exec("INSERT INTO kysely_migration VALUES ('9999-later', '2030-01-01')");
  else db.pragma('user_version = 1000');
  // The change is in the file itself, and not only in its log.
  db.pragma('wal_checkpoint(TRUNCATE)');
  db.close();
}
