import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { DAY_MS } from '../../store/events/days.ts';
import { openEventStore } from '../../store/testing/open-stores.ts';
import { openQuota, Quota, QuotaExceededError } from './quota.ts';

function open(limit: number) {
  const told: string[] = [];
  const clock = { now: 20_000 * DAY_MS };
  const log = { warn: (details: object, message: string) => told.push(`${message} ${JSON.stringify(details)}`) };
  return { told, clock, quota: new Quota(limit, log, new Map(), () => clock.now) };
}

test('the log warns once a day that the quota will not last, and once that it is used up', () => {
  const { quota, clock, told } = open(10);
  const near = (customer: number) =>
    `a customer comes near the events that it may store today {"customer":${customer},"events":8,"limit":10}`;
  for (let n = 0; n < 7; n++) quota.reserve(new Map([[1, 1]]));
  expect(told).toEqual([]);
  quota.reserve(new Map([[1, 1]]));
  quota.release(1, 1);
  quota.reserve(new Map([[1, 1]]));
  quota.reserve(new Map([[2, 8]]));
  expect(told).toEqual([near(1), near(2)]);
  quota.reserve(new Map([[1, 2]]));
  for (let n = 0; n < 3; n++) expect(() => quota.reserve(new Map([[1, 1]]))).toThrow(QuotaExceededError);
  expect(told.slice(2)).toEqual([
    'a customer has stored the events that it may store today {"customer":1,"events":10,"limit":10}',
  ]);
  clock.now += DAY_MS;
  quota.reserve(new Map([[1, 8]]));
  expect(told.slice(3)).toEqual([near(1)]);
  expect([...quota.used]).toEqual([[1, 8]]);
});

test.each([
  [0, 3_600],
  [DAY_MS - 3_600_000, 3_600],
  [DAY_MS - 90_500, 91],
  [DAY_MS - 1, 1],
])('%d ms into the day, who is over it may try again in %d s', (into, seconds) => {
  const { quota, clock } = open(1);
  clock.now += into;
  quota.reserve(new Map([[1, 1]]));
  expect(() => quota.reserve(new Map([[1, 1]]))).toThrow(`try again in ${seconds} seconds`);
});

test('events that are released on the next day do not raise its quota', () => {
  const { quota, clock } = open(10);
  quota.reserve(new Map([[1, 10]]));
  clock.now += DAY_MS;
  quota.release(1, 10);
  expect(quota.used.get(1)).toBe(0);
});

test('a service that restarts continues from the daily totals', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'vitrine-quota-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const events = await openEventStore(folder, console);
  onTestFinished(() => events.close());
  const row = (at: number) => {
    const times = { occurredAt: at, receivedAt: at };
    return { id: crypto.randomUUID(), kind: 'choice', action: 'granted', analyticsId: 'a', wire: 'tracking', ...times };
  };
  const now = Date.now();
  await events.submit(1, [row(now), row(now), row(now - DAY_MS)]);
  await events.submit(2, [row(now)]);
  const content = { customers: async () => [{ id: 1 }, { id: 2 }, { id: 3 }] as never };
  const quota = await openQuota(100, { warn: () => {} }, { contentStore: content, eventStore: events });
  expect([...quota.used]).toEqual([
    [1, 2],
    [2, 1],
    [3, 0],
  ]);
});
