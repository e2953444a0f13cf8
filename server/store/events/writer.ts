import type Database from 'better-sqlite3';
import { PeopleWriter, type PlacedAct } from '../people/writer.ts';
import { COLUMNS, type RowValues } from './columns.ts';
import type { RowOutcome } from './event-store.ts';
import { Totals } from './totals.ts';

const at = (name: (typeof COLUMNS)[number]) => COLUMNS.indexOf(name);
const CUSTOMER = at('customer_id');
const ID = at('id');
const KIND = at('kind');
const WIRE = at('wire');

/** What became of a row, in the one letter in which the writer's thread says it. */
export const OUTCOMES: Record<string, RowOutcome> = { a: 'accepted', r: 'repeated', x: 'refused' };

/** Writes rows and the totals they add to, one transaction for each `write`. */
export class EventWriter {
  readonly #db: Database.Database;
  readonly #insert: Database.Statement;
  readonly #takeRetold: Database.Statement<unknown[], RowValues>;
  readonly #addTotal: Database.Statement;
  readonly #clearTotal: Database.Statement;
  readonly #touch: Database.Statement;
  readonly #begin: Database.Statement;
  readonly #commit: Database.Statement;
  readonly #people: PeopleWriter;

  constructor(db: Database.Database) {
    this.#db = db;
    this.#people = new PeopleWriter(db);
    this.#insert = db.prepare(
      `INSERT INTO events (${COLUMNS}) VALUES (${COLUMNS.map(() => '?')}) ON CONFLICT (customer_id, id) DO NOTHING`,
    );
    this.#takeRetold = db
      .prepare<unknown[], RowValues>(
        `DELETE FROM events WHERE customer_id = ? AND id = ? AND (kind = 'product' AND ? <> 'product'
           OR kind = 'choice' AND wire <> 'activities' AND ? = 'activities') RETURNING ${COLUMNS}`,
      )
      .raw();
    this.#addTotal = db.prepare(
      `INSERT INTO daily_totals VALUES (?, ?, ?, ?, ?, ?, ?, ?)
       ON CONFLICT DO UPDATE SET events = events + excluded.events`,
    );
    this.#clearTotal = db.prepare(
      `DELETE FROM daily_totals WHERE customer_id = ? AND day = ? AND kind = ? AND action = ? AND scope_kind = ?
         AND scope_id = ? AND media_id = ? AND events = 0`,
    );
    this.#begin = db.prepare('BEGIN IMMEDIATE');
    this.#commit = db.prepare('COMMIT');
    this.#touch = db.prepare(
      'INSERT INTO health VALUES (1, ?) ON CONFLICT DO UPDATE SET checked_at = excluded.checked_at',
    );
  }

  /**
   * Stores the rows durably, then says the acts. A row or act that is refused leaves the others untouched.
   * @returns one letter of `OUTCOMES` for each row, then one for each act
   * @param onRefusal told why, for the operator's log
   * @throws when the transaction as a whole failed (disk full, input/output error); then nothing is stored
   */
  write(rows: readonly RowValues[], acts: readonly PlacedAct[], onRefusal: (reason: string) => void): string {
    this.#begin.run();
    try {
      const totals = new Totals();
      let outcomes = '';
      for (const row of rows) outcomes += this.#insertOne(row, totals, onRefusal);
      for (const act of acts) outcomes += this.#actOne(act, outcomes, onRefusal);
      for (const [key, events] of totals) {
        this.#addTotal.run(...key, events);
        if (events < 0) this.#clearTotal.run(...key);
      }
      this.#commit.run();
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

  #insertOne(row: RowValues, totals: Totals, onRefusal: (reason: string) => void): keyof typeof OUTCOMES {
    try {
      if (this.#insert.run(row).changes === 0 && !this.#replaceRetold(row, totals)) return 'r';
    } catch (error) {
      // SQLite undoes the one statement for a bad value, but the whole transaction when the disk fails.
      if (!this.#db.inTransaction || !isRefusal(error)) throw error;
      onRefusal((error as Error).message);
      return 'x';
    }
    totals.add(row);
    return 'a';
  }

  /**
   * Of an act that several wires tell, the one that says most of it is kept, in whichever order they arrive. Product
   * events tell what an act on a widget, a media or an order comes to on a product; only a user activity says whose
   * choice it was, and about what.
   */
  #replaceRetold(row: RowValues, totals: Totals): boolean {
    const retold = this.#takeRetold.get(row[CUSTOMER], row[ID], row[KIND], row[WIRE]);
    if (!retold) return false;
    totals.add(retold, -1);
    this.#insert.run(row);
    return true;
  }

  /** @param outcomes of the rows: an act whose row is a repetition, or was refused, shares its fate */
  #actOne(act: PlacedAct, outcomes: string, onRefusal: (reason: string) => void): string {
    const outcome = act.row === undefined ? 'a' : (outcomes[act.row] as string);
    if (outcome !== 'a') return outcome;
    try {
      return this.#people.apply(act) ? 'a' : 'x';
    } catch (error) {
      if (!this.#db.inTransaction || !isRefusal(error)) throw error;
      onRefusal((error as Error).message);
      return 'x';
    }
  }
}

/** Whether the database objects to this row, rather than being unable to write any. */
function isRefusal(error: unknown): boolean {
  const code = (error as { code?: string }).code;
  return code === undefined || /^SQLITE_(CONSTRAINT|MISMATCH|TOOBIG|RANGE)/.test(code);
}
