import type Database from 'better-sqlite3';
import { DAY_MS } from '../days.ts';
import { facetId, facetsOfFilter, metadataFacets, metadataFacetsOf, originOfReferer } from '../totals/facets.ts';
import { ordinalsReader } from '../totals/ordinals.ts';
import type { DayCount, ProductFilter, ProductPage, ProductRow } from './product-events.ts';

/** The index is named because SQLite would rather walk the index of all kinds. */
const OF_PRODUCTS = 'events INDEXED BY events_of_products';
const COLUMNS = 'id, action, wire, page_url, user_agent, occurred_at, segments, props';

interface Stored {
  id: string;
  action: string | null;
  wire: string;
  page_url: string | null;
  user_agent: string | null;
  occurred_at: number;
  segments: string | null;
  props: string | null;
}

/** `ProductEvents` over one connection; it runs in the reader's thread. */
export function productQueries(db: Database.Database) {
  // The facets of an event are defined once, for totals and for reading the event itself.
  db.function('has_metadata', { deterministic: true }, (props, facet) =>
    Number(metadataFacetsOf(props as string | null).includes(facet as string)),
  );
  const totals = db.prepare<[number, Buffer, number, number], DayCount>(
    `SELECT day, events FROM product_totals
      WHERE customer_id = ? AND facet = ? AND day BETWEEN ? AND ? ORDER BY day`,
  );
  const countShared = ordinalsReader(db);
  const byId = db.prepare<[number, string], Stored>(
    `SELECT ${COLUMNS} FROM events WHERE customer_id = ? AND id = ? AND kind = 'product'`,
  );
  const byRowid = db.prepare<[number], Stored>(`SELECT ${COLUMNS} FROM events WHERE rowid = ?`);

  /** The days that have such events, with their number. */
  function daysOf(customerId: number, filter: ProductFilter): DayCount[] {
    const { first = 0, last = Number.MAX_SAFE_INTEGER } = filter.days ?? {};
    const facets = facetsOfFilter(filter).map(facetId);
    const [only, ...others] = facets as [Buffer, ...Buffer[]];
    return others.length > 0 ? countShared(customerId, facets, first, last) : totals.all(customerId, only, first, last);
  }

  const erasedDays = db
    .prepare<[number, number, number], number>(
      'SELECT day FROM erased_days WHERE customer_id = ? AND day BETWEEN ? AND ?',
    )
    .pluck();

  return {
    /**
     * Days before the page, and days without such events, are skipped without reading their events. Where events were
     * erased, totals are larger than the number of events, and the events are counted.
     */
    list: db.transaction(
      (customerId: number, filter: ProductFilter, { page, perPage, newestFirst }: ProductPage): ProductRow[] => {
        const days = daysOf(customerId, filter);
        const where = conditions(customerId, filter);
        const order = newestFirst ? 'DESC' : 'ASC';
        // The index alone finds the page, and only its own rows are read.
        const ofDay = db
          .prepare<unknown[], number>(
            `SELECT rowid FROM ${OF_PRODUCTS} WHERE ${where.sql}
              ORDER BY occurred_at ${order}, action ${order}, rowid ${order} LIMIT ?`,
          )
          .pluck();
        const countOfDay = db
          .prepare<unknown[], number>(`SELECT count(*) FROM ${OF_PRODUCTS} WHERE ${where.sql}`)
          .pluck();
        const erased = new Set(erasedDays.all(customerId, days[0]?.day ?? 0, days.at(-1)?.day ?? 0));
        const rowids: number[] = [];
        let skip = (page - 1) * perPage;
        for (const { day, events: total } of newestFirst ? days.reverse() : days) {
          if (rowids.length === perPage) break;
          const events =
            skip > 0 && erased.has(day) ? (countOfDay.get(...where.values, ...within(day)) as number) : total;
          if (skip >= events) {
            skip -= events;
            continue;
          }
          const found = ofDay.all(...where.values, ...within(day), skip + perPage - rowids.length);
          rowids.push(...found.slice(skip));
          skip = Math.max(0, skip - found.length);
        }
        return rowids.map((rowid) => rowOf(byRowid.get(rowid) as Stored));
      },
    ),

    one(customerId: number, id: string): ProductRow | undefined {
      const found = byId.get(customerId, id);
      return found && rowOf(found);
    },

    perDay: db.transaction(daysOf),
  };
}

/** The beginning of a day and of the next, in milliseconds: the last two values of `conditions`. */
function within(day: number): [number, number] {
  return [day * DAY_MS, (day + 1) * DAY_MS];
}

/** The condition for rows of one day; its `values` lack those of `within`. */
function conditions(customerId: number, { action, device, referer, metadata = {} }: ProductFilter) {
  const terms = ['customer_id = ?', `kind = 'product'`];
  const values: unknown[] = [customerId];
  const add = (term: string, ...bound: unknown[]) => {
    terms.push(term);
    values.push(...bound);
  };
  if (action !== undefined) add('action = ?', action);
  if (device !== undefined) add('user_agent = ?', device);
  const origin = originOfReferer(referer);
  // Not LIKE, whose wildcards may stand in a URL.
  if (origin) add('(page_url = ? OR substr(page_url, 1, ?) = ?)', origin, origin.length + 1, `${origin}/`);
  else if (referer !== undefined) add('page_url = ?', referer);
  for (const facet of metadataFacets(metadata)) add('has_metadata(props, ?)', facet);
  return { sql: [...terms, 'occurred_at >= ? AND occurred_at < ?'].join(' AND '), values };
}

function rowOf({ id, action, wire, page_url, user_agent, occurred_at, segments, props }: Stored): ProductRow {
  return {
    id,
    action: action ?? undefined,
    wire,
    pageUrl: page_url ?? undefined,
    userAgent: user_agent ?? undefined,
    occurredAt: occurred_at,
    segments: segments === null ? undefined : JSON.parse(segments),
    props: props === null ? undefined : JSON.parse(props),
  };
}
