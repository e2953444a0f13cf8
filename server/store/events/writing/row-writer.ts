import type Database from 'better-sqlite3';
import { at, COLUMNS, type RowValues } from '../event-row.ts';

const CUSTOMER = at('customer_id');
const ID = at('id');
const KIND = at('kind');
const WIRE = at('wire');
const PREVIOUS_ID = at('previous_id');

/** A stored row with its ordinal among the product events of its day, where it is one (`ordinals.ts`). */
export type RowWithOrdinal = [...row: RowValues, ordinal: number | null];

/** Inserts rows into `events`, within a transaction of the caller. */
export class RowWriter {
  readonly #insert: Database.Statement;
  readonly #deleteSuperseded: Database.Statement<unknown[], RowWithOrdinal>;

  constructor(db: Database.Database) {
    this.#insert = db.prepare(
      `INSERT INTO events (${COLUMNS}, place) VALUES (${COLUMNS.map(() => '?')}, ?)
         ON CONFLICT (customer_id, id) DO NOTHING`,
    );
    this.#deleteSuperseded = db
      .prepare<unknown[], RowWithOrdinal>(
        `DELETE FROM events WHERE customer_id = ? AND id = ? AND (kind = 'product' AND ? <> 'product'
           OR kind = 'choice' AND wire <> 'activities' AND ? = 'activities') RETURNING ${COLUMNS}, place`,
      )
      .raw();
  }

  /**
   * @param superseded gets the row that this one takes the place of
   * @returns whether the row is stored, or repeats one that is
   * @throws what the database says of a row that it refuses
   */
  write(row: RowValues, ordinal: number | null, superseded: RowWithOrdinal[]): 'accepted' | 'repeated' {
    if (this.#insert.run(row, ordinal).changes > 0) return 'accepted';
    return this.#supersede(row, ordinal, superseded) ? 'accepted' : 'repeated';
  }

  /**
   * Several wires may send the same event. The row that says most of it is kept, in whichever order the rows arrive.
   * Product events say what an act on a widget, a media or an order means for a product; only a user activity says whose
   * choice it was, and about what.
   */
  #supersede(row: RowValues, ordinal: number | null, superseded: RowWithOrdinal[]): boolean {
    const earlier = this.#deleteSuperseded.get(row[CUSTOMER], row[ID], row[KIND], row[WIRE]);
    if (!earlier) return false;
    superseded.push(earlier);
    // Not every wire carries the previous id, by which erasure finds what belongs together.
    const previousId = row[PREVIOUS_ID] ?? earlier[PREVIOUS_ID] ?? null;
    this.#insert.run(row.with(PREVIOUS_ID, previousId), ordinal);
    return true;
  }
}
