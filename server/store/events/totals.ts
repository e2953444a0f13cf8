import type Database from 'better-sqlite3';
import { COLUMNS, type RowValues } from './columns.ts';
import { dayOf } from './event-store.ts';
import { facetId, facetsOf } from './facets.ts';

const at = (name: (typeof COLUMNS)[number]) => COLUMNS.indexOf(name);
const CUSTOMER = at('customer_id');
const OCCURRED = at('occurred_at');
const KIND = at('kind');
const ACTION = at('action');
const USER_AGENT = at('user_agent');
const PAGE_URL = at('page_url');
const PROPS = at('props');
const GROUPED = (['kind', 'action', 'scope_kind', 'scope_id', 'media_id'] as const).map(at);

/** Where `product_totals` counts acts of any type. */
export const ANY_ACTION = '';

interface Count {
  key: (string | number)[];
  events: number;
}

/** What rows add to the totals: the one place that says what is counted, for new events and for a rebuild. */
export class Totals {
  /** By customer, day, kind, action, scope and media. */
  readonly daily = new Map<string, Count>();
  /** Acts on products, by customer, facet, action and day. */
  readonly products = new Map<string, Count>();

  /** @param by -1 for a row that is gone */
  add(row: RowValues, by = 1): void {
    const customer = row[CUSTOMER] as number;
    const day = dayOf(row[OCCURRED] as number);
    // A primary key holds no NULL: what an event does not have is the empty string there.
    count(this.daily, [customer, day, ...GROUPED.map((column) => row[column] ?? '')], by);
    if (row[KIND] !== 'product') return;
    const [userAgent, pageUrl, props] = [row[USER_AGENT], row[PAGE_URL], row[PROPS]] as (string | null)[];
    for (const facet of facetsOf(userAgent ?? null, pageUrl ?? null, props ?? null)) {
      count(this.products, [customer, facet, (row[ACTION] as string | null) ?? ANY_ACTION, day], by);
      if (row[ACTION] !== null) count(this.products, [customer, facet, ANY_ACTION, day], by);
    }
  }
}

function count(counts: Map<string, Count>, key: (string | number)[], by: number): void {
  const name = key.join('\0');
  const found = counts.get(name);
  if (found) found.events += by;
  else counts.set(name, { key, events: by });
}

/** Writes totals within a transaction of somebody else's. */
export class TotalsWriter {
  readonly #daily: (key: unknown[], events: number) => void;
  readonly #products: (key: unknown[], events: number) => void;

  constructor(db: Database.Database) {
    this.#daily = adder(db, 'daily_totals', 'customer_id, day, kind, action, scope_kind, scope_id, media_id');
    this.#products = adder(db, 'product_totals', 'customer_id, facet, action, day');
  }

  write({ daily, products }: Totals): void {
    for (const { key, events } of daily.values()) this.#daily(key, events);
    for (const { key, events } of products.values()) {
      const [customer, facet, ...rest] = key;
      this.#products([customer, facetId(facet as string), ...rest], events);
    }
  }
}

function adder(db: Database.Database, table: string, key: string): (key: unknown[], events: number) => void {
  const places = key.replace(/\w+/g, '?');
  const add = db.prepare(
    `INSERT INTO ${table} VALUES (${places}, ?) ON CONFLICT DO UPDATE SET events = events + excluded.events`,
  );
  const clear = db.prepare(`DELETE FROM ${table} WHERE (${key}) = (${places}) AND events = 0`);
  return (values, events) => {
    if (events === 0) return;
    add.run(...values, events);
    if (events < 0) clear.run(...values);
  };
}

/** Rows whose totals are gathered before they are written. */
const AT_A_TIME = 20_000;

/**
 * Forgets all totals and counts the events anew, within a transaction of somebody else's.
 * @param progress told how many events are counted, first 0 and last all of them
 */
export function recount(db: Database.Database, progress: (counted: number, all: number) => void = () => {}): void {
  const all = db.prepare('SELECT count(*) FROM events').pluck().get() as number;
  const page = db
    .prepare<[number, number], [number, ...RowValues]>(
      `SELECT rowid, ${COLUMNS} FROM events WHERE rowid > ? ORDER BY rowid LIMIT ?`,
    )
    .raw();
  db.exec('DELETE FROM daily_totals; DELETE FROM product_totals');
  const writer = new TotalsWriter(db);
  progress(0, all);
  let counted = 0;
  for (let rows = page.all(0, AT_A_TIME); rows.length > 0; rows = page.all(rows.at(-1)?.[0] ?? 0, AT_A_TIME)) {
    const totals = new Totals();
    for (const [, ...row] of rows) totals.add(row);
    writer.write(totals);
    counted += rows.length;
    progress(counted, all);
  }
}
