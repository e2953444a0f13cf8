import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { CONTENT_FILE } from '../database-files.ts';

/** What tests see of `content.db` besides what the store's interface tells: they look into the file, from outside. */
export interface Inspector {
  /** All rows of all tables, by the name of the table. */
  tables(): Record<string, Record<string, unknown>[]>;
  /** What the tables and indexes are, whatever the order in which they were made. */
  schema(): unknown[];
  /** How many rows each table has. */
  counts(): Record<string, number>;
  /** What the database has to complain about itself: broken pages, references to what is not there. */
  damage(): unknown[];
  close(): void;
}

export function inspectContent(dataDir: string): Inspector {
  const sqlite = openForReading(dataDir);
  const tables = sqlite
    .prepare<[], { name: string }>("select name from sqlite_master where type = 'table' and name not like 'sqlite_%'")
    .all();
  const columns = tables.map(({ name }) => `(select count(*) from "${name}") as "${name}"`);
  const counts = sqlite.prepare<[], Record<string, number>>(`select ${columns.join(', ')}`);
  return {
    tables: () =>
      Object.fromEntries(
        tables.map(({ name }) => [name, sqlite.prepare<[], Record<string, unknown>>(`select * from "${name}"`).all()]),
      ),
    schema: () => sqlite.prepare('select name, sql from sqlite_master order by name').all(),
    counts: () => counts.get() ?? {},
    damage() {
      const integrity = sqlite.pragma('integrity_check', { simple: true });
      return [...(sqlite.pragma('foreign_key_check') as unknown[]), ...(integrity === 'ok' ? [] : [integrity])];
    },
    close: () => sqlite.close(),
  };
}

/** How many media wait for their AVIF files. */
export function countWaitingForAvif(dataDir: string): number {
  const sqlite = openForReading(dataDir);
  try {
    return sqlite.prepare("select count(*) from media where avif = 'waiting'").pluck().get() as number;
  } finally {
    sqlite.close();
  }
}

/** The bytes of the content's files in a data folder, its write-ahead log included: what is nowhere in them is not stored. */
export async function contentBytes(dataDir: string): Promise<Buffer[]> {
  const names = (await readdir(dataDir)).filter((name) => name.startsWith(CONTENT_FILE));
  return Promise.all(names.map((name) => readFile(join(dataDir, name))));
}

function openForReading(dataDir: string): Database.Database {
  return new Database(join(dataDir, CONTENT_FILE), { readonly: true });
}
