import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, onTestFinished, test, vi } from 'vitest';
import type { EventStore } from '../store/events/event-store.ts';
import { openEventStore } from '../store/testing/open-stores.ts';
import { readEvents, readTotals } from '../store/testing/read-events.ts';
import { startRetention } from './retention.ts';

const until = { timeout: 15_000 };

let folder: string;
let events: EventStore;
let lines: object[];
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'vitrine-retention-'));
  events = await openEventStore(folder, console);
  lines = [];
});
afterEach(async () => {
  await events.close();
  await rm(folder, { recursive: true });
});

const log = {
  info: (details: object, message: string) => lines.push({ ...details, message }),
  error: (details: object, message: string) => lines.push({ ...details, message }),
};

async function fill(count: number): Promise<void> {
  const rows = Array.from({ length: count }, (_, n) => {
    const at = Date.now() - (n % 4) * 100 * 86_400_000;
    return { id: `${n}`, kind: 'vital', analyticsId: 'v', wire: 'tracking', occurredAt: at, receivedAt: at };
  });
  await events.submit(1, rows);
}

test('what is older than it is kept goes by itself, and the log says how much', async () => {
  await fill(8);
  const totals = readTotals(folder);
  const stop = startRetention({ eventStore: events, keepDays: 150, log, firstMs: 0 });
  await expect.poll(() => lines, until).toMatchObject([{ events: 4, message: 'old events are erased' }]);
  stop();
  expect(readEvents(folder).map(({ id }) => id)).toEqual(['0', '1', '4', '5']);
  expect(readTotals(folder)).toEqual(totals);
});

test('all of it goes, however much there is', async () => {
  // Three quarters are too old: more than one call erases.
  await fill(14_000);
  const stop = startRetention({ eventStore: events, keepDays: 31, log, firstMs: 0 });
  await expect.poll(() => lines, until).toMatchObject([{ events: 10_500 }]);
  stop();
  expect(readEvents(folder)).toHaveLength(3_500);
});

test('what has become too old since goes on the next day', async () => {
  vi.useFakeTimers({ toFake: ['Date', 'setTimeout', 'clearTimeout'] });
  onTestFinished(() => void vi.useRealTimers());
  await fill(4);
  const stop = startRetention({ eventStore: events, keepDays: 150, log });
  vi.advanceTimersByTime(60_000);
  await expect.poll(() => lines, until).toMatchObject([{ events: 2 }]);
  vi.setSystemTime(Date.now() + 100 * 86_400_000);
  vi.advanceTimersByTime(86_400_000);
  await expect.poll(() => lines, until).toMatchObject([{ events: 2 }, { events: 1 }]);
  stop();
  expect(readEvents(folder).map(({ id }) => id)).toEqual(['0']);
});

test('without the setting all is kept, and nothing is looked for', async () => {
  await fill(8);
  startRetention({ eventStore: events, keepDays: undefined, log, firstMs: 0 })();
  expect(readEvents(folder)).toHaveLength(8);
});

test('a service that ends does not wait for it, and says nothing', async () => {
  await fill(8_000);
  const stop = startRetention({ eventStore: events, keepDays: 31, log, firstMs: 0 });
  await expect.poll(() => readEvents(folder).length, until).toBeLessThan(8_000);
  stop();
  await events.close();
  expect(lines.filter((line) => 'err' in line)).toEqual([]);
  events = await openEventStore(folder, console);
  expect(readTotals(folder).reduce((sum, { events }) => sum + Number(events), 0)).toBe(8_000);
});
