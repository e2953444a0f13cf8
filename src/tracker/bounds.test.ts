import { expect, test } from 'vitest';
import { excess, MAX_AGE_MS, MAX_BYTES, MAX_EVENTS } from './bounds.ts';
import type { Row } from './row.ts';

const row = (id: number, bytes = 100, age = 0): Row => ({
  page: 'page',
  event: { kind: 'vital', name: 'LCP', value: 1, id: String(id), at: Date.now() - age, analyticsId: 'v' },
  bytes,
  states: {},
});
const rows = (count: number, bytes?: number) => Array.from({ length: count }, (_, id) => row(id, bytes));
const dropped = (some: Row[]) => excess(some).map(([{ event }, reason]) => `${event.id} ${reason}`);

test('nothing goes while all is within bounds', () => {
  expect(dropped(rows(MAX_EVENTS))).toEqual([]);
  expect(dropped(rows(4, MAX_BYTES / 4))).toEqual([]);
});

test('the oldest go first, and no more than needed', () => {
  expect(dropped(rows(MAX_EVENTS + 2))).toEqual(['0 count', '1 count']);
  expect(dropped(rows(5, MAX_BYTES / 4))).toEqual(['0 bytes']);
});

test('what is too old goes wherever it stands, and makes room', () => {
  const some = rows(MAX_EVENTS);
  some.push(row(5000, 100, MAX_AGE_MS + 60_000), row(5001));
  expect(dropped(some)).toEqual(['0 count', '1 count', '5000 age']);
  expect(dropped([row(1, 100, MAX_AGE_MS + 60_000), row(2)])).toEqual(['1 age']);
});
