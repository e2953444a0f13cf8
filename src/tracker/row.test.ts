import { expect, test } from 'vitest';
import { isSettled, type Row, readRecord, SETTLED, setState, UNCONFIRMED, WAITING } from './row.ts';

const row = (states: Row['states']): Row => ({
  page: 'page',
  event: { kind: 'vital', name: 'LCP', value: 1, id: 'id', at: 1, analyticsId: 'visitor' },
  bytes: 100,
  states,
});

test('a row is settled when it is settled at all destinations', () => {
  expect(isSettled(row({ one: SETTLED, two: SETTLED }))).toBe(true);
  expect(isSettled(row({ one: SETTLED, two: UNCONFIRMED }))).toBe(false);
  expect(isSettled(row({}))).toBe(true);
});

test('a state is set at one destination, and a settled row stays settled', () => {
  const rows = [row({ one: WAITING, two: WAITING }), row({ one: SETTLED, two: WAITING })];
  setState(rows, 'one', UNCONFIRMED);
  expect(rows.map(({ states }) => states)).toEqual([
    { one: UNCONFIRMED, two: WAITING },
    { one: SETTLED, two: WAITING },
  ]);
});

test('a record is a list of rows', () => {
  const rows = [row({ one: WAITING }), row({ one: SETTLED })];
  expect(readRecord(rows)).toBe(rows);
});

const valid = row({ one: WAITING });
test.each<[what: string, record: unknown]>([
  ['nothing', undefined],
  ['a number', 7],
  ['a row without a list', valid],
  ['a list with null', [valid, null]],
  ['a row without a page', [{ ...valid, page: undefined }]],
  ['a row without an event', [{ ...valid, event: undefined }]],
  ['an event without a time', [{ ...valid, event: { ...valid.event, at: Number.NaN } }]],
  ['a row without bytes', [{ ...valid, bytes: undefined }]],
  ['a row without states', [{ ...valid, states: undefined }]],
  ['states that are null', [{ ...valid, states: null }]],
  ['an unknown state', [{ ...valid, states: { one: 'new' } }]],
])('%s is no list of rows', (_, record) => {
  expect(readRecord(record)).toBeUndefined();
});
