import { setTimeout as pause } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { Trouble } from './trouble.ts';

const CALM_MS = 50;

function watched() {
  const said: [string, object][] = [];
  return { said, trouble: new Trouble({ error: (details, message) => void said.push([message, details]) }, CALM_MS) };
}

test('is told once when it begins and once when it is over, however often a write fails', async () => {
  const { said, trouble } = watched();
  trouble.worked();
  expect(said).toEqual([]);
  for (let failure = 0; failure < 1000; failure++) trouble.failed('database or disk is full');
  expect(trouble.reason).toBe('database or disk is full');
  // Something small found room.
  trouble.worked();
  trouble.failed('database or disk is full');
  expect(said).toEqual([
    [
      'events.db cannot be written; senders are told to come again, until it can',
      { reason: 'database or disk is full' },
    ],
  ]);
  await pause(CALM_MS + 10);
  expect(trouble.reason).toBeUndefined();
  trouble.worked();
  trouble.worked();
  expect(said.slice(1)).toEqual([
    ['events.db is written again', { reason: 'database or disk is full', failures: 1001, seconds: 0 }],
  ]);
});

test('of another kind is told, too', () => {
  const { said, trouble } = watched();
  trouble.failed('database or disk is full');
  trouble.failed('disk I/O error');
  expect(said.map(([, details]) => details)).toEqual([
    { reason: 'database or disk is full' },
    { reason: 'disk I/O error' },
  ]);
});
