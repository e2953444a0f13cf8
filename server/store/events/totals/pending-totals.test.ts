import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type Database from 'better-sqlite3';
import fc from 'fast-check';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { readTotals, recountTotals } from '../../testing/read-events.ts';
import { valuesOf } from '../event-row.ts';
import { openForReading, openForWriting } from '../schema.ts';
import { EventWriter } from '../writing/transaction.ts';
import { rebuildTotals } from './rebuild.ts';

const MOST = 5;
const NOW = Date.UTC(2026, 4, 17, 12);
const fail = (reason: string) => {
  throw new Error(reason);
};

let folder: string;
let db: Database.Database;
let writer: EventWriter;
/** A second one, as when two services run on one folder. */
let other: EventWriter;
let otherDb: Database.Database;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'vitrine-pending-totals-'));
  start();
});
afterEach(async () => {
  db.close();
  otherDb.close();
  await rm(folder, { recursive: true });
});

function start(): void {
  db = openForWriting(join(folder, 'events.db'));
  writer = new EventWriter(db, MOST);
  otherDb = openForWriting(join(folder, 'events.db'));
  other = new EventWriter(otherDb, MOST);
}

function restart(): void {
  db.close();
  otherDb.close();
  start();
}

/** An event by its id, of which several kinds exist; an act that several wires tell replaces what the first told. */
function row(id: number, wire: 'tracking' | 'activities' | 'product-events') {
  const kind = wire === 'product-events' ? 'product' : id % 3 === 0 ? 'choice' : 'media';
  const media = kind === 'media' && { scopeKind: 'stream', scopeId: '2', mediaId: String(id % 4) };
  const times = { occurredAt: NOW + (id % 2) * 86_400_000, receivedAt: NOW };
  return valuesOf(1, { id: `${id}`, kind, action: 'render', analyticsId: 'v', wire, ...media, ...times });
}

const write = (ids: readonly number[], wire: 'tracking' | 'activities' | 'product-events' = 'tracking') =>
  writer.write([{ rows: ids.map((id) => row(id, wire)), sideWrites: [] }], fail);
const written = () => db.prepare('SELECT coalesce(sum(events), 0) FROM counted_totals').pluck().get();

test('totals are written for several events at once, and are right before they are written', () => {
  write([1, 2]);
  expect([written(), readTotals(folder)]).toEqual([0, recountTotals(folder)]);
  write([4, 5]);
  expect(written()).toBe(0);
  write([7, 1]);
  expect([written(), readTotals(folder)]).toEqual([5, recountTotals(folder)]);
  write([8]);
  expect([written(), readTotals(folder)]).toEqual([5, recountTotals(folder)]);
});

test('a writer that takes the place of another counts what that left', () => {
  write([1, 2, 3, 4]);
  restart();
  write([5]);
  expect([written(), readTotals(folder)]).toEqual([5, recountTotals(folder)]);
});

test('of two services on one folder neither loses what the other has not counted yet', () => {
  for (const id of [1, 2, 4, 5, 7, 8, 10, 11]) {
    write([id]);
    [writer, other] = [other, writer];
  }
  expect([written(), readTotals(folder)]).toEqual([5, recountTotals(folder)]);
  write([13, 14]);
  expect([written(), readTotals(folder)]).toEqual([10, recountTotals(folder)]);
});

test('what a failed transaction wrote is not counted', () => {
  write([1, 2]);
  db.exec("CREATE TEMP TRIGGER stone BEFORE INSERT ON product_days BEGIN SELECT RAISE(ABORT, 'a stone'); END");
  expect(() => write([10, 11], 'product-events')).toThrow('a stone');
  db.exec('DROP TRIGGER stone');
  write([4, 5, 7]);
  expect([written(), readTotals(folder)]).toEqual([5, recountTotals(folder)]);
});

test('a total is read from the latest events and from what is counted, and from nothing else', () => {
  const reader = openForReading(join(folder, 'events.db'));
  const plan = reader
    .prepare<[], { detail: string }>(
      "EXPLAIN QUERY PLAN SELECT media_id, sum(events) FROM daily_totals WHERE customer_id = 1 AND day >= 3 AND kind = 'media' AND action IN ('render', 'click') GROUP BY media_id",
    )
    .all()
    .map(({ detail }) => detail);
  reader.close();
  const searches = plan.filter((detail) => /^(SEARCH|SCAN) (counted_totals|events)/.test(detail));
  expect(searches).toEqual([
    'SEARCH counted_totals USING PRIMARY KEY (customer_id=? AND day>?)',
    'SEARCH events USING INTEGER PRIMARY KEY (rowid>?)',
  ]);
});

test('whatever is stored, told again, rebuilt and restarted, totals are those of the events', () => {
  const wire = fc.constantFrom('tracking', 'activities', 'product-events');
  const ids = fc.array(fc.nat(30), { minLength: 1, maxLength: 4 });
  const step = fc.oneof({ weight: 6, arbitrary: fc.tuple(ids, wire) }, fc.constantFrom('restart', 'rebuild', 'other'));
  fc.assert(
    fc.property(fc.array(step, { minLength: 3, maxLength: 20 }), (steps) => {
      db.exec('DELETE FROM events; DELETE FROM counted_totals; UPDATE counted SET up_to = 0');
      restart();
      for (const step of steps) {
        if (step === 'rebuild') rebuildTotals(folder, () => {});
        else if (step === 'restart') restart();
        else if (step === 'other') [writer, other] = [other, writer];
        else write(...(step as [number[], 'tracking']));
        expect(readTotals(folder)).toEqual(recountTotals(folder));
      }
    }),
    { numRuns: 60 },
  );
});
