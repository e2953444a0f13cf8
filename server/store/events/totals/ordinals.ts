import type Database from 'better-sqlite3';
import { at, type RowValues } from '../event-row.ts';
import { dayOf } from '../event-store.ts';
import type { DayCount } from '../reading/product-events.ts';
import { Bitmap, BLOCK } from './bitmap.ts';

/**
 * Which acts on products have a facet (`facets.ts`). Each act has a place among those of its customer and day, from 0 in
 * order of arrival, which it keeps; the places of a facet are stored as bitmaps of `BLOCK` of them. What several facets
 * have in common is counted by AND.
 */

const CUSTOMER = at('customer_id');
const KIND = at('kind');
const OCCURRED = at('occurred_at');

/** A day of a customer, as a transaction has it. */
interface ProductDay {
  customer: number;
  day: number;
  /** How many places were ever given: the next one. Whoever takes it counts it up. */
  places: number;
}

/** How far the places of each day are given, within transactions of somebody else's. */
export class ProductDays {
  readonly #stored: Database.Statement<[number, number], number>;
  readonly #store: Database.Statement;
  readonly #met = new Map<string, ProductDay>();

  constructor(db: Database.Database) {
    this.#stored = db
      .prepare<[number, number], number>('SELECT places FROM product_days WHERE customer_id = ? AND day = ?')
      .pluck();
    this.#store = db.prepare(
      'INSERT INTO product_days VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET places = excluded.places',
    );
  }

  /** Forgets what an earlier transaction met: it may have been rolled back, and others write too. */
  begin(): void {
    this.#met.clear();
  }

  /** The day on which a row needs a place: nothing unless it is an act on a product. */
  of(row: RowValues): ProductDay | undefined {
    if (row[KIND] !== 'product') return undefined;
    const [customer, day] = [row[CUSTOMER] as number, dayOf(row[OCCURRED] as number)];
    const name = `${customer} ${day}`;
    const met = this.#met.get(name) ?? { customer, day, places: this.#stored.get(customer, day) ?? 0 };
    this.#met.set(name, met);
    return met;
  }

  /** To be called before the transaction is committed. */
  save(): void {
    for (const { customer, day, places } of this.#met.values()) this.#store.run(customer, day, places);
  }
}

/** A place that is taken, or, by its complement (`~place`), one that is free again. */
export type PlaceChange = number;

/** Writes the places of facets within a transaction of somebody else's. */
export class PlacesWriter {
  readonly #stored: Database.Statement<[number, Buffer, number, number], Buffer>;
  readonly #store: Database.Statement;
  readonly #remove: Database.Statement;
  readonly #bitmap = new Bitmap();

  constructor(db: Database.Database) {
    const key = '(customer_id, facet, day, block) = (?, ?, ?, ?)';
    this.#stored = db
      .prepare<[number, Buffer, number, number], Buffer>(`SELECT places FROM product_places WHERE ${key}`)
      .pluck();
    this.#store = db.prepare(
      'INSERT INTO product_places VALUES (?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET places = excluded.places',
    );
    this.#remove = db.prepare(`DELETE FROM product_places WHERE ${key}`);
  }

  /** @param changes in the order in which they happened */
  write(customer: number, facet: Buffer, day: number, changes: readonly PlaceChange[]): void {
    for (const [block, ofBlock] of Map.groupBy(changes, (change) => Math.floor(placeOf(change) / BLOCK))) {
      const bitmap = this.#bitmap.load(this.#stored.get(customer, facet, day, block));
      for (const change of ofBlock) {
        if (change < 0) bitmap.clear(placeOf(change) % BLOCK);
        else bitmap.set(change % BLOCK);
      }
      const places = bitmap.store();
      if (places) this.#store.run(customer, facet, day, block, places);
      else this.#remove.run(customer, facet, day, block);
    }
  }
}

function placeOf(change: PlaceChange): number {
  return change < 0 ? ~change : change;
}

/** More than a day ever has: a customer would store 8,000,000,000 acts on it. */
const MOST_BLOCKS = 2 ** 20;

/** Counts what facets have in common on each day; the days between `first` and `last`, both included. */
export function placesReader(db: Database.Database) {
  const ofFacet = db
    .prepare<[number, Buffer, number, number], [day: number, block: number, places: Buffer]>(
      `SELECT day, block, places FROM product_places
        WHERE customer_id = ? AND facet = ? AND day BETWEEN ? AND ? ORDER BY day, block`,
    )
    .raw();
  const [common, other] = [new Bitmap(), new Bitmap()];

  return (customer: number, facets: readonly Buffer[], first: number, last: number): DayCount[] => {
    // By day and block, in one number: texts would cost as much as all the rest.
    const blocks = new Map<number, { day: number; sets: Buffer[] }>();
    for (const [nth, facet] of facets.entries()) {
      for (const [day, block, places] of ofFacet.all(customer, facet, first, last)) {
        const name = day * MOST_BLOCKS + block;
        if (nth === 0) blocks.set(name, { day, sets: [places] });
        else blocks.get(name)?.sets.push(places);
      }
    }
    const counts = new Map<number, number>();
    for (const { day, sets } of blocks.values()) {
      if (sets.length < facets.length) continue;
      const [one, ...others] = sets;
      common.load(one);
      for (const set of others) common.intersect(other.load(set));
      counts.set(day, (counts.get(day) ?? 0) + common.size);
    }
    return [...counts].map(([day, events]) => ({ day, events })).filter(({ events }) => events > 0);
  };
}
