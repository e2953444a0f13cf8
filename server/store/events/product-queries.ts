import type Database from 'better-sqlite3';
import { DAY_MS } from './event-store.ts';
import type { DayCount, ProductFilter, ProductPage, ProductRow } from './product-events.ts';

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
  return {
    list(customerId: number, filter: ProductFilter, { page, perPage, newestFirst }: ProductPage): ProductRow[] {
      const where = conditions(customerId, filter);
      const order = newestFirst ? 'DESC' : 'ASC';
      // The index alone finds the page, and only its own rows are read.
      const found = db.prepare<unknown[], Stored>(
        `SELECT ${COLUMNS} FROM events WHERE rowid IN (
           SELECT rowid FROM ${OF_PRODUCTS} WHERE ${where.sql}
            ORDER BY occurred_at ${order}, action ${order}, rowid ${order} LIMIT ? OFFSET ?)
          ORDER BY occurred_at ${order}, action ${order}, rowid ${order}`,
      );
      return found.all(...where.values, perPage, (page - 1) * perPage).map(rowOf);
    },

    one(customerId: number, id: string): ProductRow | undefined {
      const find = `SELECT ${COLUMNS} FROM events WHERE customer_id = ? AND id = ? AND kind = 'product'`;
      const found = db.prepare<[number, string], Stored>(find).get(customerId, id);
      return found && rowOf(found);
    },

    perDay(customerId: number, filter: ProductFilter): DayCount[] {
      if (filter.device === undefined && filter.referer === undefined && !filter.metadata) {
        const { first = 0, last = Number.MAX_SAFE_INTEGER } = filter.days ?? {};
        const totals = db.prepare<unknown[], DayCount>(
          `SELECT day, sum(events) AS events FROM daily_totals INDEXED BY totals_of_products
            WHERE customer_id = ? AND kind = 'product' AND ${oneOf(filter.actions)} AND day BETWEEN ? AND ?
            GROUP BY day ORDER BY day`,
        );
        return totals.all(customerId, ...filter.actions, first, last);
      }
      const where = conditions(customerId, filter);
      const counts = db.prepare<unknown[], DayCount>(
        `SELECT occurred_at / ${DAY_MS} AS day, count(*) AS events FROM ${OF_PRODUCTS}
          WHERE ${where.sql} GROUP BY day ORDER BY day`,
      );
      return counts.all(...where.values);
    },
  };
}

export type ProductQueries = ReturnType<typeof productQueries>;

function conditions(customerId: number, filter: ProductFilter): { sql: string; values: unknown[] } {
  const terms = ['customer_id = ?', `kind = 'product'`, oneOf(filter.actions)];
  const values: unknown[] = [customerId, ...filter.actions];
  const add = (term: string, ...bound: unknown[]) => {
    terms.push(term);
    values.push(...bound);
  };
  const { days, device, referer, metadata = {} } = filter;
  if (days) add('occurred_at >= ? AND occurred_at < ?', days.first * DAY_MS, (days.last + 1) * DAY_MS);
  if (device !== undefined) add('user_agent = ?', device);
  const [, origin] = /^(https?:\/\/[^/?#]+)\/?$/i.exec(referer ?? '') ?? [];
  // Not LIKE, whose wildcards may stand in a URL.
  if (origin) add('(page_url = ? OR substr(page_url, 1, ?) = ?)', origin, origin.length + 1, `${origin}/`);
  else if (referer !== undefined) add('page_url = ?', referer);
  for (const [key, value] of Object.entries(metadata)) {
    add(
      `EXISTS (SELECT 1 FROM json_each(props, '$.metadata') WHERE key = ? AND type IN (${typesOf(value)}) AND value IS ?)`,
      key,
      typeof value === 'boolean' ? Number(value) : typeof value === 'object' && value ? JSON.stringify(value) : value,
    );
  }
  return { sql: terms.join(' AND '), values };
}

function oneOf(actions: readonly string[]): string {
  return `action IN (${actions.map(() => '?')})`;
}

/** As `json_each` names what a JSON value is: the text "1" is not the number, and true is neither. */
function typesOf(value: unknown): string {
  if (value === null) return `'null'`;
  if (typeof value === 'boolean') return `'${value}'`;
  if (typeof value === 'number') return `'integer', 'real'`;
  if (typeof value === 'object') return Array.isArray(value) ? `'array'` : `'object'`;
  return `'text'`;
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
