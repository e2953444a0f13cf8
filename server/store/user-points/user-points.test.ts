import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { EventRow } from '../events/event-row.ts';
import type { EventStore } from '../events/event-store.ts';
import { openEventStore } from '../events/open.ts';
import { userPointsContract } from '../testing/contract/user-points.ts';
import { readEvents, readNames } from '../testing/read-events.ts';
import { account, agent, choice, NOW, profile } from '../testing/user-point-updates.ts';
import { MAX_NAMES, type UserPointName, type UserPointUpdate } from './user-points.ts';

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

const row = (id: string): EventRow => ({
  id,
  kind: 'other',
  analyticsId: 'v',
  occurredAt: NOW,
  receivedAt: NOW,
  wire: 'activities',
});
const say = (customerId: number, names: UserPointName[], change?: UserPointUpdate['change'], at = NOW) =>
  store.submit(customerId, [], [{ names, at, change }]);

userPointsContract(() => openEventStore(folder, console));

test('a merge keeps the newer choice, both histories and every name, and is there after a restart', async () => {
  await say(1, [agent('a')], choice(true, NOW - 3000));
  await say(1, [agent('b')], choice(false, NOW - 2000), NOW + 1);
  await say(1, [agent('c')], choice(true, NOW - 4000), NOW + 2);
  const [first, second] = [
    await store.userPoints.pointNamed(1, agent('a')),
    await store.userPoints.pointNamed(1, agent('b')),
  ];
  await say(1, [agent('b'), agent('c')]);
  await say(1, [agent('c'), agent('a')]);
  await store.close();
  store = await openEventStore(folder, console);
  expect(readNames(folder).map(({ point }) => point)).toEqual([first, first, first]);
  expect(await store.userPoints.point(1, second ?? '')).toBe(first);
  expect(await store.userPoints.choices(1, first ?? '')).toMatchObject([
    { processing: '1', at: NOW - 2000, accepted: false },
  ]);
  expect((await store.userPoints.choiceLog(1, first ?? '', '1')).map(({ at }) => at)).toEqual([
    NOW - 2000,
    NOW - 3000,
    NOW - 4000,
  ]);
});

test('an act shares the fate of its row', async () => {
  const id = '0192f3a4-0000-7000-8000-000000000001';
  const act = (name: string): UserPointUpdate => ({
    names: [account('ann')],
    at: NOW,
    row: 1,
    change: profile({ name }),
  });
  const other = row('0192f3a4-0000-7000-8000-000000000002');
  expect(await store.submit(1, [other, row(id)], [act('Ann')])).toEqual(['accepted', 'accepted', 'accepted']);
  expect(await store.submit(1, [other, row(id)], [act('Bob')])).toEqual(['repeated', 'repeated', 'repeated']);
  const broken = { ...row('0192f3a4-0000-7000-8000-000000000003'), occurredAt: 'never' as unknown as number };
  const errors = console.error;
  console.error = () => {};
  expect(await store.submit(1, [other, broken], [act('Bob')])).toEqual(['repeated', 'refused', 'refused']);
  console.error = errors;
  expect((await store.userPoints.profile(1, '1', 'ann'))?.properties).toEqual({ name: 'Ann' });
  expect(readEvents(folder)).toHaveLength(2);
});

test('an act on a user point that is not there changes nothing', async () => {
  const act = { names: [agent('a')], point: 'gone', at: NOW };
  await expect(store.submit(1, [], [act])).rejects.toMatchObject({ problem: 'gone' });
  expect(readNames(folder)).toEqual([]);
});

describe('a choice that a page says', () => {
  const page = (name: string, accepted: boolean): UserPointUpdate => ({
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
    expect(answer).toMatchObject({ status: 'rejected', reason: { name: 'UserPointError', problem: 'known' } });
    expect(other).toEqual({ status: 'fulfilled', value: ['accepted'] });
    expect([
      readEvents(folder),
      await store.userPoints.choices(1, (await store.userPoints.pointNamed(1, agent('a'))) ?? ''),
    ]).toEqual([[], []]);
  });
});

describe('a user point', () => {
  const people = (count: number, letter = 'n') => Array.from({ length: count }, (_, n) => agent(`${letter}${n}`));
  const refused = (problem: string) => ({ name: 'UserPointError', problem });

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
    expect(await store.userPoints.choices(1, (await store.userPoints.pointNamed(1, agent('n2'))) ?? '')).toHaveLength(
      1,
    );
    expect((await store.userPoints.profile(1, '1', 'ann'))?.properties).toEqual({ name: 'Ann' });
  });
});
