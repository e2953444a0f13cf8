import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type Database from 'better-sqlite3';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { valuesOf } from '../events/event-row.ts';
import { openEventStore } from '../events/open.ts';
import { openForWriting } from '../events/schema.ts';
import { EventWriter } from '../events/writing/transaction.ts';
import { readEvents, readNames } from '../testing/read-events.ts';
import { MAX_ERASED_A_STEP } from './erasures.ts';
import { MAX_NAMES, type UserPointChange, type UserPointName } from './user-points.ts';

/** What a refusal erases, on the writer itself: a step is done when the test says so. */

let folder: string;
let db: Database.Database;
let writer: EventWriter;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'vitrine-erasures-'));
  open();
});
afterEach(async () => {
  db.close();
  await rm(folder, { recursive: true });
});
function open(): void {
  db = openForWriting(join(folder, 'events.db'));
  writer = new EventWriter(db);
}

const NOW = 1_790_000_000_000;
const ann: UserPointName = { kind: 'account', compartment: '1', id: 'ann' };
const choice = (accepted: boolean, at: number, processing = '1'): UserPointChange => ({
  ...{ kind: 'choice', processing, at: NOW + at, accepted, body: {} },
});
const described = (account: string): UserPointChange => ({
  ...{ kind: 'profile', compartment: '1', account, properties: { city: 'Espoo' }, strategy: 'merge' },
});
const fail = (reason: string) => {
  throw new Error(reason);
};

/** @returns rows of all tables that it changed: what it costs, whatever the machine */
function say(names: UserPointName[], change?: UserPointChange): number {
  const before = changes();
  const outcomes = writer.write([{ rows: [], sideWrites: [{ customerId: 1, names, at: NOW + 1000, change }] }], fail);
  expect(outcomes).toEqual(['accepted']);
  return changes() - before;
}
const changes = () => db.prepare('SELECT total_changes()').pluck().get() as number;

let made = 0;
/** Events that changed the profile of an account, as they are stored. */
function describedBefore(account: string, count: number, compartment = '1'): void {
  const rows = Array.from({ length: count }, () =>
    valuesOf(1, {
      ...{ id: `e${made++}`, kind: 'profile', analyticsId: 'v', occurredAt: NOW, receivedAt: NOW, wire: 'activities' },
      props: { account, compartment, properties: { city: 'Espoo' } },
    }),
  );
  writer.write([{ rows, sideWrites: [] }], fail);
}
const saying = () => readEvents(folder).filter(({ props }) => props?.properties);
const profiles = () => db.prepare('SELECT count(*) FROM user_profiles').pluck().get();

/** Does all that is left. @returns the rows that each step looked at, and those that it changed */
function eraseAll(): { looked: number; changed: number }[] {
  const steps = [];
  while (writer.erasures.pending) {
    const before = changes();
    const looked = writer.erasures.step();
    if (looked > 0) steps.push({ looked, changed: changes() - before });
  }
  return steps;
}

test('profiles and addresses go with the refusal, what events said in steps of so many rows, and what comes later stays', () => {
  describedBefore('ann', 5 * MAX_ERASED_A_STEP);
  describedBefore('ann', 30, 'another');
  describedBefore('bob', 30);
  say([{ kind: 'email', compartment: '', id: 'h', email: 'ann@shop.example' }, ann], described('ann'));
  expect(say([ann], choice(false, 0))).toBeLessThan(20);
  expect([profiles(), readNames(folder).filter(({ email }) => email)]).toEqual([0, []]);
  expect(saying()).toHaveLength(5 * MAX_ERASED_A_STEP + 60);

  describedBefore('ann', 3);
  say([ann], described('ann'));
  const steps = eraseAll();
  expect(steps.length).toBeGreaterThanOrEqual(5);
  expect(Math.max(...steps.map(({ looked }) => looked))).toBeLessThanOrEqual(MAX_ERASED_A_STEP + 1);
  expect(Math.max(...steps.map(({ changed }) => changed))).toBeLessThanOrEqual(MAX_ERASED_A_STEP + 1);
  expect([saying().length, profiles()]).toEqual([63, 1]);
});

test('a refusal that is repeated, or said once more, erases nothing again and costs nothing more', () => {
  describedBefore('ann', 50);
  say([ann], choice(true, 0));
  say([ann], choice(false, 1));
  eraseAll();
  expect(saying()).toEqual([]);
  describedBefore('ann', 50);
  say([ann], described('ann'));
  for (let at = 1; at < 20; at++) expect(say([ann], choice(false, at))).toBeLessThan(5);
  expect(eraseAll()).toEqual([]);
  expect([saying().length, profiles()]).toEqual([50, 1]);
  // A change of the choice is not a repetition.
  say([ann], choice(true, 21));
  say([ann], choice(false, 22));
  eraseAll();
  expect([saying().length, profiles()]).toEqual([0, 0]);
});

