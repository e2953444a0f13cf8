import type Database from 'better-sqlite3';
import { COLUMNS, type RowValues } from './columns.ts';
import type { RowOutcome } from './event-store.ts';
import { Totals } from './totals.ts';

/** Writes rows and the totals they add to, one transaction for each `write`. */
export class EventWriter {
  readonly #db: Database.Database;
  readonly #insert: Database.Statement;
  readonly #addTotal: Database.Statement;
  readonly #touch: Database.Statement;

  constructor(db: Database.Database) {
    this.#db = db;
    this.#insert = db.prepare(
      `INSERT INTO events (${COLUMNS}) VALUES (${COLUMNS.map(() => '?')}) ON CONFLICT (customer_id, id) DO NOTHING`,
    );
    this.#addTotal = db.prepare(
      `INSERT INTO daily_totals VALUES (?, ?, ?, ?, ?, ?, ?, ?)
       ON CONFLICT DO UPDATE SET events = events + excluded.events`,
    );
    this.#touch = db.prepare(
      'INSERT INTO health VALUES (1, ?) ON CONFLICT DO UPDATE SET checked_at = excluded.checked_at',
    );
  }

  /**
   * Stores the rows durably. A row that the database refuses leaves the others untouched.
   * @param onRefusal told why, for the operator's log
   * @throws when the transaction as a whole failed (disk full, input/output error); then nothing is stored
   */
  write(rows: readonly RowValues[], onRefusal: (reason: string) => void): RowOutcome[] {
    this.#db.exec('BEGIN IMMEDIATE');
    try {
      const totals = new Totals();
      const outcomes = rows.map((row) => this.#insertOne(row, totals, onRefusal));
      for (const [key, events] of totals) this.#addTotal.run(...key, events);
      this.#db.exec('COMMIT');
      return outcomes;
    } catch (error) {
      if (this.#db.inTransaction) this.#db.exec('ROLLBACK');
      throw error;
    }
  }

  /** Writes and reads back a row of its own. */
  check(now: number): void {
    this.#touch.run(now);
    const row = this.#db.prepare('SELECT checked_at FROM health').get() as { checked_at: number } | undefined;
    if (row?.checked_at !== now) throw new Error('events.db did not return what was written');
  }

  #insertOne(row: RowValues, totals: Totals, onRefusal: (reason: string) => void): RowOutcome {
    try {
      if (this.#insert.run(row).changes === 0) return 'repeated';
    } catch (error) {
      // SQLite undoes the one statement for a bad value, but the whole transaction when the disk fails.
      if (!this.#db.inTransaction || !isRefusal(error)) throw error;
      onRefusal((error as Error).message);
      return 'refused';
    }
    totals.add(row);
    return 'accepted';
  }
}

/** Whether the database objects to this row, rather than being unable to write any. */
function isRefusal(error: unknown): boolean {
  const code = (error as { code?: string }).code;
  return code === undefined || /^SQLITE_(CONSTRAINT|MISMATCH|TOOBIG|RANGE)/.test(code);
}
