import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type Database from 'better-sqlite3';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { visitorId } from '../../../../src/wires/matomo/visitor-id.ts';
import { readEvents, readProductTotals, readTables, readTotals, recountTotals } from '../../testing/read-events.ts';
import { dayOf } from '../days.ts';
import type { EventRow } from '../event-row.ts';
import { valuesOf } from '../event-row.ts';
import { openEventStore } from '../open.ts';
import { openForReading, openForWriting } from '../schema.ts';
import { rebuildTotals } from '../totals/rebuild.ts';
import { EventWriter } from '../writing/transaction.ts';
import { expireErasedIds } from './erased-ids.ts';
import { Eraser } from './eraser.ts';
import type { ForgetOptions, Pruned } from './erasure.ts';
import type { Steps } from './steps.ts';

const NOW = Date.UTC(2026, 4, 17, 12);
const DAY = 86_400_000;

let folder: string;
/** The service's writer, and an eraser beside it. */
let db: Database.Database;
let writer: EventWriter;
let erasing: Database.Database;
let eraser: Eraser;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'vitrine-erasure-'));
  db = openForWriting(join(folder, 'events.db'));
  // Totals are written when the writer says so, and not before.
  writer = new EventWriter(db, 1_000);
  erasing = openForWriting(join(folder, 'events.db'));
  eraser = new Eraser(erasing);
});
afterEach(async () => {
  db.close();
  erasing.close();
  await rm(folder, { recursive: true });
});

let ids = 0;
const row = (analyticsId: string, more: Partial<EventRow> = {}): EventRow => ({
  ...{ id: `e${++ids}`, kind: 'media', action: 'click', scopeKind: 'best', mediaId: '7', analyticsId },
  ...{ occurredAt: NOW, receivedAt: NOW, wire: 'tracking' },
  ...more,
});
const write = (rows: EventRow[], customer = 1) =>
  writer.write([{ rows: rows.map((one) => valuesOf(customer, one)), sideWrites: [] }], (reason) => {
    throw new Error(reason);
  });
function finish<T>(steps: Steps<T>, most = Number.POSITIVE_INFINITY): T | undefined {
  for (let n = 0; n < most; n++) {
    const step = steps.next();
    if (step.done) return step.value;
  }
}
const forget = (id: string, options: ForgetOptions = {}, at = NOW + 1) =>
  finish(eraser.forgetVisitor(1, id, options, at));
const left = () => readEvents(folder).map(({ id }) => id);
/** Whether a text stands in the database's file, and in its log. */
const found = async (text: string) => {
  const files = await Promise.all(['events.db', 'events.db-wal'].map((name) => readFile(join(folder, name))));
  return files.map((bytes) => bytes.includes(text));
};

