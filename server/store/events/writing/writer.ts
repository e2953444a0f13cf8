import type Database from 'better-sqlite3';
import type { Erasures } from '../../user-points/erasures.ts';
import { type PersonProblem, PersonRefused } from '../../user-points/user-points.ts';
import { PeopleWriter, type PlacedAct } from '../../user-points/writer.ts';
import { ErasedIds } from '../erasure/erased-ids.ts';
import { at, COLUMNS, type RowValues } from '../event-row.ts';
import type { RowOutcome } from '../event-store.ts';
import { ProductDays } from '../totals/ordinals.ts';
import { Uncounted } from '../totals/pending-totals.ts';
import { Totals, TotalsWriter } from '../totals/totals.ts';

const CUSTOMER = at('customer_id');
const ID = at('id');
const KIND = at('kind');
const WIRE = at('wire');
const PREVIOUS_ID = at('previous_id');

/**
 * What became of a row, in the one letter in which the writer's thread says it. An event that an erased visitor's browser
 * still had (`e`) is not stored: to the sender it is one that was, so that it is not sent again.
 */
export const OUTCOMES: Record<string, RowOutcome> = { a: 'accepted', r: 'repeated', x: 'refused', e: 'repeated' };

/** Why an act on people was refused, in one letter as well. */
export const PROBLEMS: Record<string, PersonProblem> = {
  n: 'names',
  c: 'processings',
  p: 'profile',
  k: 'known',
  g: 'gone',
};
const LETTERS = Object.fromEntries(Object.entries(PROBLEMS).map(([letter, problem]) => [problem, letter]));

/** One statement of what else lives in `events.db`: by it, others share the writer's transactions. */
export interface Statement {
  sql: string;
  values: readonly (string | number | null)[];
}

export type Act = PlacedAct | Statement;

/** What belongs together: with acts, all of it is stored or nothing. */
export interface Whole {
  rows: readonly RowValues[];
  /** `row` of an act counts within these rows. */
  acts: readonly Act[];
}

/** A row with its place among the acts on products of its day, if it is one (`places.ts`). */
type Placed = [...row: RowValues, place: number | null];

/** Writes rows, and counts them, one transaction for each `write`. */
export class EventWriter {
  readonly #db: Database.Database;
  readonly #insert: Database.Statement;
  readonly #totals: TotalsWriter;
  readonly #uncounted: Uncounted;
  readonly #days: ProductDays;
  readonly #erased: ErasedIds;
  readonly #takeRetold: Database.Statement<unknown[], Placed>;
  readonly #touch: Database.Statement;
  readonly #begin: Database.Statement;
  readonly #commit: Database.Statement;
  readonly #save: Database.Statement;
  readonly #undo: Database.Statement;
  readonly #release: Database.Statement;
  readonly #people: PeopleWriter;
  /** What refusals erase step by step, between the writes. */
  readonly erasures: Erasures;

