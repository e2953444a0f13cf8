import { join } from 'node:path';
import Database from 'better-sqlite3';
import { CamelCasePlugin, Kysely, SqliteDialect, sql } from 'kysely';
import { type Migration, Migrator } from 'kysely/migration';
import { CONTENT_FILE } from '../database-files.ts';
import type { OnMigrating } from '../migrating.ts';
import { NewerVersionError, openingError } from '../opening.ts';
import { toStorageError, withStorageErrors } from '../storage-error.ts';
import { useWriteAheadLog } from '../wal.ts';
import { createAccess } from './access.ts';
import { createAdministration } from './administration.ts';
import { createCollections } from './collections.ts';
import type { ContentStore } from './content-store.ts';
import * as first from './migrations/0001-first.ts';
import * as uploads from './migrations/0002-uploads.ts';
import * as collections from './migrations/0003-collections.ts';
import * as relays from './migrations/0004-relays.ts';
import * as moderation from './migrations/0005-moderation.ts';
import * as removals from './migrations/0006-removals.ts';
import { createModeration } from './moderation.ts';
import { createReader } from './reader.ts';
import { createRelays } from './relays.ts';
import { createRemoval } from './removal.ts';
import type { ContentDatabase } from './schema.ts';
import { write } from './transaction.ts';
import { createUploads } from './uploads.ts';
import { createWriter } from './writer.ts';

/** Forward only: a name, once released, stays, and so does what it does. */
export const MIGRATIONS: Record<string, Migration> = {
  '0001-first': first,
  '0002-uploads': uploads,
  '0003-collections': collections,
  '0004-relays': relays,
  '0005-moderation': moderation,
  '0006-removals': removals,
};

/**
 * Opens `content.db` in the data folder, creating and migrating it as needed. Throws an error that an operator can
 * act on when the folder is not writable or the database belongs to a newer version. Only the opening itself waits for
 * another writer in this thread, for 5 s at most; later writes wait without blocking it (`transaction.ts`).
 * @param onMigrating told when the database is of an earlier version
 */
export async function openContentStore(dataDir: string, onMigrating: OnMigrating = () => {}): Promise<ContentStore> {
  const file = join(dataDir, CONTENT_FILE);
  const sqlite = open(file);
  const db = new Kysely<ContentDatabase>({
    dialect: new SqliteDialect({ database: sqlite }),
    plugins: [new CamelCasePlugin()],
  });
  try {
    await migrate(sqlite, file, onMigrating);
    // SQLite would wait for another writer in this thread, and nobody would be answered meanwhile.
    sqlite.pragma('busy_timeout = 0');
    const { value: secret } = await db
      .selectFrom('secrets')
      .select('value')
      .where('name', '=', 'page_key')
      .executeTakeFirstOrThrow();
    const access = createAccess(sqlite);
    return {
      ...withStorageErrors(
        {
          ...createReader(db),
          ...createCollections(db),
          ...createWriter(db, access.forget),
          ...createUploads(db),
          ...createModeration(db),
          ...createAdministration(db, access.forget),
          ...createRemoval(db),
          ...createRelays(db),
          // A write takes the write lock, so a full disk or a read-only file shows.
          check: () => write(db, async (db) => void (await db.selectFrom('secrets').select('name').execute())),
          close: () => db.destroy(),
        },
        'content',
      ),
      access,
      secret,
    };
  } catch (error) {
    sqlite.close();
    throw toStorageError(error, 'content');
  }
}

function open(file: string): Database.Database {
  try {
    const sqlite = new Database(file, { timeout: 5000 });
    useWriteAheadLog(sqlite);
    sqlite.pragma('synchronous = FULL');
    sqlite.pragma('foreign_keys = ON');
    // 64 MB: the upper levels of all indexes of a million media stay in memory; SQLite's own 2 MB hold those of few.
    sqlite.pragma('cache_size = -65536');
    return sqlite;
  } catch (error) {
    throw openingError(file, 'cannot be opened', error, 'content');
  }
}

/**
 * All pending migrations in one transaction, which also keeps a second process from migrating at the same time.
 * It is begun on the connection itself: Kysely's migrator uses none for SQLite. One that fails, or is interrupted,
 * leaves the database as it was.
 *
 * @param migrations the first of them, for a test of what becomes of an earlier version's databases
 */
export async function migrate(
  sqlite: Database.Database,
  file: string,
  onMigrating: OnMigrating,
  migrations = MIGRATIONS,
): Promise<void> {
  // Without the plugin: the migrator's own tables have their names in snake case already.
  const db = new Kysely<unknown>({ dialect: new SqliteDialect({ database: sqlite }) });
  sqlite.exec('begin immediate');
  try {
    const known = await executed(db);
    const unknown = known.filter((name) => !(name in MIGRATIONS));
    if (unknown.length > 0)
      throw new NewerVersionError(
        `${file} was written by a newer version of Vitrine (it has ${unknown.join(', ')}). Start that version, or restore a backup made before the upgrade.`,
      );
    const [from, to] = [known.length, Object.keys(migrations).length];
    if (from > 0 && from < to) onMigrating({ file: CONTENT_FILE, from, to, counted: 0, all: 0 });
    const { error } = await new Migrator({
      db,
      provider: { getMigrations: async () => migrations },
    }).migrateToLatest();
    if (error) throw error;
    sqlite.exec('commit');
  } catch (error) {
    if (sqlite.inTransaction) sqlite.exec('rollback');
    throw error;
  }
}

async function executed(db: Kysely<unknown>): Promise<string[]> {
  const tables = await sql`select 1 from sqlite_master where name = 'kysely_migration'`.execute(db);
  if (tables.rows.length === 0) return [];
  const { rows } = await sql<{ name: string }>`select name from kysely_migration`.execute(db);
  return rows.map(({ name }) => name);
}
