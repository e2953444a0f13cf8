import { copyFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { rebuildTotals } from '../../server/store/events/totals/rebuild.ts';
import type { Shop } from './shop.ts';

/** What readers see of a table of totals. */
function read(database: string, table: string): string {
  if (table !== 'counted_totals') return `SELECT * FROM ${database}.${table}`;
  // The latest events are not in the table: readers count them by this view.
  return `SELECT customer_id, day, kind, action, scope_kind, scope_id, media_id, sum(events)
            FROM ${database}.daily_totals GROUP BY 1, 2, 3, 4, 5, 6, 7`;
}

/** What is really in `events.db`, read beside the service or after it. */
export class Stored {
  readonly #path: string;
  readonly #db: Database.Database;
  readonly #one: Database.Statement<[number, string]>;
  readonly #customerId: number;

  constructor({ data, customerId }: Shop) {
    this.#customerId = customerId;
    this.#path = join(data, 'events.db');
    this.#db = new Database(this.#path, { readonly: true, timeout: 5000 });
    this.#one = this.#db.prepare<[number, string]>('SELECT 1 FROM events WHERE customer_id = ? AND id = ?').pluck();
  }

  /** How many rows have this id. */
  times(id: string): number {
    return this.#one.all(this.#customerId, id).length;
  }

  get events(): number {
    return this.#db.prepare('SELECT count(*) FROM events').pluck().get() as number;
  }

  /** What SQLite itself finds wrong; nothing when all is well. */
  damage(): string | undefined {
    const found = this.#db.pragma('integrity_check(1)', { simple: true }) as string;
    return found === 'ok' ? undefined : found;
  }

  /** Names of the tables of totals that are not what the events come to, counted anew in a copy. */
  async wrongTotals(): Promise<string[]> {
    const folder = await mkdtemp(join(tmpdir(), 'vitrine-recount-'));
    try {
      await this.#db.backup(join(folder, 'events.db'));
      // Counting changes the copy, so what there was is kept beside it.
      await copyFile(join(folder, 'events.db'), join(folder, 'before.db'));
      rebuildTotals(folder, () => {});
      const counted = new Database(join(folder, 'events.db'));
      try {
        counted.prepare('ATTACH ? AS before').run(join(folder, 'before.db'));
        const tables = counted
          .prepare(
            "SELECT name FROM main.sqlite_master WHERE type = 'table' AND (name LIKE '%total%' OR name LIKE 'product!_%' ESCAPE '!')",
          )
          .pluck()
          .all() as string[];
        if (tables.length < 2) throw new Error(`events.db has fewer totals than known here: ${tables}`);
        return tables.filter((table) => {
          const differing = (one: string, other: string) =>
            counted
              .prepare(`SELECT count(*) FROM (${read(one, table)} EXCEPT ${read(other, table)})`)
              .pluck()
              .get();
          return differing('main', 'before') !== 0 || differing('before', 'main') !== 0;
        });
      } finally {
        counted.close();
      }
    } finally {
      await rm(folder, { recursive: true });
    }
  }

  close(): void {
    this.#db.close();
  }
}
