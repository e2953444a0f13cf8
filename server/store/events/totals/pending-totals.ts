import type Database from 'better-sqlite3';
import { COLUMNS, type RowValues } from '../event-row.ts';
import { COUNT_ALL, type DailyCounts, Totals, type TotalsWriter } from './totals.ts';

/**
 * Events that may wait to be counted. The totals of a few events of different media lie on nearly as many pages: written
 * in every small transaction, they would be two thirds of what it writes. Past this number, totals are written.
 */
const MAX_PENDING_EVENTS = 1_000;

/**
 * The totals of the latest events, which `counted_totals` does not include yet. Readers use the view `daily_totals`, which
 * counts these events from their rows, so totals are right at every moment and after every end of the process. What this
 * object remembers only saves reading the rows again.
 */
export class PendingTotals {
  readonly #totals: TotalsWriter;
  readonly #maxEvents: number;
  readonly #countedTo: Database.Statement<[], number>;
  readonly #dataVersion: Database.Statement<[], number>;
  readonly #count: Database.Statement;
  readonly #later: Database.Statement<[number], RowValues>;
  /** The last counted row, and the last write of another connection, before the events of `#daily`; nothing when unknown. */
  #known: string | undefined;
  #daily: DailyCounts = new Map();
  #events = 0;

  constructor(db: Database.Database, totals: TotalsWriter, maxEvents = MAX_PENDING_EVENTS) {
    this.#totals = totals;
    this.#maxEvents = maxEvents;
    this.#countedTo = db.prepare<[], number>('SELECT up_to FROM counted').pluck();
    // `data_version` changes when another connection commits, and never by a write of this one.
    this.#dataVersion = db.prepare<[], number>('PRAGMA data_version').pluck();
    this.#count = db.prepare(COUNT_ALL);
    this.#later = db.prepare<[number], RowValues>(`SELECT ${COLUMNS} FROM events WHERE rowid > ?`).raw();
  }

  /** Call it before a transaction writes: another connection (a rebuild, a second service) may have written and counted. */
  begin(): void {
    if (this.#known === this.#now()) return;
    const totals = new Totals();
    for (const row of this.#later.iterate(this.#countedTo.get() as number)) totals.add(row, null);
    this.#forget(this.#now());
    this.#remember(totals.daily);
  }

  /**
   * Call it after the events of a transaction are written and before its commit.
   * @param removed whether it removed events: where these were counted, the totals have to change at once
   */
  add(daily: DailyCounts, removed: boolean): void {
    this.#remember(daily);
    if (!removed && this.#events < this.#maxEvents) return;
    this.#totals.writeDaily(this.#daily);
    this.#count.run();
    this.#forget(this.#now());
  }

  /** Call it when the transaction failed. */
  undo(): void {
    this.#forget(undefined);
  }

  #remember(daily: DailyCounts): void {
    for (const [name, { key, events }] of daily) {
      const found = this.#daily.get(name);
      if (found) found.events += events;
      else this.#daily.set(name, { key, events });
      this.#events += events;
    }
  }

  #now(): string {
    return `${this.#countedTo.get()} ${this.#dataVersion.get()}`;
  }

  #forget(known: string | undefined): void {
    this.#known = known;
    this.#daily = new Map();
    this.#events = 0;
  }
}
