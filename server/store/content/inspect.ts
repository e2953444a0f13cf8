import { join } from 'node:path';
import Database from 'better-sqlite3';

/** What tests see of `content.db` besides what the store's interface tells: they look into the file, from outside. */
export interface Inspector {
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
    counts: () => counts.get() ?? {},
    damage() {
      const integrity = sqlite.pragma('integrity_check', { simple: true });
      return [...(sqlite.pragma('foreign_key_check') as unknown[]), ...(integrity === 'ok' ? [] : [integrity])];
    },
    close: () => sqlite.close(),
  };
}
