import { copyFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { EVENTS_FILE } from '../database-files.ts';
import { openForReading } from '../events/schema.ts';
import { rebuildTotals } from '../events/totals/rebuild.ts';

/** A row of `events`. JSON columns are texts, as they are stored. */
export interface StoredRow {
  id: string;
  kind: string;
  action: string | null;
  instance_id: string | null;
  scope_kind: string | null;
  scope_id: string | null;
  media_id: string | null;
  analytics_id: string;
  pics: number | null;
  segments: string | null;
  transaction_id: string | null;
  products: string | null;
  currency: string | null;
  redirect_url: string | null;
  referrer: string | null;
  page_url: string | null;
  wire: string;
  occurred_at: number;
}

export interface StoredEventsOptions {
  /** The data folder. */
  data: string;
  /** Whose events `times` looks for. */
  customerId: number;
}

/** The events of a data folder, read beside the service or after it. The connection stays open until `close`. */
export class StoredEvents {
  readonly #db: Database.Database;
  readonly #one: Database.Statement<[number, string]>;
  readonly #customerId: number;

  constructor({ data, customerId }: StoredEventsOptions) {
    this.#customerId = customerId;
    this.#db = openForReading(join(data, EVENTS_FILE));
    this.#one = this.#db.prepare<[number, string]>('SELECT 1 FROM events WHERE customer_id = ? AND id = ?').pluck();
  }

  /** How many rows have this id. */
  times(id: string): number {
    return this.#one.all(this.#customerId, id).length;
  }

  /** How many events are stored, of all customers. */
  get events(): number {
    return this.#db.prepare('SELECT count(*) FROM events').pluck().get() as number;
  }

  /** All rows of all customers, in the order in which the events occurred. */
  rows(): StoredRow[] {
    return this.#db.prepare<[], StoredRow>('SELECT * FROM events ORDER BY occurred_at, id').all();
  }

  /** How many events of a widget instance each media has. */
  mediaOf(instanceId: string): Map<string, number> {
    const counts = this.#db
      .prepare<[string], [media: string, times: number]>(
        'SELECT media_id, count(*) FROM events WHERE instance_id = ? GROUP BY 1',
      )
      .raw();
    return new Map(counts.all(instanceId));
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
      await this.#db.backup(join(folder, EVENTS_FILE));
      // Counting changes the copy, so what there was is kept beside it.
      await copyFile(join(folder, EVENTS_FILE), join(folder, 'before.db'));
      rebuildTotals(folder, () => {});
      const counted = new Database(join(folder, EVENTS_FILE));
      try {
        counted.prepare('ATTACH ? AS before').run(join(folder, 'before.db'));
        return differingTables(counted);
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

/** @param counted a database with an earlier copy of it attached as `before` */
function differingTables(counted: Database.Database): string[] {
  const tables = counted
    .prepare(
      "SELECT name FROM main.sqlite_master WHERE type = 'table' AND (name LIKE '%total%' OR name LIKE 'product!_%' ESCAPE '!')",
    )
    .pluck()
    .all() as string[];
  if (tables.length < 2) throw new Error(`${EVENTS_FILE} has fewer totals than known here: ${tables}`);
  const differ = (one: string, other: string, table: string) =>
    counted
      .prepare(`SELECT count(*) FROM (${totalsOf(one, table)} EXCEPT ${totalsOf(other, table)})`)
      .pluck()
      .get() !== 0;
  return tables.filter((table) => differ('main', 'before', table) || differ('before', 'main', table));
}

/** What readers see of a table of totals. */
function totalsOf(database: string, table: string): string {
  if (table !== 'counted_totals') return `SELECT * FROM ${database}.${table}`;
  // The latest events are not in the table: readers count them by this view.
  return `SELECT customer_id, day, kind, action, scope_kind, scope_id, media_id, sum(events)
            FROM ${database}.daily_totals GROUP BY 1, 2, 3, 4, 5, 6, 7`;
}

/** The version of the schema of a data folder's events. */
export function eventsVersion(dataDir: string): number {
  const db = openForReading(join(dataDir, EVENTS_FILE));
  try {
    return db.pragma('user_version', { simple: true }) as number;
  } finally {
    db.close();
  }
}
