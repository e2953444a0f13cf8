import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import Database from 'better-sqlite3';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { anyEvent, EVENTS } from '../../../../src/events/testing/any-event.ts';
import type { JsonObject } from '../../../../src/events/vocabulary.ts';
import { rowOf } from '../../../collect/ingest/event-row.ts';
import {
  readEvents,
  readProductTotals,
  readTotals,
  recountProductTotals,
  recountTotals,
  type StoredEvent,
} from '../../testing/read-events.ts';
import { dayOf } from '../days.ts';
import type { EventRow } from '../event-row.ts';
import { valuesOf } from '../event-row.ts';
import { openEventStore } from '../open.ts';
import type { ProductFilter } from '../reading/product-events.ts';
import { openForWriting } from '../schema.ts';
import { BLOCK } from './bitmap.ts';
import { MAX_KEYS_FOUND } from './facets.ts';
import { rebuildTotals } from './rebuild.ts';
import { Totals, TotalsWriter } from './totals.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'vitrine-totals-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const open = () => openEventStore(folder, { error: (details) => console.error(details) });
const NOW = Date.UTC(2026, 4, 17, 12);
const DAY = 86_400_000;
const AGENTS = ['Firefox', 'Safari', 'Chrome ü', undefined];
const PAGES = ['https://a.example', 'https://a.example/', 'https://a.example/x?y', 'https://a.example.org/x', 'app:x'];
const METADATA: JsonObject[] = [
  { a: 1 },
  { a: '1' },
  { a: null, b: [1, '2'] },
  { b: { c: [] } },
  { a: true, 'x"y': "'" },
  { 1: 1.5 },
];

/** Events of every kind over some days, of which the acts on products have much in common. */
function someRows(count: number, seed: number): EventRow[] {
  const product = fc
    .tuple(EVENTS.product, fc.constantFrom(undefined, ...METADATA), fc.constantFrom(undefined, ...PAGES))
    .map(([{ metadata: _, pageUrl: __, ...event }, metadata, pageUrl]) => ({
      ...event,
      ...(metadata && { metadata }),
      ...(pageUrl && { pageUrl }),
    }));
  const events = fc.sample(fc.oneof(anyEvent, EVENTS.product, product, product), { numRuns: count, seed });
  return events.map((event, n) => {
    const at = NOW - (n % 9) * DAY + n;
    return rowOf({ ...event, at }, { receivedAt: at, userAgent: AGENTS[n % 4] }, 'tracking');
  });
}

const totals = () => ({
  daily: readTotals(folder),
  products: readProductTotals(folder),
  places: recountProductTotals(folder),
});

async function fill() {
  const store = await open();
  await store.submit(1, someRows(600, 1));
  await store.submit(2, someRows(100, 2));
  // Repeated, and so counted once.
  await store.submit(1, someRows(600, 1).slice(0, 50));
  return store;
}

/** What a filter finds, by looking at each event. */
function matching(
  events: readonly StoredEvent[],
  { action, days, device, referer, metadata = {} }: ProductFilter,
): StoredEvent[] {
  const isOrigin = /^https?:\/\/[^/]+\/?$/.test(referer ?? '');
  const origin = referer?.replace(/\/$/, '');
  return events
    .filter(({ customer_id, kind }) => customer_id === 1 && kind === 'product')
    .filter((event) => action === undefined || event.action === action)
    .filter(({ occurred_at }) => !days || (dayOf(occurred_at) >= days.first && dayOf(occurred_at) <= days.last))
    .filter(({ user_agent }) => device === undefined || user_agent === device)
    .filter(
      ({ page_url }) =>
        referer === undefined ||
        page_url === (isOrigin ? origin : referer) ||
        (isOrigin && String(page_url ?? '').startsWith(`${origin}/`)),
    )
    .filter(({ props }) =>
      Object.entries(metadata).every(([key, value]) => {
        const said = (props?.metadata ?? {}) as Record<string, unknown>;
        return Object.hasOwn(said, key) && isDeepStrictEqual(said[key], value);
      }),
    )
    .sort((a, b) => a.occurred_at - b.occurred_at);
}

