import { expect, test } from 'vitest';
import { FailureLog } from './failure-log.ts';

function watched() {
  const said: [string, object][] = [];
  const clock = { ms: 1000 };
  const log = { error: (details: object, message: string) => void said.push([message, details]) };
  return { said, clock, failures: new FailureLog(log, () => clock.ms) };
}

test('is told once when it begins and once when it is over, however often a write fails', () => {
  const { said, clock, failures } = watched();
  failures.worked();
  expect(said).toEqual([]);
  for (let failure = 0; failure < 1000; failure++) failures.failed('database or disk is full');
  expect(failures.current?.reason).toBe('database or disk is full');
  // Something small found room.
  failures.worked();
  failures.failed('database or disk is full');
  expect(said).toEqual([
    [
      'events.db cannot be written; senders are told to come again, until it can',
      { reason: 'database or disk is full' },
    ],
  ]);
  clock.ms += 6_000;
  expect(failures.current).toBeUndefined();
  failures.worked();
  failures.worked();
  expect(said.slice(1)).toEqual([
    ['events.db is written again', { reason: 'database or disk is full', failures: 1001, seconds: 6 }],
  ]);
});

test('of another kind is told, too', () => {
  const { said, failures } = watched();
  failures.failed('database or disk is full');
  failures.failed('disk I/O error');
  expect(said.map(([, details]) => details)).toEqual([
    { reason: 'database or disk is full' },
    { reason: 'disk I/O error' },
  ]);
});
