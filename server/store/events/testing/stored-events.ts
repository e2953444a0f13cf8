import { join } from 'node:path';
import type { People } from '../../user-points/user-points.ts';
import type { EventStore } from '../event-store.ts';
import { openForReading } from '../schema.ts';
import { Bitmap } from '../totals/bitmap.ts';

/** What tests see of `events.db` besides what the store's interface tells. */

export interface StoredEvent {
  [column: string]: unknown;
  occurred_at: number;
  received_at: number;
  props?: Record<string, unknown>;
}

/** All rows in the order in which they were stored, JSON columns parsed, columns without a value left out. */
export function readEvents(folder: string): StoredEvent[] {
  return read<StoredEvent>(folder, 'SELECT * FROM events ORDER BY rowid').map((row) => {
    // What a row's place is says nothing of the event.
    const filled = Object.entries(row).filter(([name, value]) => value !== null && name !== 'place');
    return Object.fromEntries(
      filled.map(([name, value]) => [name, JSON_COLUMNS.includes(name) ? JSON.parse(String(value)) : value]),
    ) as StoredEvent;
  });
}

const JSON_COLUMNS = ['segments', 'products', 'props'];

export function readTotals(folder: string): Record<string, string | number>[] {
  return read(
    folder,
    `SELECT customer_id, day, kind, action, scope_kind, scope_id, media_id, sum(events) AS events
       FROM daily_totals GROUP BY 1, 2, 3, 4, 5, 6, 7 ORDER BY 1, 2, 3, 4, 5, 6, 7`,
  );
}

export function readProductTotals(folder: string): Record<string, unknown>[] {
  return read(
    folder,
    `SELECT customer_id, hex(facet) AS facet, day, events FROM product_totals ORDER BY customer_id || ',' || hex(facet) || ',' || day`,
  );
}

/** What they ought to be, counted from the places that acts on products have. */
export function recountProductTotals(folder: string): Record<string, unknown>[] {
  const blocks = read<{ customer_id: number; facet: string; day: number; places: Buffer }>(
    folder,
    'SELECT customer_id, hex(facet) AS facet, day, places FROM product_places',
  );
  const ofAll = read<Record<string, unknown>>(
    folder,
    `SELECT customer_id, '' AS facet, occurred_at / 86400000 AS day, count(*) AS events
       FROM events WHERE kind = 'product' GROUP BY 1, 3`,
  );
  const byFacet = Map.groupBy(blocks, ({ customer_id, facet, day }) => JSON.stringify({ customer_id, facet, day }));
  const counts = [...byFacet].map(([key, ofFacet]) => ({
    ...JSON.parse(key),
    events: ofFacet.reduce((sum, { places }) => sum + new Bitmap().load(places).size, 0),
  }));
  const order = ({ customer_id, facet, day }: Record<string, unknown>) => [customer_id, facet, day].join();
  return [...ofAll, ...counts].sort((a, b) => (order(a) < order(b) ? -1 : 1));
}

/** What the daily totals ought to be, counted from the events. */
export function recountTotals(folder: string): Record<string, string | number>[] {
  return read(
    folder,
    `SELECT customer_id, occurred_at / 86400000 AS day, kind, coalesce(action, '') AS action,
            coalesce(scope_kind, '') AS scope_kind, coalesce(scope_id, '') AS scope_id,
            coalesce(media_id, '') AS media_id, count(*) AS events
       FROM events GROUP BY 1, 2, 3, 4, 5, 6, 7 ORDER BY 1, 2, 3, 4, 5, 6, 7`,
  );
}

/** All rows of all tables, by the name of the table. */
export function readTables(folder: string): Record<string, unknown[]> {
  const names = read<{ name: string }>(folder, "SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name");
  return Object.fromEntries(names.map(({ name }) => [name, read(folder, `SELECT * FROM "${name}"`)]));
}

/** What the tables, indexes and views are, whatever the order in which they were made. */
export function readSchema(folder: string): { name: string; sql: string | null }[] {
  return read(folder, 'SELECT name, sql FROM sqlite_schema ORDER BY name');
}

const NOBODY: People = {
  customers: () => [],
  pointNamed: () => undefined,
  point: () => undefined,
  profile: () => undefined,
  choices: () => [],
  choiceLog: () => [],
};

interface StoredName {
  kind: string;
  compartment: string;
  id: string;
  point: string;
  email: string | null;
}

/** All names of user points. */
export function readNames(folder: string): StoredName[] {
  return read(folder, 'SELECT kind, compartment, id, point_id AS point, email FROM user_names');
}

/** An event store that refuses as a full one does, for what the service says then. */
export function refusingStore(error: Error): EventStore {
  return {
    submit: () => Promise.reject(error),
    outcomes: { accepted: 0, repeated: 0, refused: 0, failed: 0 },
    mediaClickThrough: () => Promise.reject(error),
    eventsOfDay: () => Promise.resolve(0),
    robots: { add: () => Promise.reject(error), list: () => Promise.reject(error) },
    visitNear: () => Promise.reject(error),
    ordersOf: () => Promise.reject(error),
    products: {
      list: () => Promise.reject(error),
      one: () => Promise.reject(error),
      perDay: () => Promise.reject(error),
    },
    people: NOBODY,
    forget: () => Promise.reject(error),
    erasure: {
      forgetVisitor: () => Promise.reject(error),
      prune: () => Promise.reject(error),
      eraseCustomer: () => Promise.reject(error),
    },
    relayed: {
      add: () => Promise.reject(error),
      relays: () => [],
      next: () => undefined,
      waiting: () => 0,
      tried: () => Promise.reject(error),
      remove: () => Promise.reject(error),
      removeAll: () => Promise.reject(error),
    },
    check: () => Promise.reject(error),
    waiting: 0,
    full: false,
    advance: () => {},
    close: () => Promise.resolve(),
  };
}

function read<Row>(folder: string, query: string): Row[] {
  const db = openForReading(join(folder, 'events.db'));
  try {
    return db.prepare<[], Row>(query).all();
  } finally {
    db.close();
  }
}