test('counts and pages of any filter are those of the events, looked at one by one', async () => {
  const store = await fill();
  try {
    const filters: ProductFilter[] = [];
    const today = dayOf(NOW);
    for (const action of [undefined, 'ordered', 'ar_offered'])
      for (const device of [undefined, 'Firefox', 'Fire'])
        for (const referer of [undefined, ...PAGES, 'https://a.exam'])
          for (const metadata of [undefined, ...METADATA])
            for (const days of [undefined, { first: today - 3, last: today - 1 }])
              filters.push({ action, device, referer, metadata, days });
    const events = readEvents(folder);
    let found = 0;
    for (const filter of filters) {
      const expected = matching(events, filter);
      const perDay = Map.groupBy(expected, ({ occurred_at }) => dayOf(occurred_at));
      expect(await store.products.perDay(1, filter), JSON.stringify(filter)).toEqual(
        [...perDay].map(([day, events]) => ({ day, events: events.length })),
      );
      const ids = expected.map(({ id }) => id);
      const page = { page: 2, perPage: 3 };
      const first = await store.products.list(1, filter, { ...page, newestFirst: false });
      const last = await store.products.list(1, filter, { ...page, newestFirst: true });
      expect(first.map(({ id }) => id)).toEqual(ids.slice(3, 6));
      expect(last.map(({ id }) => id)).toEqual(ids.toReversed().slice(3, 6));
      if (expected.length > 0) found++;
    }
    expect(found).toBeGreaterThan(100);
  } finally {
    await store.close();
  }
});

test('an event is found by the first keys of its metadata, however many it has', async () => {
  const keys = Array.from({ length: 1_000 }, (_, n) => [`key ${n}`, n]);
  const [row] = someRows(1, 3);
  const store = await open();
  try {
    const product = { ...(row as EventRow), kind: 'product', action: 'ordered' };
    await store.submit(1, [{ ...product, props: { session: 's', metadata: Object.fromEntries(keys) } }]);
    // The event itself, its type, page, origin and device, and its keys.
    expect(readProductTotals(folder).length).toBeLessThanOrEqual(MAX_KEYS_FOUND + 5);
    const last = MAX_KEYS_FOUND - 1;
    for (const device of [undefined, product.userAgent]) {
      const asked = (n: number) => ({ device, metadata: { [`key ${n}`]: n } });
      expect(await store.products.perDay(1, asked(last))).toMatchObject([{ events: 1 }]);
      expect(await store.products.perDay(1, asked(last + 1))).toEqual([]);
    }
  } finally {
    await store.close();
  }
});

test('of more events than a block of places holds, what filters have in common is counted', async () => {
  const [row] = someRows(1, 3);
  const rows = Array.from({ length: 2 * BLOCK + 10 }, (_, n) => ({
    ...(row as EventRow),
    id: `${n}`,
    kind: 'product',
    action: n % 2 ? 'ordered' : 'ar_offered',
    userAgent: n % 3 ? 'Firefox' : 'Safari',
    props: { session: 's', metadata: n % 5 ? {} : { a: 1 } },
    occurredAt: NOW + n,
  }));
  const store = await open();
  try {
    const counted = async (metadata?: JsonObject) =>
      store.products.perDay(1, { action: 'ordered', device: 'Safari', metadata });
    const expected = (from: number, to: number, every: number) => [
      { day: dayOf(NOW), events: rows.slice(from, to).filter((_, n) => (from + n) % every === 3).length },
    ];
    await store.submit(1, rows.slice(0, BLOCK - 1));
    expect(await counted()).toEqual(expected(0, BLOCK - 1, 6));
    for (const at of [BLOCK - 1, BLOCK]) await store.submit(1, rows.slice(at, at + 1));
    await store.submit(1, rows.slice(BLOCK - 100));
    expect(await counted()).toEqual(expected(0, rows.length, 6));
    expect(await counted({ a: 1 })).toEqual([
      { day: dayOf(NOW), events: rows.filter((_, n) => n % 2 === 1 && n % 15 === 0).length },
    ]);
    const days = new Database(join(folder, 'events.db')).prepare('SELECT places FROM product_days').pluck();
    // Repeated ones took no place.
    expect(days.all()).toEqual([rows.length]);
  } finally {
    await store.close();
  }
});