test('a restart goes on where the last step ended', async () => {
  describedBefore('ann', 3 * MAX_ERASED_A_STEP);
  say([ann], described('ann'));
  say([ann], choice(false, 0));
  writer.erasures.step();
  expect(saying()).toHaveLength(2 * MAX_ERASED_A_STEP);
  db.close();
  const store = await openEventStore(folder, console);
  await expect.poll(() => saying().length, { timeout: 15_000 }).toBe(0);
  await store.close();
  open();
  writer.erasures.step();
  expect(eraseAll()).toEqual([]);
});

test('what others submit is answered between the steps', async () => {
  describedBefore('ann', 30 * MAX_ERASED_A_STEP);
  db.close();
  const store = await openEventStore(folder, console);
  await store.submit(1, [], [{ names: [ann], at: NOW + 1000, change: choice(false, 0) }]);
  const other = { kind: 'agent', compartment: '', id: 'shopper' } as const;
  await store.submit(1, [], [{ names: [other], at: NOW + 1000 }]);
  expect(saying().length).toBeGreaterThan(0);
  await store.close();
  open();
});

test('a step that fails is told once, tried again, and holds up nobody', async () => {
  describedBefore('ann', 5);
  db.exec("CREATE TRIGGER stone BEFORE UPDATE ON events BEGIN SELECT RAISE(ABORT, 'a stone'); END");
  const told: unknown[] = [];
  const store = await openEventStore(folder, { error: (details, message) => void told.push([details, message]) });
  await store.submit(1, [], [{ names: [ann], at: NOW + 1000, change: choice(false, 0) }]);
  const failure = [{ reason: 'a stone' }, 'what refusals erase cannot be erased; it is tried again'];
  await expect.poll(() => told, { timeout: 15_000 }).toEqual([failure]);
  expect(await store.submit(1, [], [{ names: [ann], at: NOW + 1000 }])).toEqual(['accepted']);
  db.exec('DROP TRIGGER stone');
  await expect.poll(() => saying().length, { timeout: 15_000 }).toBe(0);
  expect(told).toEqual([failure]);
  await store.close();
});

test('a user point of earlier versions with thousands of names is chosen for and erased in steps, too', () => {
  const names = 2000;
  const point = '0192f3a4-0000-7000-8000-000000000001';
  db.prepare('INSERT INTO user_points VALUES (1, ?, NULL, ?)').run(point, NOW);
  const add = db.prepare("INSERT INTO user_names VALUES (1, 'account', '1', ?, ?, 'a@shop.example')");
  const describe = db.prepare(`INSERT INTO user_profiles VALUES (1, '1', ?, ?, '{}', 1, 1)`);
  db.transaction(() => {
    for (let n = 0; n < names; n++) {
      add.run(`a${n}`, point);
      describe.run(`a${n}`, point);
    }
  })();
  describedBefore('a7', 10);
  const seven = { ...ann, id: 'a7' };
  expect(say([seven], choice(true, 0))).toBeLessThan(5);
  expect(say([seven], choice(false, 1))).toBeLessThan(4 * MAX_NAMES + 10);
  for (const { looked, changed } of eraseAll()) {
    expect(looked).toBeLessThanOrEqual(MAX_ERASED_A_STEP + 1);
    expect(changed).toBeLessThanOrEqual(4 * MAX_NAMES + 10);
  }
  expect([profiles(), saying().length, readNames(folder).filter(({ email }) => email).length]).toEqual([0, 0, 0]);
  expect(readNames(folder)).toHaveLength(names);
  expect(writer.write([{ rows: [], sideWrites: [{ customerId: 1, names: [seven, ann], at: NOW }] }], fail)).toEqual([
    'names',
  ]);
});

test('a repeated merge of who refused erases what the other had, and a removed customer leaves nothing to do', async () => {
  say([ann], choice(false, 0));
  eraseAll();
  const bob = { ...ann, id: 'bob' };
  describedBefore('bob', 5);
  say([bob], described('bob'));
  say([ann, bob]);
  expect(profiles()).toBe(0);
  db.close();
  const store = await openEventStore(folder, console);
  await store.forget(1);
  await store.close();
  open();
  writer.erasures.step();
  expect([eraseAll(), saying()]).toEqual([[], []]);
});
