import type Database from 'better-sqlite3';
import { dayOf } from '../days.ts';
import { at, type RowValues } from '../event-row.ts';
import type { DayCount } from '../reading/product-events.ts';
import { Bitmap, BLOCK } from './bitmap.ts';

/**
 * The ordinals of product events. Each product event has an ordinal among those of its customer and day, from 0 in order
 * of arrival, and keeps it. The ordinals of the events that have a facet (`facets.ts`) are stored as bitmaps, one for each
 * `BLOCK` of them. Events that have several facets are counted by AND. The columns of the database call an ordinal
 * `place`.
 */

const CUSTOMER = at('customer_id');
const KIND = at('kind');
const OCCURRED = at('occurred_at');

/** A day of a customer, within a transaction. */
interface ProductDay {
  customer: number;
  day: number;
  /** The ordinal of the next event. A caller that assigns it increments it. */
  nextOrdinal: number;
}

/** The next ordinal of each day, within transactions of the caller. */
export class ProductDays {
  readonly #stored: Database.Statement<[number, number], number>;
  readonly #store: Database.Statement;
  readonly #days = new Map<string, ProductDay>();

  constructor(db: Database.Database) {
    this.#stored = db
      .prepare<[number, number], number>('SELECT places FROM product_days WHERE customer_id = ? AND day = ?')
      .pluck();
    this.#store = db.prepare(
      'INSERT INTO product_days VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET places = excluded.places',
    );
  }

  /** Forgets the days of an earlier transaction, which may have been rolled back. Other connections write, too. */
  begin(): void {
    this.#days.clear();
  }

  /** The day on which a row needs an ordinal; nothing unless it is a product event. */
  of(row: RowValues): ProductDay | undefined {
    if (row[KIND] !== 'product') return undefined;
    const [customer, day] = [row[CUSTOMER] as number, dayOf(row[OCCURRED] as number)];
    const name = `${customer} ${day}`;
    const found = this.#days.get(name) ?? { customer, day, nextOrdinal: this.#stored.get(customer, day) ?? 0 };
    this.#days.set(name, found);
    return found;
  }

  /** To be called before the transaction is committed. */
  save(): void {
    for (const { customer, day, nextOrdinal } of this.#days.values()) this.#store.run(customer, day, nextOrdinal);
  }
}

/** An ordinal that is assigned, or, as its complement (`~ordinal`), one whose event is gone. */
export type OrdinalChange = number;

/** Writes the ordinals of facets, within a transaction of the caller. */
export class OrdinalsWriter {
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
  write(customer: number, facet: Buffer, day: number, changes: readonly OrdinalChange[]): void {
    for (const [block, ofBlock] of Map.groupBy(changes, (change) => Math.floor(ordinalOf(change) / BLOCK))) {
      const bitmap = this.#bitmap.load(this.#stored.get(customer, facet, day, block));
      for (const change of ofBlock) {
        if (change < 0) bitmap.clear(ordinalOf(change) % BLOCK);
        else bitmap.set(change % BLOCK);
      }
      const bytes = bitmap.store();
      if (bytes) this.#store.run(customer, facet, day, block, bytes);
      else this.#remove.run(customer, facet, day, block);
    }
  }
}

function ordinalOf(change: OrdinalChange): number {
  return change < 0 ? ~change : change;
}

/** More blocks than a day ever has: 8,000,000,000 product events of a customer. */
const MAX_BLOCKS = 2 ** 20;

/** Counts the events that have all of some facets, by day, on the days from `first` to `last`, both included. */
export function ordinalsReader(db: Database.Database) {
  const ofFacet = db
    .prepare<[number, Buffer, number, number], [day: number, block: number, ordinals: Buffer]>(
      `SELECT day, block, places FROM product_places
        WHERE customer_id = ? AND facet = ? AND day BETWEEN ? AND ? ORDER BY day, block`,
    )
    .raw();
  const [common, other] = [new Bitmap(), new Bitmap()];

  return (customer: number, facets: readonly Buffer[], first: number, last: number): DayCount[] => {
    // Day and block are one number: texts as keys would cost as much as all the rest.
    const blocks = new Map<number, { day: number; sets: Buffer[] }>();
    for (const [nth, facet] of facets.entries()) {
      for (const [day, block, ordinals] of ofFacet.all(customer, facet, first, last)) {
        const name = day * MAX_BLOCKS + block;
        if (nth === 0) blocks.set(name, { day, sets: [ordinals] });
        else blocks.get(name)?.sets.push(ordinals);
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