  /** @param mostUncounted see `Uncounted`; a test has its own */
  constructor(db: Database.Database, mostUncounted?: number) {
    this.#db = db;
    this.#people = new PeopleWriter(db);
    this.erasures = this.#people.erasures;
    this.#insert = db.prepare(
      `INSERT INTO events (${COLUMNS}, place) VALUES (${COLUMNS.map(() => '?')}, ?)
         ON CONFLICT (customer_id, id) DO NOTHING`,
    );
    this.#totals = new TotalsWriter(db);
    this.#uncounted = new Uncounted(db, this.#totals, mostUncounted);
    this.#days = new ProductDays(db);
    this.#erased = new ErasedIds(db);
    this.#takeRetold = db
      .prepare<unknown[], Placed>(
        `DELETE FROM events WHERE customer_id = ? AND id = ? AND (kind = 'product' AND ? <> 'product'
           OR kind = 'choice' AND wire <> 'activities' AND ? = 'activities') RETURNING ${COLUMNS}, place`,
      )
      .raw();
    this.#begin = db.prepare('BEGIN IMMEDIATE');
    this.#commit = db.prepare('COMMIT');
    this.#save = db.prepare('SAVEPOINT whole');
    this.#undo = db.prepare('ROLLBACK TO whole');
    this.#release = db.prepare('RELEASE whole');
    this.#touch = db.prepare(
      'INSERT INTO health VALUES (1, ?) ON CONFLICT DO UPDATE SET checked_at = excluded.checked_at',
    );
  }

  /**
   * Stores the rows durably, and says the acts. A row that is refused leaves the others untouched, unless acts go with
   * them.
   * @returns one letter of `OUTCOMES`, or for an act of `PROBLEMS`, for each row and then each act, whole by whole
   * @param onRefusal told why, for the operator's log
   * @throws when the transaction as a whole failed (disk full, input/output error); then nothing is stored
   */
  write(wholes: readonly Whole[], onRefusal: (reason: string) => void): string {
    this.#begin.run();
    try {
      this.#days.begin();
      this.#erased.begin();
      this.#uncounted.begin();
      const totals = new Totals();
      let outcomes = '';
      for (const whole of wholes) outcomes += this.#writeOne(whole, totals, onRefusal);
      this.#totals.writeProducts(totals);
      this.#uncounted.add(totals.daily, totals.takesAway);
      this.#days.save();
      this.#commit.run();
      return outcomes;
    } catch (error) {
      this.#uncounted.undo();
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

  #writeOne({ rows, acts }: Whole, totals: Totals, onRefusal: (reason: string) => void): string {
    if (acts.length > 0) this.#save.run();
    let outcomes = '';
    const places: (number | null)[] = [];
    const replaced: Placed[] = [];
    for (const row of rows) {
      const day = this.#days.of(row);
      const place = day?.places ?? null;
      const outcome = this.#erased.has(row) ? 'e' : this.#insertOne(row, place, replaced, onRefusal);
      if (day && outcome === 'a') day.places++;
      places.push(place);
      outcomes += outcome;
    }
    const ofRows = outcomes;
    for (const act of acts) outcomes += this.#actOne(act, ofRows, onRefusal);
    if (acts.length > 0) {
      const refused = /[^are]/.test(outcomes);
      if (refused) this.#undo.run();
      this.#release.run();
      if (refused) return outcomes.replaceAll('a', 'x');
    }
    rows.forEach((row, index) => {
      if (ofRows[index] === 'a') totals.add(row, places[index] ?? null);
    });
    for (const gone of replaced) totals.add(gone, gone[COLUMNS.length] as number | null, -1);
    return outcomes;
  }

  #insertOne(
    row: RowValues,
    place: number | null,
    replaced: Placed[],
    onRefusal: (reason: string) => void,
  ): keyof typeof OUTCOMES {
    try {
      return this.#insert.run(row, place).changes === 0 && !this.#replaceRetold(row, place, replaced) ? 'r' : 'a';
    } catch (error) {
      // SQLite undoes the one statement for a bad value, but the whole transaction when the disk fails.
      if (!this.#db.inTransaction || !isRefusal(error)) throw error;
      onRefusal((error as Error).message);
      return 'x';
    }
  }

  /**
   * Of an act that several wires tell, the one that says most of it is kept, in whichever order they arrive. Product
   * events tell what an act on a widget, a media or an order comes to on a product; only a user activity says whose
   * choice it was, and about what.
   */
  #replaceRetold(row: RowValues, place: number | null, replaced: Placed[]): boolean {
    const retold = this.#takeRetold.get(row[CUSTOMER], row[ID], row[KIND], row[WIRE]);
    if (!retold) return false;
    replaced.push(retold);
    // Not every wire tells the previous id, and erasure finds by it what belongs together.
    const previousId = row[PREVIOUS_ID] ?? retold[PREVIOUS_ID] ?? null;
    this.#insert.run(row.with(PREVIOUS_ID, previousId), place);
    return true;
  }

  /**
   * @param outcomes of its rows: an act whose row is a repetition, or was refused, shares its fate, and so does one of no
   * row where all of them are of an erased visitor
   */
  #actOne(act: Act, outcomes: string, onRefusal: (reason: string) => void): string {
    const ofNoRow = /^e+$/.test(outcomes) ? 'e' : 'a';
    const outcome = 'sql' in act || act.row === undefined ? ofNoRow : (outcomes[act.row] as string);
    if (outcome !== 'a') return outcome;
    try {
      if ('sql' in act) this.#db.prepare(act.sql).run(act.values);
      else this.#people.apply(act);
      return 'a';
    } catch (error) {
      if (error instanceof PersonRefused) return LETTERS[error.problem] as string;
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
