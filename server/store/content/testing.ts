import { join } from 'node:path';
import Database from 'better-sqlite3';

/** How many rows each table of a content database has, seen from outside of the store. */
export function countRows(folder: string): Record<string, number> {
  const sqlite = new Database(join(folder, 'content.db'), { readonly: true });
  const tables = sqlite.prepare<[], string>(`select name from sqlite_master where type = 'table'`).pluck().all();
  const counts = tables.map((table) => [table, sqlite.prepare(`select count(*) from "${table}"`).pluck().get()]);
  sqlite.close();
  return Object.fromEntries(counts);
}
