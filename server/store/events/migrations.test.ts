import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Migrating } from '../migrating.ts';
import { EARLIER_EVENTS, writeEarlierEvents } from '../testing/earlier-events.ts';
import { readEvents, readSchema, readTables, readTotals, recountTotals } from '../testing/read-events.ts';
import { openEventStore } from './open.ts';
import { SCHEMA_VERSION } from './schema.ts';
import { rebuildTotals } from './totals/rebuild.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'vitrine-earlier-'));
});
afterEach(() => rm(folder, { recursive: true }));

const EVENTS = 500;
const open = (onMigrating?: (said: Migrating) => void) => openEventStore(folder, console, onMigrating);

function version(): unknown {
  const db = new Database(join(folder, 'events.db'), { readonly: true });
  try {
    return db.pragma('user_version', { simple: true });
  } finally {
    db.close();
  }
}

/** What this version counts, and erases as soon as it is there, is told by its own tests. */
const COUNTED = /^(daily_totals|counted_totals|product_.*|.*_erasures|events|sqlite_.*)$/;
const kept = () => Object.entries(readTables(folder)).filter(([name]) => !COUNTED.test(name));

describe.each(EARLIER_EVENTS)('events.db of version %i', (earlier) => {
  beforeEach(() => writeEarlierEvents(folder, earlier, EVENTS));

  test('becomes what a new one is, with all its rows and with totals that are right', async () => {
    const before = { events: readEvents(folder), kept: kept() };
    expect(before.events).toHaveLength(EVENTS);
    // A table that a version had, and this fixture has no rows for, would be lost unseen.
    const empty = Object.entries(readTables(folder)).filter(([, rows]) => rows.length === 0);
    expect(empty.map(([name]) => name)).toEqual([]);

    const said: Migrating[] = [];
    await (await open((migrating) => said.push(migrating))).close();
    expect(version()).toBe(SCHEMA_VERSION);
    expect(said[0]).toEqual({ file: 'events.db', from: earlier, to: SCHEMA_VERSION, counted: 0, all: 0 });
    if (said.length > 1) expect(said.at(-1)).toMatchObject({ counted: EVENTS, all: EVENTS });

    expect(readEvents(folder)).toEqual(before.events);
    // A column may have come to them.
    expect(Object.fromEntries(kept())).toMatchObject(Object.fromEntries(before.kept));
    expect(readTotals(folder)).toEqual(recountTotals(folder));
    const migrated = { tables: readTables(folder), schema: readSchema(folder) };
    rebuildTotals(folder, () => {});
    expect(readTables(folder)).toEqual(migrated.tables);

    await rm(join(folder, 'events.db'));
    await (await open()).close();
    expect(migrated.schema).toEqual(readSchema(folder));
  });

  test('is worked with: reports count what it had, and repeated events are known', async () => {
    const store = await open();
    try {
      const events = readEvents(folder);
      const [first] = events;
      const clicks = events.filter(({ kind, action }) => kind === 'media' && action === 'click').length;
      const media = await store.mediaClickThrough(1, 0);
      expect(media.reduce((sum, { clicks }) => sum + clicks, 0)).toBe(clicks);
      for (const filter of [{}, { action: 'clicked' }, { device: 'Firefox' }, { metadata: { a: 1 } }]) {
        const days = await store.products.perDay(1, filter);
        const matching = events.filter(({ kind, action, user_agent: agent, props }) => {
          if (kind !== 'product') return false;
          if ('action' in filter) return action === filter.action;
          if ('device' in filter) return agent === filter.device;
          return !('metadata' in filter) || props?.metadata !== undefined;
        });
        const counted = days.reduce((sum, day) => sum + day.events, 0);
        expect([filter, counted]).toEqual([filter, matching.length]);
        const page = { page: 1, perPage: EVENTS, newestFirst: false };
        expect(await store.products.list(1, filter, page)).toHaveLength(matching.length);
      }
      const row = { kind: 'media', action: 'click', mediaId: '7', analyticsId: 'v', wire: 'tracking' };
      const at = { occurredAt: Date.now(), receivedAt: Date.now() };
      const repeated = { ...row, ...at, id: String(first?.id) };
      expect(await store.submit(1, [repeated, { ...repeated, id: 'new' }])).toEqual(['repeated', 'accepted']);
      expect(readTotals(folder)).toEqual(recountTotals(folder));
      const account = { kind: 'account', compartment: 'c', id: 'a8' } as const;
      if (earlier >= 4) expect((await store.userPoints.profile(1, 'c', 'a8'))?.properties).toEqual({ size: 'M' });
      expect((await store.userPoints.pointNamed(1, account)) !== undefined).toBe(earlier >= 4);
      expect(await store.relayed.waiting()).toBe(earlier >= 5 ? 2 : 0);
    } finally {
      await store.close();
    }
  });

  test('is as it was when a step fails, whatever steps went before it', async () => {
    const db = new Database(join(folder, 'events.db'));
    // What the last step makes is in its way.
    db.exec('CREATE TABLE erased_days ("a stone")');
    db.close();
    const before = { tables: readTables(folder), schema: readSchema(folder) };
    await expect(open()).rejects.toThrow(/events\.db cannot be opened for writing: table erased_days already exists/);
    expect(version()).toBe(earlier);
    expect({ tables: readTables(folder), schema: readSchema(folder) }).toEqual(before);
  });
});

test('an earlier version that still runs beside the new one counts nothing twice: it is told that it cannot', async () => {
  writeEarlierEvents(folder, 8, EVENTS);
  const earlier = new Database(join(folder, 'events.db'));
  await (await open()).close();
  const add =
    "INSERT INTO daily_totals VALUES (1, 3, 'media', 'click', '', '', '7', 1) ON CONFLICT DO UPDATE SET events = 2";
  expect(() => earlier.prepare(add).run()).toThrow(/daily_totals/);
  earlier.close();
});

test('a new database, and one of this version, are no news', async () => {
  const said: Migrating[] = [];
  for (let n = 0; n < 2; n++) await (await open((migrating) => said.push(migrating))).close();
  expect(said).toEqual([]);
});
