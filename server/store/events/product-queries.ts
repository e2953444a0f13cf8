import type Database from 'better-sqlite3';
import { DAY_MS } from './event-store.ts';
import { facetId, facetsAsked, facetsOf, metadataFacets, originAsked } from './facets.ts';
import type { DayCount, ProductFilter, ProductPage, ProductRow } from './product-events.ts';
import { ANY_ACTION } from './totals.ts';

/** Named, because SQLite would rather walk the index of all kinds. */
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
  // What an event is found by is said once, for totals and for a look at the event itself.
  db.function('has_metadata', { deterministic: true }, (props, facet) =>
    Number(facetsOf(null, null, props as string | null).includes(facet as string)),
  );
  const totals = db.prepare<[number, Buffer, string, number, number], DayCount>(
    `SELECT day, events FROM product_totals
      WHERE customer_id = ? AND facet = ? AND action = ? AND day BETWEEN ? AND ? ORDER BY day`,
  );
  const byId = db.prepare<[number, string], Stored>(
    `SELECT ${COLUMNS} FROM events WHERE customer_id = ? AND id = ? AND kind = 'product'`,
  );
  const byPlace = db.prepare<[number], Stored>(`SELECT ${COLUMNS} FROM events WHERE rowid = ?`);

  /** The days that have such events. Where several facets are asked for, on each day the most that there can be. */
  function daysOf(customerId: number, filter: ProductFilter): { days: DayCount[]; exact: boolean } {
    const { action = ANY_ACTION, days: { first = 0, last = Number.MAX_SAFE_INTEGER } = {} } = filter;
    const facets = facetsAsked(filter);
    const [days = [], ...others] = facets.map((facet) => totals.all(customerId, facetId(facet), action, first, last));
    if (others.length === 0) return { days, exact: true };
    const counts = others.map((other) => new Map(other.map(({ day, events }) => [day, events])));
    const common = days.map(({ day, events }) => ({
      day,
      events: Math.min(events, ...counts.map((other) => other.get(day) ?? 0)),
    }));
    return { days: common.filter(({ events }) => events > 0), exact: false };
  }

  return {
    /** Days that come before the page, or have no such event, are passed over without a look at their events. */
    list: db.transaction(
      (customerId: number, filter: ProductFilter, { page, perPage, newestFirst }: ProductPage): ProductRow[] => {
        const { days, exact } = daysOf(customerId, filter);
        const where = conditions(customerId, filter);
        const order = newestFirst ? 'DESC' : 'ASC';
        // The index alone finds the page, and only its own rows are read.
        const ofDay = db
          .prepare<unknown[], number>(
            `SELECT rowid FROM ${OF_PRODUCTS} WHERE ${where.sql}
              ORDER BY occurred_at ${order}, action ${order}, rowid ${order} LIMIT ?`,
          )
          .pluck();
        const places: number[] = [];
        let skip = (page - 1) * perPage;
        for (const { day, events } of newestFirst ? days.reverse() : days) {
          if (places.length === perPage) break;
          if (exact && skip >= events) {
            skip -= events;
            continue;
          }
          const found = ofDay.all(...where.values, ...within(day), skip + perPage - places.length);
          places.push(...found.slice(skip));
          skip = Math.max(0, skip - found.length);
        }
        return places.map((place) => rowOf(byPlace.get(place) as Stored));
      },
    ),

    one(customerId: number, id: string): ProductRow | undefined {
      const found = byId.get(customerId, id);
      return found && rowOf(found);
    },

    perDay: db.transaction((customerId: number, filter: ProductFilter): DayCount[] => {
      const { days, exact } = daysOf(customerId, filter);
      if (exact) return days;
      const where = conditions(customerId, filter);
      const ofDay = db.prepare<unknown[], number>(`SELECT count(*) FROM ${OF_PRODUCTS} WHERE ${where.sql}`).pluck();
      return days
        .map(({ day }) => ({ day, events: ofDay.get(...where.values, ...within(day)) ?? 0 }))
        .filter(({ events }) => events > 0);
    }),
  };
}

export type ProductQueries = ReturnType<typeof productQueries>;

/** When a day begins and the next one does: the last two values of `conditions`. */
function within(day: number): [number, number] {
  return [day * DAY_MS, (day + 1) * DAY_MS];
}

/** What the rows of one day must be; its `values` lack those of `within`. */
function conditions(customerId: number, { action, device, referer, metadata = {} }: ProductFilter) {
  const terms = ['customer_id = ?', `kind = 'product'`];
  const values: unknown[] = [customerId];
  const add = (term: string, ...bound: unknown[]) => {
    terms.push(term);
    values.push(...bound);
  };
  if (action !== undefined) add('action = ?', action);
  if (device !== undefined) add('user_agent = ?', device);
  const origin = originAsked(referer);
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
