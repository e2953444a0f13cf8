import type Database from 'better-sqlite3';
import { COLUMNS, type RowValues } from '../event-row.ts';
import { COUNT_ALL, type DailyCounts, Totals, type TotalsWriter } from './totals.ts';

/**
 * Events that may wait to be counted. Nearly each of a few events of different media has a total on a page of its own: to
 * write these in every small transaction would be two thirds of what it writes.
 */
const MOST_UNCOUNTED = 1_000;

/**
 * The latest events, which `counted_totals` does not have yet. Whoever reads totals reads `daily_totals`, where these are
 * counted as they lie in the database: so totals are right at every moment, and after every end of the process.
 * What is remembered here only saves reading them again.
 */
export class Uncounted {
  readonly #totals: TotalsWriter;
  readonly #most: number;
  readonly #countedTo: Database.Statement<[], number>;
  readonly #others: Database.Statement<[], number>;
  readonly #count: Database.Statement;
  readonly #later: Database.Statement<[number], RowValues>;
  /** Up to which row, and after which write of others, those of `#daily` follow; nothing when that is not known. */
  #known: string | undefined;
  #daily: DailyCounts = new Map();
  #events = 0;

  constructor(db: Database.Database, totals: TotalsWriter, most = MOST_UNCOUNTED) {
    this.#totals = totals;
    this.#most = most;
    this.#countedTo = db.prepare<[], number>('SELECT up_to FROM counted').pluck();
    // Changes when another connection commits, and never by what this one writes.
    this.#others = db.prepare<[], number>('PRAGMA data_version').pluck();
    this.#count = db.prepare(COUNT_ALL);
    this.#later = db.prepare<[number], RowValues>(`SELECT ${COLUMNS} FROM events WHERE rowid > ?`).raw();
  }

  /** To be called before a transaction writes: others, a rebuild or a second service, may have written and counted. */
  begin(): void {
    if (this.#known === this.#now()) return;
    const totals = new Totals();
    for (const row of this.#later.iterate(this.#countedTo.get() as number)) totals.add(row, null);
    this.#forget(this.#now());
    this.#remember(totals.daily);
  }

  /**
   * To be called before the transaction is committed, after its events are written.
   * @param replaced whether it took any away: of what was counted, the totals have to say so at once
   */
  add(daily: DailyCounts, replaced: boolean): void {
    this.#remember(daily);
    if (!replaced && this.#events < this.#most) return;
    this.#totals.writeDaily(this.#daily);
    this.#count.run();
    this.#forget(this.#now());
  }

  /** To be called when the transaction failed. */
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
    return `${this.#countedTo.get()} ${this.#others.get()}`;
  }

  #forget(known: string | undefined): void {
    this.#known = known;
    this.#daily = new Map();
    this.#events = 0;
  }
}
