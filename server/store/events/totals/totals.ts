import type Database from 'better-sqlite3';
import { at, COLUMNS, type RowValues } from '../event-row.ts';
import { dayOf } from '../event-store.ts';
import { EVERY, type Found, facetId, facetsOf } from './facets.ts';
import { type PlaceChange, PlacesWriter, ProductDays } from './ordinals.ts';

const CUSTOMER = at('customer_id');
const OCCURRED = at('occurred_at');
const FOUND = (['action', 'user_agent', 'page_url', 'props'] as const).map(at);
const GROUPED = (['kind', 'action', 'scope_kind', 'scope_id', 'media_id'] as const).map(at);

/** Numbers of events by customer, day, kind, action, scope and media, under a name for these. */
export type DailyCounts = Map<string, { key: (string | number)[]; events: number }>;

/** Acts on products that have a facet, on a day. */
interface FacetCount {
  customer: number;
  facet: string;
  day: number;
  events: number;
  places: PlaceChange[];
}

/** What rows add to the totals: the one place that says what is counted, for new events and for a rebuild. */
export class Totals {
  readonly daily: DailyCounts = new Map();
  /** Acts on products, by customer, facet and day. */
  readonly products = new Map<string, FacetCount>();
  /** Whether any row is gone. */
  takesAway = false;

  /**
   * @param place of an act on a product, among those of its day
   * @param by -1 for a row that is gone
   */
  add(row: RowValues, place: number | null, by: 1 | -1 = 1): void {
    if (by < 0) this.takesAway = true;
    const customer = row[CUSTOMER] as number;
    const day = dayOf(row[OCCURRED] as number);
    // A primary key holds no NULL: what an event does not have is the empty string there.
    this.#count([customer, day, ...GROUPED.map((column) => row[column] ?? '')], by);
    if (place === null) return;
    const [action, userAgent, pageUrl, props] = FOUND.map((column) => row[column] ?? null) as (string | null)[];
    for (const facet of facetsOf({ action, userAgent, pageUrl, props } as Found)) {
      const name = `${customer}\0${day}\0${facet}`;
      const found = this.products.get(name) ?? { customer, facet, day, events: 0, places: [] };
      this.products.set(name, found);
      found.events += by;
      found.places.push(by > 0 ? place : ~place);
    }
  }

  #count(key: (string | number)[], by: number): void {
    const name = key.join('\0');
    const found = this.daily.get(name);
    if (found) found.events += by;
    else this.daily.set(name, { key, events: by });
  }
}

/** Writes totals within a transaction of somebody else's. */
export class TotalsWriter {
  readonly #daily: (key: unknown[], events: number) => void;
  readonly #products: (key: unknown[], events: number) => void;
  readonly #places: PlacesWriter;

  constructor(db: Database.Database) {
    this.#daily = adder(db, 'counted_totals', 'customer_id, day, kind, action, scope_kind, scope_id, media_id');
    this.#products = adder(db, 'product_totals', 'customer_id, facet, day');
    this.#places = new PlacesWriter(db);
  }

  writeDaily(daily: DailyCounts): void {
    for (const { key, events } of daily.values()) this.#daily(key, events);
  }

  writeProducts({ products }: Totals): void {
    for (const { customer, facet, day, events, places } of products.values()) {
      const id = facetId(facet);
      this.#products([customer, id, day], events);
      // What all of them have in common with others is the others.
      if (facet !== EVERY) this.#places.write(customer, id, day, places);
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

/** Says that all events are in `counted_totals`. */
export const COUNT_ALL = 'UPDATE counted SET up_to = (SELECT coalesce(max(rowid), 0) FROM events)';

/** Rows whose totals are gathered before they are written. */
const AT_A_TIME = 20_000;

/**
 * Forgets totals and places, counts the events anew and gives acts on products their places, in order of arrival, within
 * a transaction of somebody else's. Days of which events were erased keep what they have: it cannot be counted any more.
 * @param progress told how many events are counted, first 0 and last all of them
 */
export function recount(db: Database.Database, progress: (counted: number, all: number) => void = () => {}): void {
  const all = db.prepare('SELECT count(*) FROM events').pluck().get() as number;
  const page = db
    .prepare<[number, number], [number, ...RowValues]>(
      `SELECT rowid, ${COLUMNS} FROM events WHERE rowid > ? ORDER BY rowid LIMIT ?`,
    )
    .raw();
  const putInPlace = db.prepare('UPDATE events SET place = ? WHERE rowid = ?');
  const erased = new Set(db.prepare("SELECT customer_id || ' ' || day FROM erased_days").pluck().all());
  const isErased = (row: RowValues) => erased.has(`${row[CUSTOMER]} ${dayOf(row[OCCURRED] as number)}`);
  const upTo = db.prepare('SELECT up_to FROM counted').pluck().get() as number;
  for (const table of ['counted_totals', 'product_totals', 'product_places', 'product_days'])
    db.exec(`DELETE FROM ${table} WHERE (customer_id, day) NOT IN (SELECT customer_id, day FROM erased_days)`);
  const writer = new TotalsWriter(db);
  const days = new ProductDays(db);
  progress(0, all);
  let counted = 0;
  for (let rows = page.all(0, AT_A_TIME); rows.length > 0; rows = page.all(rows.at(-1)?.[0] ?? 0, AT_A_TIME)) {
    const totals = new Totals();
    /** The latest events of days that keep what they have; their products are counted. */
    const uncounted = new Totals();
    for (const [rowid, ...row] of rows) {
      if (isErased(row)) {
        if (rowid > upTo) uncounted.add(row, null);
        continue;
      }
      const day = days.of(row);
      const place = day?.places ?? null;
      if (day) putInPlace.run(day.places++, rowid);
      totals.add(row, place);
    }
    writer.writeDaily(totals.daily);
    writer.writeProducts(totals);
    writer.writeDaily(uncounted.daily);
    counted += rows.length;
    progress(counted, all);
  }
  days.save();
  db.exec(COUNT_ALL);
}