describe('a visitor', () => {
  test('is erased with all events of the customer, whatever wire brought them, and nobody else is', () => {
    write([row('mila'), row('noor'), row('mila', { kind: 'page', occurredAt: NOW - DAY })]);
    write([row(visitorId('mila'), { wire: 'matomo' }), row(visitorId('mila'), { id: 'not by query string' })]);
    write([row('mila', { id: 'of another customer' })], 2);
    write([row('Mila', { id: 'in capitals' }), row('mila ', { id: 'with a space' })]);
    expect(forget('mila')?.ids).toEqual([
      { id: 'mila', erased: true, events: 3, kinds: { media: 2, page: 1 }, from: NOW - DAY, to: NOW },
    ]);
    expect(readEvents(folder).map(({ analytics_id }) => analytics_id)).not.toContain('mila2');
    expect(left()).toEqual(expect.arrayContaining(['not by query string', 'of another customer', 'in capitals']));
    expect(left()).toHaveLength(5);
  });

  test('leaves totals as they were, also of events that were not counted yet and whose rowids are given again', () => {
    write(Array.from({ length: 20 }, (_, n) => row(n % 2 ? 'mila' : 'noor')));
    const before = readTotals(folder);
    forget('mila');
    expect(left()).toHaveLength(10);
    expect(readTotals(folder)).toEqual(before);
    // The newest rows were erased.
    write([row('noor'), row('noor')]);
    const total = (rows: Record<string, unknown>[]) => rows.reduce((sum, { events }) => sum + Number(events), 0);
    expect(total(readTotals(folder))).toBe(22);
    writer = new EventWriter(db);
    write([row('noor')]);
    expect(total(readTotals(folder))).toBe(23);
    rebuildTotals(folder, () => {});
    expect(total(readTotals(folder))).toBe(23);
  });

  test('has left nothing in the file or its log, once that is said', async () => {
    const secret = 'visitor-whose-name-is-nowhere-else';
    const hidden = visitorId(secret);
    const filler = (n: number) => row(`somebody ${n % 50}`, { pageUrl: `https://shop.example/${'x'.repeat(n % 900)}` });
    for (let n = 0; n < 60; n++) {
      write(Array.from({ length: 30 }, (_, k) => filler(n * 30 + k)));
      write([
        row(secret, { pageUrl: `https://shop.example/${secret}` }),
        row(hidden, { wire: 'matomo', props: { user_id: secret } }),
        row('mila', { previousId: secret }),
      ]);
    }
    expect((await found(secret)).includes(true)).toBe(true);
    expect(forget(secret, { joined: 'keep' })).toMatchObject({ erased: true, logRewritten: true });
    expect(await found(secret)).toEqual([false, false]);
    expect(readEvents(folder).filter(({ analytics_id: id }) => id === 'mila')).toHaveLength(60);
  });

  test('who is read of meanwhile is gone from the log later, and the receipt says so', () => {
    write([row('mila')]);
    const reader = openForReading(join(folder, 'events.db'));
    reader.exec('BEGIN');
    reader.prepare('SELECT count(*) FROM events').get();
    expect(forget('mila')).toMatchObject({ erased: true, logRewritten: false });
    reader.close();
  });

  test('asked again, the receipt has the same shape and no events', () => {
    write([row('mila')]);
    const first = forget('mila');
    expect(forget('mila')).toEqual({ ...first, ids: [{ id: 'mila', erased: true, events: 0, kinds: {} }] });
  });

  test('who was erased half-way is erased by the next try', () => {
    write(Array.from({ length: 1_700 }, () => row('mila')));
    finish(eraser.forgetVisitor(1, 'mila', {}, NOW + 1), 2);
    expect(left().length).toBeGreaterThan(0);
    expect(left().length).toBeLessThan(1_700);
    const [erased] = forget('mila')?.ids ?? [];
    expect([left(), erased?.events]).toEqual([[], 1_700 - 1_000]);
    expect(readTotals(folder).map(({ events }) => events)).toEqual([1_700]);
  });
});

describe('what comes after an erasure', () => {
  test('of before it is taken and not stored; what happens later is stored', () => {
    const early = row('mila', { occurredAt: Date.now() - 60_000 });
    write([early]);
    forget('mila', {}, Date.now() - 1_000);
    const late = row('mila', { occurredAt: Date.now() });
    expect(write([early, row('noor'), late, row(visitorId('mila'), { wire: 'matomo', occurredAt: 5 })])).toEqual([
      'erased',
      'accepted',
      'accepted',
      'erased',
    ]);
    expect(left()).toHaveLength(2);
    expect(write([early], 2)).toEqual(['accepted']);
    expect(new EventWriter(db).write([{ rows: [valuesOf(1, early)], sideWrites: [] }], () => {})).toEqual(['erased']);
  });

  test('is known by a hash, for as long as it may come', () => {
    write([row('mila')]);
    forget('mila', {}, NOW);
    expect(JSON.stringify(readTables(folder))).not.toContain('mila');
    expect(readTables(folder).erased_ids).toHaveLength(2);
    expireErasedIds(db, NOW + 32 * DAY);
    expect(readTables(folder).erased_ids).toEqual([]);
  });
});

