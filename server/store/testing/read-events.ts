import { join } from 'node:path';
import { EVENTS_FILE } from '../database-files.ts';
import { openForReading } from '../events/schema.ts';
import { Bitmap } from '../events/totals/bitmap.ts';

/** What tests see of `events.db` besides what the store's interface tells. */

export interface StoredEvent {
  [column: string]: unknown;
  occurred_at: number;
  received_at: number;
  props?: Record<string, unknown>;
}

/** All rows in the order in which they were stored, JSON columns parsed, columns without a value left out. */
export function readEvents(dataDir: string): StoredEvent[] {
  return read<StoredEvent>(dataDir, 'SELECT * FROM events ORDER BY rowid').map((row) => {
    // The ordinal of a row (`ordinals.ts`) says nothing of the event.
    const filled = Object.entries(row).filter(([name, value]) => value !== null && name !== 'place');
    return Object.fromEntries(
      filled.map(([name, value]) => [name, JSON_COLUMNS.includes(name) ? JSON.parse(String(value)) : value]),
    ) as StoredEvent;
  });
}

const JSON_COLUMNS = ['segments', 'products', 'props'];

export function readTotals(dataDir: string): Record<string, string | number>[] {
  return read(
    dataDir,
    `SELECT customer_id, day, kind, action, scope_kind, scope_id, media_id, sum(events) AS events
       FROM daily_totals GROUP BY 1, 2, 3, 4, 5, 6, 7 ORDER BY 1, 2, 3, 4, 5, 6, 7`,
  );
}

export function readProductTotals(dataDir: string): Record<string, unknown>[] {
  return read(
    dataDir,
    `SELECT customer_id, hex(facet) AS facet, day, events FROM product_totals ORDER BY customer_id || ',' || hex(facet) || ',' || day`,
  );
}

/** What they ought to be, counted from the places that acts on products have. */
export function recountProductTotals(dataDir: string): Record<string, unknown>[] {
  const blocks = read<{ customer_id: number; facet: string; day: number; places: Buffer }>(
    dataDir,
    'SELECT customer_id, hex(facet) AS facet, day, places FROM product_places',
  );
  const ofAll = read<Record<string, unknown>>(
    dataDir,
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
export function recountTotals(dataDir: string): Record<string, string | number>[] {
  return read(
    dataDir,
    `SELECT customer_id, occurred_at / 86400000 AS day, kind, coalesce(action, '') AS action,
            coalesce(scope_kind, '') AS scope_kind, coalesce(scope_id, '') AS scope_id,
            coalesce(media_id, '') AS media_id, count(*) AS events
       FROM events GROUP BY 1, 2, 3, 4, 5, 6, 7 ORDER BY 1, 2, 3, 4, 5, 6, 7`,
  );
}

/** All rows of all tables, by the name of the table. */
export function readTables(dataDir: string): Record<string, unknown[]> {
  const names = read<{ name: string }>(dataDir, "SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name");
  return Object.fromEntries(names.map(({ name }) => [name, read(dataDir, `SELECT * FROM "${name}"`)]));
}

/** What the tables, indexes and views are, whatever the order in which they were made. */
export function readSchema(dataDir: string): { name: string; sql: string | null }[] {
  return read(dataDir, 'SELECT name, sql FROM sqlite_schema ORDER BY name');
}

interface StoredName {
  kind: string;
  compartment: string;
  id: string;
  point: string;
  email: string | null;
}

/** All names of user points. */
export function readNames(dataDir: string): StoredName[] {
  return read(dataDir, 'SELECT kind, compartment, id, point_id AS point, email FROM user_names');
}

function read<Row>(dataDir: string, query: string): Row[] {
  const db = openForReading(join(dataDir, EVENTS_FILE));
  try {
    return db.prepare<[], Row>(query).all();
  } finally {
    db.close();
  }
}
