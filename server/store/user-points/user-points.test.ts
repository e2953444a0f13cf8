import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { EventRow, EventStore } from '../events/event-store.ts';
import { openEventStore } from '../events/open.ts';
import { readEvents, readNames } from '../testing/read-events.ts';
import { MAX_HISTORY, MAX_NAMES, MAX_PROCESSINGS, type PersonAct, type PersonName } from './user-points.ts';

let folder: string;
let store: EventStore;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'vitrine-people-'));
  store = await openEventStore(folder, console);
});
afterEach(async () => {
  await store.close();
  await rm(folder, { recursive: true });
});

const NOW = 1_790_000_000_000;
const agent = (id: string): PersonName => ({ kind: 'agent', compartment: '', id });
const account = (id: string): PersonName => ({ kind: 'account', compartment: '1', id });
const choice = (accepted: boolean, at = NOW - 1000, processing = '1'): PersonAct['change'] => ({
  kind: 'choice',
  processing,
  at,
  accepted,
  body: {},
});
const profile = (properties: Record<string, string>): PersonAct['change'] => ({
  kind: 'profile',
  compartment: '1',
  account: 'ann',
  properties,
  strategy: 'merge',
});
const row = (id: string): EventRow => ({
  id,
  kind: 'other',
  analyticsId: 'v',
  occurredAt: NOW,
  receivedAt: NOW,
  wire: 'activities',
});
const say = (customerId: number, names: PersonName[], change?: PersonAct['change'], at = NOW) =>
  store.submit(customerId, [], [{ names, at, change }]);

test('customers know nothing of each other’s people', async () => {
  await say(1, [agent('a'), account('ann')], profile({ name: 'Ann' }));
  expect(await store.people.pointNamed(2, agent('a'))).toBeUndefined();
  await say(2, [agent('a')], choice(false));
  await say(2, [account('ann')], choice(false));
  expect((await store.people.profile(1, '1', 'ann'))?.properties).toEqual({ name: 'Ann' });
  expect(await store.people.point(2, (await store.people.pointNamed(1, agent('a'))) ?? '')).toBeUndefined();
});

test('a merge keeps the newer choice, both histories and every name, and is there after a restart', async () => {
  await say(1, [agent('a')], choice(true, NOW - 3000));
  await say(1, [agent('b')], choice(false, NOW - 2000), NOW + 1);
  await say(1, [agent('c')], choice(true, NOW - 4000), NOW + 2);
  const [first, second] = [await store.people.pointNamed(1, agent('a')), await store.people.pointNamed(1, agent('b'))];
  await say(1, [agent('b'), agent('c')]);
  await say(1, [agent('c'), agent('a')]);
  await store.close();
  store = await openEventStore(folder, console);
  expect(readNames(folder).map(({ point }) => point)).toEqual([first, first, first]);
  expect(await store.people.point(1, second ?? '')).toBe(first);
  expect(await store.people.choices(1, first ?? '')).toMatchObject([
    { processing: '1', at: NOW - 2000, accepted: false },
  ]);
  expect((await store.people.choiceLog(1, first ?? '', '1')).map(({ at }) => at)).toEqual([
    NOW - 2000,
    NOW - 3000,
    NOW - 4000,
  ]);
});

test('a clock that is ahead keeps no later choice from counting', async () => {
  await say(1, [agent('a')], choice(true, NOW + 86_400_000));
  await say(1, [agent('a')], choice(false, NOW + 10), NOW + 20);
  const point = (await store.people.pointNamed(1, agent('a'))) ?? '';
  expect(await store.people.choices(1, point)).toMatchObject([{ accepted: false, at: NOW + 10 }]);
});