describe('joined ids', () => {
  beforeEach(() => {
    write([row('a browser'), row('mila', { previousId: 'a browser' }), row('mila'), row('noor')]);
    write([row('mila', { previousId: 'a phone' }), row('a phone')]);
  });

  test('are listed with their events, and nothing is erased until it is told what becomes of them', () => {
    const asked = forget('mila');
    expect(asked).toMatchObject({ erased: false, moreJoined: false });
    expect(asked?.ids).toMatchObject([
      { id: 'mila', erased: false, events: 3 },
      { id: 'a browser', joinedBy: 'identify', erased: false, events: 1 },
      { id: 'a phone', joinedBy: 'identify', erased: false, events: 1 },
    ]);
    expect(left()).toHaveLength(6);
  });

  test('go with the visitor when that is told, one step and no further', () => {
    const dry = forget('a phone', { joined: 'erase', dryRun: true });
    expect([dry?.erased, left().length]).toEqual([false, 6]);
    expect(forget('a phone', { joined: 'erase' })?.ids).toMatchObject([
      { id: 'a phone', erased: true, events: 1 },
      { id: 'mila', erased: true, events: 3 },
    ]);
    expect(readEvents(folder).map(({ analytics_id: id }) => id)).toEqual(['a browser', 'noor']);
  });

  test('stay when that is told, and name the visitor no more', () => {
    expect(forget('a browser', { joined: 'keep' })?.ids).toMatchObject([
      { id: 'a browser', erased: true, events: 1 },
      { id: 'mila', erased: false, events: 3 },
    ]);
    expect(left()).toHaveLength(5);
    expect(JSON.stringify(readTables(folder).events)).not.toContain('a browser');
  });

  test('are found again by the next try when an erasure was interrupted', () => {
    write(Array.from({ length: 600 }, () => row('a phone')));
    finish(eraser.forgetVisitor(1, 'a phone', { joined: 'erase' }, NOW + 1), 1);
    expect(forget('a phone', { joined: 'erase' })?.ids.map(({ id }) => id)).toEqual(['a phone', 'mila']);
    expect(readEvents(folder).map(({ analytics_id: id }) => id)).toEqual(['a browser', 'noor']);
  });

  test('more than a stranger’s page should make a list of are not erased with the visitor', () => {
    write(Array.from({ length: 101 }, (_, n) => row(`stranger ${n}`, { previousId: 'noor' })));
    const asked = forget('noor', { joined: 'erase' });
    expect(asked).toMatchObject({ erased: false, moreJoined: true });
    expect(asked?.ids).toHaveLength(101);
    expect(forget('noor', { joined: 'keep' })?.ids.filter(({ erased }) => erased)).toMatchObject([{ id: 'noor' }]);
  });

  test('are kept where another wire tells the same act more fully', () => {
    const act = row('mila', { previousId: 'a watch' });
    write([act, { ...act, previousId: undefined, kind: 'product', action: 'interaction', wire: 'product-events' }]);
    expect(forget('a watch', { dryRun: true })?.ids.map(({ id }) => id)).toEqual(['a watch', 'mila']);
  });
});

describe('old events', () => {
  const old = (n: number, more: Partial<EventRow> = {}) => {
    const at = NOW - n * DAY;
    return row(`v${n}`, { occurredAt: at, receivedAt: at, ...more });
  };

  test('go, those of each customer or of one, and totals stay', () => {
    write([old(500), old(400), old(399), old(1)]);
    write([old(500)], 2);
    const before = readTotals(folder);
    const cutoff = NOW - 399.5 * DAY;
    expect(finish(eraser.prune(cutoff, 2))).toEqual({ events: 1, more: false });
    expect(finish(eraser.prune(cutoff))).toEqual({ events: 2, more: false });
    expect(finish(eraser.prune(cutoff))).toEqual({ events: 0, more: false });
    expect(readEvents(folder).map(({ analytics_id: id }) => id)).toEqual(['v399', 'v1']);
    expect(readTotals(folder)).toEqual(before);
    rebuildTotals(folder, () => {});
    expect(readTotals(folder)).toEqual(before);
  });

  test('that have arrived just now stay, since they may arrive again', () => {
    const late = old(60, { receivedAt: NOW - 31 * DAY });
    write([late, ...Array.from({ length: 600 }, () => old(60))]);
    expect(finish(eraser.prune(NOW - 40 * DAY))).toEqual({ events: 600, more: false });
    expect(left()).toEqual([late.id]);
  });

  test.each([1, 10_000])('have left nothing in the file or its log when all are gone: %d', async (count) => {
    const secret = 'page-whose-name-is-nowhere-else';
    write(Array.from({ length: count }, () => old(60, { pageUrl: `https://shop.example/${secret}` })));
    expect((await found(secret)).includes(true)).toBe(true);
    for (let more = true; more; ) ({ more } = finish(eraser.prune(NOW - 40 * DAY)) as Pruned);
    expect(await found(secret)).toEqual([false, false]);
  });

  test('go in bounded steps', () => {
    write(Array.from({ length: 10_600 }, () => old(60)));
    expect(finish(eraser.prune(NOW), 1)).toBeUndefined();
    expect(left()).toHaveLength(10_100);
    expect(finish(eraser.prune(NOW))).toEqual({ events: 10_000, more: true });
    expect(finish(eraser.prune(NOW))).toEqual({ events: 100, more: false });
  });
});

