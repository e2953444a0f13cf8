import { join } from 'node:path';
import Database from 'better-sqlite3';

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

export function inspectContent(folder: string): Inspector {
  const sqlite = new Database(join(folder, 'content.db'), { readonly: true });
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
