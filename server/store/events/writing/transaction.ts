import type Database from 'better-sqlite3';
import type { UserPointErasures } from '../../user-points/erasures.ts';
import { UserPointError } from '../../user-points/user-points.ts';
import { UserPointWriter } from '../../user-points/writer.ts';
import { ErasedIds } from '../erasure/erased-ids.ts';
import { COLUMNS, type RowValues } from '../event-row.ts';
import { ProductDays } from '../totals/ordinals.ts';
import { PendingTotals } from '../totals/pending-totals.ts';
import { Totals, TotalsWriter } from '../totals/totals.ts';
import { isHarmless, type WriteOutcome } from './outcomes.ts';
import { type RowWithOrdinal, RowWriter } from './row-writer.ts';
import type { SideWrite, Submission } from './submission.ts';

/** Is called with the reason why the database refuses a row, for the operator's log. */
type OnRefusal = (reason: string) => void;

/** Writes rows of events, counts them, and writes what belongs to them: one transaction for each `write`. */
export class EventWriter {
  readonly #db: Database.Database;
  readonly #rows: RowWriter;
  readonly #totals: TotalsWriter;
  readonly #pending: PendingTotals;
  readonly #days: ProductDays;
  readonly #erased: ErasedIds;
  readonly #userPoints: UserPointWriter;
  readonly #begin: Database.Statement;
  readonly #commit: Database.Statement;
  readonly #save: Database.Statement;
  readonly #undo: Database.Statement;
  readonly #release: Database.Statement;
  readonly #touch: Database.Statement;
  /** What refusals of people erase step by step, between the transactions. */
  readonly erasures: UserPointErasures;

  /** @param maxPending see `PendingTotals`; a test has its own */
  constructor(db: Database.Database, maxPending?: number) {
    this.#db = db;
    this.#userPoints = new UserPointWriter(db);
    this.erasures = this.#userPoints.erasures;
    this.#rows = new RowWriter(db);
    this.#totals = new TotalsWriter(db);
    this.#pending = new PendingTotals(db, this.#totals, maxPending);
    this.#days = new ProductDays(db);
    this.#erased = new ErasedIds(db);
    this.#begin = db.prepare('BEGIN IMMEDIATE');
    this.#commit = db.prepare('COMMIT');
    this.#save = db.prepare('SAVEPOINT submission');
    this.#undo = db.prepare('ROLLBACK TO submission');
    this.#release = db.prepare('RELEASE submission');
    this.#touch = db.prepare(
      'INSERT INTO health VALUES (1, ?) ON CONFLICT DO UPDATE SET checked_at = excluded.checked_at',
    );
  }

  /**
   * Stores submissions durably. A row that the database refuses leaves the others as they are, unless it has side writes.
   * @returns the outcome of each row and then each side write, submission by submission
   * @throws when the transaction as a whole failed, as on a full disk; then nothing is stored
   */
  write(submissions: readonly Submission[], onRefusal: OnRefusal): WriteOutcome[] {
    this.#begin.run();
    try {
      this.#days.begin();
      this.#erased.begin();
      this.#pending.begin();
      const totals = new Totals();
      const outcomes: WriteOutcome[] = [];
      for (const submission of submissions) outcomes.push(...this.#writeOne(submission, totals, onRefusal));
      this.#totals.writeProducts(totals);
      this.#pending.add(totals.daily, totals.takesAway);
      this.#days.save();
      this.#commit.run();
      return outcomes;
    } catch (error) {
      this.#pending.undo();
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

  #writeOne({ rows, sideWrites }: Submission, totals: Totals, onRefusal: OnRefusal): WriteOutcome[] {
    const atomic = sideWrites.length > 0;
    if (atomic) this.#save.run();
    const ordinals: (number | null)[] = [];
    const superseded: RowWithOrdinal[] = [];
    const ofRows = rows.map((row): WriteOutcome => {
      const day = this.#days.of(row);
      const ordinal = day?.nextOrdinal ?? null;
      const outcome = this.#erased.has(row) ? 'erased' : this.#insertRow(row, ordinal, superseded, onRefusal);
      if (day && outcome === 'accepted') day.nextOrdinal++;
      ordinals.push(ordinal);
      return outcome;
    });
    const outcomes = [...ofRows, ...sideWrites.map((one) => this.#writeAside(one, ofRows, onRefusal))];
    if (atomic) {
      const valid = outcomes.every(isHarmless);
      if (!valid) this.#undo.run();
      this.#release.run();
      if (!valid) return outcomes.map((outcome) => (outcome === 'accepted' ? 'refused' : outcome));
    }
    rows.forEach((row, index) => {
      if (ofRows[index] === 'accepted') totals.add(row, ordinals[index] ?? null);
    });
    for (const row of superseded) totals.add(row, row[COLUMNS.length] as number | null, -1);
    return outcomes;
  }

  #insertRow(
    row: RowValues,
    ordinal: number | null,
    superseded: RowWithOrdinal[],
    onRefusal: OnRefusal,
  ): 'accepted' | 'repeated' | 'refused' {
    try {
      return this.#rows.write(row, ordinal, superseded);
    } catch (error) {
      return this.#refused(error, onRefusal);
    }
  }

  /**
   * @param ofRows the outcomes of its submission's rows. A side write of a row that is not stored is not written either,
   *   and has the row's outcome. So has one of no row where all rows belong to an erased visitor
   */
  #writeAside(sideWrite: SideWrite, ofRows: readonly WriteOutcome[], onRefusal: OnRefusal): WriteOutcome {
    const allErased = ofRows.length > 0 && ofRows.every((outcome) => outcome === 'erased');
    const row = 'sql' in sideWrite ? undefined : sideWrite.row;
    const fate = row === undefined ? (allErased ? 'erased' : 'accepted') : (ofRows[row] as WriteOutcome);
    if (fate !== 'accepted') return fate;
    try {
      if ('sql' in sideWrite) this.#db.prepare(sideWrite.sql).run(sideWrite.values);
      else this.#userPoints.apply(sideWrite);
      return 'accepted';
    } catch (error) {
      return error instanceof UserPointError ? error.problem : this.#refused(error, onRefusal);
    }
  }

  /** @throws what is no refusal: SQLite undoes one statement for a bad value, but the transaction when the disk fails */
  #refused(error: unknown, onRefusal: OnRefusal): 'refused' {
    if (!this.#db.inTransaction || !isRefusal(error)) throw error;
    onRefusal((error as Error).message);
    return 'refused';
  }
}

/** Whether the database objects to this row, rather than being unable to write any. */
function isRefusal(error: unknown): boolean {
  const code = (error as { code?: string }).code;
  return code === undefined || /^SQLITE_(CONSTRAINT|MISMATCH|TOOBIG|RANGE)/.test(code);
}