test('whatever is stored, erased, rebuilt and restarted, totals are those of all events there ever were', () => {
  const visitor = fc.constantFrom('mila', 'noor', 'ada');
  const kind = fc.constantFrom('media', 'product', 'choice');
  const step = fc.oneof(
    { weight: 6, arbitrary: fc.array(fc.tuple(visitor, kind, fc.nat(3)), { minLength: 1, maxLength: 4 }) },
    { weight: 2, arbitrary: visitor },
    fc.constantFrom('prune', 'rebuild', 'restart'),
  );
  fc.assert(
    fc.property(fc.array(step, { minLength: 3, maxLength: 20 }), (steps) => {
      for (const table of [
        'events',
        'counted_totals',
        'product_totals',
        'product_places',
        'product_days',
        'erased_days',
        'erased_ids',
      ])
        db.exec(`DELETE FROM ${table}`);
      db.exec('UPDATE counted SET up_to = 0');
      writer = new EventWriter(db, 5);
      /** Nothing is ever erased from here. */
      const all = new Map<string, number>();
      for (const one of steps) {
        if (one === 'prune') finish(eraser.prune(NOW - 2 * DAY));
        else if (one === 'rebuild') rebuildTotals(folder, () => {});
        else if (one === 'restart') writer = new EventWriter(db, 5);
        else if (typeof one === 'string') forget(one, {}, 0);
        else {
          const rows = one.map(([id, kind, days]) => {
            const at = NOW - days * DAY;
            return row(id, { kind, occurredAt: at, receivedAt: at });
          });
          write(rows);
          for (const { kind, occurredAt } of rows) {
            const name = `${dayOf(occurredAt)} ${kind}`;
            all.set(name, (all.get(name) ?? 0) + 1);
          }
        }
        const totals = readTotals(folder).map(({ day, kind, events }) => [`${day} ${kind}`, events] as const);
        expect(new Map(totals)).toEqual(all);
        const products = readProductTotals(folder).filter(({ facet }) => facet === '');
        expect(products.map(({ day, events }) => [`${day} product`, events])).toEqual(
          [...all].filter(([name]) => name.endsWith('product')).toSorted(([a], [b]) => (a < b ? -1 : 1)),
        );
      }
    }),
    { numRuns: 60 },
  );
});

test('lists of product events page through what is left, and their counts stay', async () => {
  const rows = Array.from({ length: 60 }, (_, n) => {
    const at = NOW - (n % 6) * DAY + n;
    const device = n % 2 ? 'Firefox' : 'Safari';
    const visitor = n % 5 ? 'noor' : 'mila';
    return row(visitor, { kind: 'product', action: 'ordered', userAgent: device, occurredAt: at, receivedAt: at });
  });
  write(rows);
  const store = await openEventStore(folder, console);
  try {
    const counted = await store.products.perDay(1, { action: 'ordered', device: 'Safari' });
    forget('mila');
    finish(eraser.prune(NOW - 4.5 * DAY));
    expect(await store.products.perDay(1, { action: 'ordered', device: 'Safari' })).toEqual(counted);
    for (const filter of [{}, { device: 'Safari' }]) {
      for (const newestFirst of [true, false]) {
        const pages: string[] = [];
        for (let page = 1; page <= 20; page++)
          pages.push(...(await store.products.list(1, filter, { page, perPage: 3, newestFirst })).map(({ id }) => id));
        const there = readEvents(folder).filter(({ user_agent: agent }) => !('device' in filter) || agent === 'Safari');
        const expected = there.toSorted((a, b) => a.occurred_at - b.occurred_at).map(({ id }) => id);
        expect(pages).toEqual(newestFirst ? expected.reverse() : expected);
      }
    }
  } finally {
    await store.close();
  }
});

test('all of a customer goes, totals too, and of nobody else', async () => {
  write(
    Array.from({ length: 1_200 }, (_, n) => row(`v${n}`, { kind: n % 2 ? 'product' : 'media', action: 'ordered' })),
  );
  write([row('noor')], 2);
  forget('v3');
  const store = await openEventStore(folder, console);
  try {
    expect(await store.erasure.eraseCustomer(1)).toBe(1_199);
  } finally {
    await store.close();
  }
  const tables = readTables(folder) as Record<string, { customer_id?: number }[]>;
  const rows = Object.entries(tables).filter(([, rows]) => rows.some(({ customer_id: id }) => id === 1));
  expect(rows.map(([name]) => name)).toEqual([]);
  expect(readTotals(folder)).toEqual(recountTotals(folder));
  expect(readTotals(folder)).toHaveLength(1);
});