test('an act shares the fate of its row', async () => {
  const id = '0192f3a4-0000-7000-8000-000000000001';
  const act = (name: string): PersonAct => ({ names: [account('ann')], at: NOW, row: 1, change: profile({ name }) });
  const other = row('0192f3a4-0000-7000-8000-000000000002');
  expect(await store.submit(1, [other, row(id)], [act('Ann')])).toEqual(['accepted', 'accepted', 'accepted']);
  expect(await store.submit(1, [other, row(id)], [act('Bob')])).toEqual(['repeated', 'repeated', 'repeated']);
  const broken = { ...row('0192f3a4-0000-7000-8000-000000000003'), occurredAt: 'never' as unknown as number };
  const errors = console.error;
  console.error = () => {};
  expect(await store.submit(1, [other, broken], [act('Bob')])).toEqual(['repeated', 'refused', 'refused']);
  console.error = errors;
  expect((await store.people.profile(1, '1', 'ann'))?.properties).toEqual({ name: 'Ann' });
  expect(readEvents(folder)).toHaveLength(2);
});

test('an act on a user point that is not there changes nothing', async () => {
  const act = { names: [agent('a')], point: 'gone', at: NOW };
  await expect(store.submit(1, [], [act])).rejects.toMatchObject({ problem: 'gone' });
  expect(readNames(folder)).toEqual([]);
});

describe('a choice that a page says', () => {
  const page = (name: string, accepted: boolean): PersonAct => ({
    ...{ names: [agent(name)], at: NOW, fromPage: true, change: choice(accepted) },
  });

  test('is judged by what the writer knows, with what waits before it in the same commit', async () => {
    const named = store.submit(1, [], [{ names: [agent('a'), account('ann')], at: NOW }]);
    const event = row('0192f3a4-0000-7000-8000-000000000004');
    const [, answer, other] = await Promise.allSettled([
      named,
      store.submit(1, [event], [{ ...page('a', false), row: 0 }]),
      store.submit(1, [], [page('b', false)]),
    ]);
    expect(answer).toMatchObject({ status: 'rejected', reason: { name: 'PersonRefused', problem: 'known' } });
    expect(other).toEqual({ status: 'fulfilled', value: ['accepted'] });
    expect([
      readEvents(folder),
      await store.people.choices(1, (await store.people.pointNamed(1, agent('a'))) ?? ''),
    ]).toEqual([[], []]);
  });
});

describe('a user point', () => {
  const people = (count: number, letter = 'n') => Array.from({ length: count }, (_, n) => agent(`${letter}${n}`));
  const refused = (problem: string) => ({ name: 'PersonRefused', problem });

  test('has so many names and no more, by addition or by merge, and nothing is stored of what would make it more', async () => {
    await say(1, people(MAX_NAMES));
    await say(1, [account('ann')], profile({ name: 'Ann' }));
    const before = readNames(folder);
    expect(before).toHaveLength(MAX_NAMES + 1);
    await expect(say(1, [agent('n0'), agent('new')])).rejects.toMatchObject(refused('names'));
    await expect(say(1, [agent('n0'), account('ann')], profile({ name: 'Bob' }))).rejects.toMatchObject(
      refused('names'),
    );
    await expect(say(2, people(MAX_NAMES + 1, 'x').slice(1))).resolves.toEqual(['accepted']);
    expect(readNames(folder).filter(({ id }) => !id.startsWith('x'))).toEqual(before);
    // Its own names are still its own.
    await say(1, [agent('n0'), agent('n1')], choice(true));
    expect(await store.people.choices(1, (await store.people.pointNamed(1, agent('n2'))) ?? '')).toHaveLength(1);
    expect((await store.people.profile(1, '1', 'ann'))?.properties).toEqual({ name: 'Ann' });
  });

  test('has choices about so many processings, and so much history', async () => {
    for (let n = 0; n < MAX_PROCESSINGS; n++) await say(1, [agent('a')], choice(true, NOW, `${n}`));
    await expect(say(1, [agent('a')], choice(true, NOW, 'more'))).rejects.toMatchObject(refused('processings'));
    for (let n = 0; n < MAX_HISTORY + 5; n++) await say(1, [agent('a')], choice(n % 2 === 0, NOW + n, '0'), NOW + n);
    const point = (await store.people.pointNamed(1, agent('a'))) ?? '';
    const history = (await store.people.choiceLog(1, point, '0')).map(({ at }) => at - NOW);
    expect(history).toEqual(Array.from({ length: MAX_HISTORY }, (_, n) => MAX_HISTORY + 4 - n));
    expect(await store.people.choices(1, point)).toHaveLength(MAX_PROCESSINGS);
  });
});