test('what is taken away again leaves nothing behind', async () => {
  await (await fill()).close();
  const before = totals();
  const db = openForWriting(join(folder, 'events.db'));
  const writer = new TotalsWriter(db);
  const rows = someRows(100, 4).map((row) => valuesOf(3, row));
  for (const by of [1, -1] as const) {
    const change = new Totals();
    for (const [place, row] of rows.entries()) change.add(row, place, by);
    writer.writeDaily(change.daily);
    writer.writeProducts(change);
    expect(isDeepStrictEqual(totals(), before)).toBe(by === -1);
  }
  const nothing = new Totals();
  for (const [place, row] of rows.entries()) {
    nothing.add(row, place);
    nothing.add(row, place, -1);
  }
  writer.writeDaily(nothing.daily);
  writer.writeProducts(nothing);
  expect(totals()).toEqual(before);
  db.close();
});

describe('a rebuild', () => {
  const spoil = () => {
    const db = new Database(join(folder, 'events.db'));
    db.exec(`DELETE FROM counted_totals WHERE events % 2 = 0;
             UPDATE counted_totals SET events = events + 5 WHERE day % 2 = 0;
             INSERT INTO counted_totals VALUES (1, 3, 'media', 'click', 'best', '', '7', 9);
             DELETE FROM product_totals WHERE facet = x'';
             UPDATE product_totals SET events = 1000 WHERE day % 2 = 1;
             INSERT INTO product_totals VALUES (7, x'00', 3, 1);
             DELETE FROM product_places WHERE day % 2 = 0;
             UPDATE product_places SET places = x'0700' WHERE day % 2 = 1;
             UPDATE product_days SET places = 0;
             UPDATE events SET place = 7;`);
    db.close();
  };

  test('gives the figures that ingestion gave, over events of all kinds', async () => {
    await (await fill()).close();
    const before = totals();
    expect(new Set(before.daily.map(({ kind }) => kind)).size).toBe(Object.keys(EVENTS).length);
    expect(before.products.length).toBeGreaterThan(300);
    expect(before.daily).toEqual(recountTotals(folder));
    expect(before.products).toEqual(before.places);
    spoil();
    expect(totals()).not.toEqual(before);
    const progress: number[][] = [];
    rebuildTotals(folder, (...said) => progress.push(said));
    expect(totals()).toEqual(before);
    const count = readEvents(folder).length;
    expect(progress).toEqual([
      [0, count],
      [count, count],
    ]);
  });

  test('beside a service that stores events loses none of them, and counts all', async () => {
    const store = await fill();
    try {
      spoil();
      const submitted = [11, 12, 13].map((seed) => store.submit(1, someRows(200, seed)));
      rebuildTotals(folder, () => {});
      const outcomes = (await Promise.all(submitted)).flat();
      expect(new Set(outcomes)).toEqual(new Set(['accepted']));
      const after = totals();
      expect(after.daily).toEqual(recountTotals(folder));
      rebuildTotals(folder, () => {});
      expect(totals()).toEqual(after);
    } finally {
      await store.close();
    }
  });

  test('that is interrupted changes nothing', async () => {
    await (await fill()).close();
    spoil();
    const before = totals();
    const interrupt = () => {
      throw new Error('enough');
    };
    expect(() => rebuildTotals(folder, interrupt)).toThrow('enough');
    expect(totals()).toEqual(before);
  });
});

test('events of a version that had no totals of products are counted when the service starts', async () => {
  await (await fill()).close();
  const before = totals();
  const db = new Database(join(folder, 'events.db'));
  db.exec(`DROP VIEW daily_totals; DROP TABLE counted; ALTER TABLE counted_totals RENAME TO daily_totals;
           DROP TABLE product_totals; DROP TABLE product_places; DROP TABLE product_days; DROP TABLE robot_totals;
           DROP INDEX events_by_previous_id; DROP INDEX events_with_previous_id; DROP TABLE erased_days;
           DROP TABLE erased_ids; ALTER TABLE events DROP COLUMN previous_id;
           ALTER TABLE events DROP COLUMN place;
           ALTER TABLE user_choices DROP COLUMN by_page; DROP TABLE account_erasures; DROP TABLE point_erasures;`);
  // Before the step that made the table, whatever came after it.
  db.pragma('user_version = 3');
  db.close();
  await (await open()).close();
  expect(totals()).toEqual(before);
});
