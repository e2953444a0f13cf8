import type Database from 'better-sqlite3';
import { dayOf } from '../days.ts';
import { at, COLUMNS, type RowValues } from '../event-row.ts';
import { ALL_EVENTS, type FacetColumns, facetId, facetsOf } from './facets.ts';
import { type OrdinalChange, OrdinalsWriter, ProductDays } from './ordinals.ts';

const CUSTOMER = at('customer_id');
const OCCURRED = at('occurred_at');
const FACET_COLUMNS = (['action', 'user_agent', 'page_url', 'props'] as const).map(at);
const GROUPED = (['kind', 'action', 'scope_kind', 'scope_id', 'media_id'] as const).map(at);

/** Numbers of events by customer, day, kind, action, scope and media. The key of the map is a text of these. */
export type DailyCounts = Map<string, { key: (string | number)[]; events: number }>;

/** The product events of a day that have a facet. */
interface FacetCount {
  customer: number;
  facet: string;
  day: number;
  events: number;
  ordinals: OrdinalChange[];
}

/** What rows add to the totals. It defines what is counted, for new events and for a rebuild. */
export class Totals {
  readonly daily: DailyCounts = new Map();
  /** Product events, by customer, facet and day. */
  readonly products = new Map<string, FacetCount>();
  /** Whether any row was removed. */
  takesAway = false;

  /**
   * @param ordinal of a product event, among those of its day
   * @param by -1 for a row that is removed
   */
  add(row: RowValues, ordinal: number | null, by: 1 | -1 = 1): void {
    if (by < 0) this.takesAway = true;
    const customer = row[CUSTOMER] as number;
    const day = dayOf(row[OCCURRED] as number);
    // A primary key holds no NULL, so a value that an event does not have is the empty string there.
    this.#count([customer, day, ...GROUPED.map((column) => row[column] ?? '')], by);
    if (ordinal === null) return;
    const [action, userAgent, pageUrl, props] = FACET_COLUMNS.map((column) => row[column] ?? null) as (string | null)[];
    for (const facet of facetsOf({ action, userAgent, pageUrl, props } as FacetColumns)) {
      const name = `${customer}\0${day}\0${facet}`;
      const found = this.products.get(name) ?? { customer, facet, day, events: 0, ordinals: [] };
      this.products.set(name, found);
      found.events += by;
      found.ordinals.push(by > 0 ? ordinal : ~ordinal);
    }
  }

  #count(key: (string | number)[], by: number): void {
    const name = key.join('\0');
    const found = this.daily.get(name);
    if (found) found.events += by;
    else this.daily.set(name, { key, events: by });
  }
}

/** Writes totals, within a transaction of the caller. */
export class TotalsWriter {
  readonly #daily: (key: unknown[], events: number) => void;
  readonly #products: (key: unknown[], events: number) => void;
  readonly #ordinals: OrdinalsWriter;

  constructor(db: Database.Database) {
    this.#daily = adder(db, 'counted_totals', 'customer_id, day, kind, action, scope_kind, scope_id, media_id');
    this.#products = adder(db, 'product_totals', 'customer_id, facet, day');
    this.#ordinals = new OrdinalsWriter(db);
  }

  writeDaily(daily: DailyCounts): void {
    for (const { key, events } of daily.values()) this.#daily(key, events);
  }

  writeProducts({ products }: Totals): void {
    for (const { customer, facet, day, events, ordinals } of products.values()) {
      const id = facetId(facet);
      this.#products([customer, id, day], events);
      // All events together restrict no other facet, so their ordinals are never asked for.
      if (facet !== ALL_EVENTS) this.#ordinals.write(customer, id, day, ordinals);
    }
  }
}

function adder(db: Database.Database, table: string, key: string): (key: unknown[], events: number) => void {
  const marks = key.replace(/\w+/g, '?');
  const add = db.prepare(
    `INSERT INTO ${table} VALUES (${marks}, ?) ON CONFLICT DO UPDATE SET events = events + excluded.events`,
  );
  const clear = db.prepare(`DELETE FROM ${table} WHERE (${key}) = (${marks}) AND events = 0`);
  return (values, events) => {
    if (events === 0) return;
    add.run(...values, events);
    if (events < 0) clear.run(...values);
  };
}

/** Marks all events as counted in `counted_totals`. */
export const COUNT_ALL = 'UPDATE counted SET up_to = (SELECT coalesce(max(rowid), 0) FROM events)';

/** Rows whose totals are gathered before they are written. More rows take more memory. */
const BATCH_SIZE = 20_000;

/**
 * Deletes totals and ordinals, counts the events anew and assigns ordinals to product events in order of arrival, within
 * a transaction of the caller. Days of which events were erased keep their totals: they cannot be counted any more.
 * @param progress is called with the number of events that are counted, first 0 and last all of them
 */
export function recount(db: Database.Database, progress: (counted: number, all: number) => void = () => {}): void {
  const all = db.prepare('SELECT count(*) FROM events').pluck().get() as number;
  const page = db
    .prepare<[number, number], [number, ...RowValues]>(
      `SELECT rowid, ${COLUMNS} FROM events WHERE rowid > ? ORDER BY rowid LIMIT ?`,
    )
    .raw();
  const setOrdinal = db.prepare('UPDATE events SET place = ? WHERE rowid = ?');
  const erased = new Set(db.prepare("SELECT customer_id || ' ' || day FROM erased_days").pluck().all());
  const isErased = (row: RowValues) => erased.has(`${row[CUSTOMER]} ${dayOf(row[OCCURRED] as number)}`);
  const upTo = db.prepare('SELECT up_to FROM counted').pluck().get() as number;
  for (const table of ['counted_totals', 'product_totals', 'product_places', 'product_days'])
    db.exec(`DELETE FROM ${table} WHERE (customer_id, day) NOT IN (SELECT customer_id, day FROM erased_days)`);
  const writer = new TotalsWriter(db);
  const days = new ProductDays(db);
  progress(0, all);
  let counted = 0;
  for (let rows = page.all(0, BATCH_SIZE); rows.length > 0; rows = page.all(rows.at(-1)?.[0] ?? 0, BATCH_SIZE)) {
    const totals = new Totals();
    /** The latest events of days that keep their totals; their product totals are complete. */
    const pending = new Totals();
    for (const [rowid, ...row] of rows) {
      if (isErased(row)) {
        if (rowid > upTo) pending.add(row, null);
        continue;
      }
      const day = days.of(row);
      const ordinal = day?.nextOrdinal ?? null;
      if (day) setOrdinal.run(day.nextOrdinal++, rowid);
      totals.add(row, ordinal);
    }
    writer.writeDaily(totals.daily);
    writer.writeProducts(totals);
    writer.writeDaily(pending.daily);
    counted += rows.length;
    progress(counted, all);
  }
  days.save();
  db.exec(COUNT_ALL);
}
