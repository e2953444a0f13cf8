import { COLUMNS, type RowValues } from './columns.ts';
import { dayOf } from './event-store.ts';

const at = (name: (typeof COLUMNS)[number]) => COLUMNS.indexOf(name);
const CUSTOMER = at('customer_id');
const OCCURRED = at('occurred_at');
const GROUPED = (['kind', 'action', 'scope_kind', 'scope_id', 'media_id'] as const).map(at);

export type TotalKey = (string | number)[];

/** What a batch adds to `daily_totals`: one entry for each customer, day, kind, action, scope and media in it. */
export class Totals {
  readonly #counts = new Map<string, { key: TotalKey; events: number }>();

  /** @param by -1 for a row that is gone */
  add(row: RowValues, by = 1): void {
    // A primary key holds no NULL: what an event does not have is the empty string there.
    const key = [
      row[CUSTOMER] as number,
      dayOf(row[OCCURRED] as number),
      ...GROUPED.map((column) => row[column] ?? ''),
    ];
    const name = key.join('\0');
    const count = this.#counts.get(name);
    if (count) count.events += by;
    else this.#counts.set(name, { key, events: by });
  }

  *[Symbol.iterator](): Iterator<[TotalKey, number]> {
    for (const { key, events } of this.#counts.values()) if (events !== 0) yield [key, events];
  }
}
