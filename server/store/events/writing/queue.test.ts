import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { StorageError } from '../../storage-error.ts';
import { readEvents } from '../../testing/read-events.ts';
import { type RowValues, valuesOf } from '../event-row.ts';
import { EventQueue } from './queue.ts';

test('a writer that dies: who was answered has it, who waits is told to come again, the operator reads it, and another one takes over', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'vitrine-queue-'));
  const path = join(folder, 'events.db');
  const errors: string[] = [];
  const log = { error: (_: object, message: string) => void errors.push(message) };
  const queue = await EventQueue.open(path, log, new URL('../../testing/dying-thread.ts', import.meta.url));
  const stored = queue.submit([rowOf('a')]);
  queue.drain();
  const waits = queue.submit(Array.from({ length: 24 }, (_, n) => rowOf(`${n}`)));
  queue.drain();
  // Its answer and its end are both there when this thread looks again.
  const nothing = new Int32Array(new SharedArrayBuffer(4));
  for (let tries = 0; !existsSync(`${path}.died`) && tries < 500; tries++) Atomics.wait(nothing, 0, 0, 10);
  Atomics.wait(nothing, 0, 0, 100);
  const [first, second] = await Promise.allSettled([stored, waits]);
  expect(first).toEqual({ status: 'fulfilled', value: ['accepted'] });
  expect(second).toEqual({ status: 'rejected', reason: expect.any(StorageError) });
  expect(queue.waiting).toBe(0);
  expect(errors).toEqual(['the writer of events.db ended unexpectedly; starting another']);

  await expect.poll(() => queue.submit([rowOf('b')]).catch(() => undefined), { timeout: 15_000 }).toEqual(['accepted']);
  await queue.close();
  expect(readEvents(folder).map(({ id }) => id)).toEqual(['a', 'b']);
  await rm(folder, { recursive: true });
});

test('the writer works while one turn of the event loop goes on, and each sender gets its own answer', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'vitrine-queue-'));
  const queue = await EventQueue.open(join(folder, 'events.db'), { error: () => {} });
  const submit = (first: number) => Array.from({ length: 24 }, (_, n) => queue.submit([rowOf(`${first + n}`)]));
  const nothing = new Int32Array(new SharedArrayBuffer(4));
  // No promise of ours resolves meanwhile, and no socket would be read.
  const wait = (rows: number) => {
    for (let tries = 0; readEvents(folder).length < rows && tries < 500; tries++) Atomics.wait(nothing, 0, 0, 10);
    expect(readEvents(folder)).toHaveLength(rows);
  };
  const answers = submit(0);
  wait(24);
  answers.push(...submit(12));
  wait(36);
  const outcomes = (await Promise.all(answers)).flat();
  const times = (count: number, outcome: string) => Array(count).fill(outcome);
  expect(outcomes).toEqual([...times(24, 'accepted'), ...times(12, 'repeated'), ...times(12, 'accepted')]);
  await queue.close();
  await rm(folder, { recursive: true });
});

test('in the midst of a turn, what waits is written and its sender answered, when it is asked for', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'vitrine-queue-'));
  const queue = await EventQueue.open(join(folder, 'events.db'), { error: () => {} });
  const answer = queue.submit([rowOf('a')]);
  const nothing = new Int32Array(new SharedArrayBuffer(4));
  for (let tries = 0; queue.waiting > 0 && tries < 500; tries++) {
    queue.drain();
    Atomics.wait(nothing, 0, 0, 10);
  }
  expect(queue.waiting).toBe(0);
  expect(readEvents(folder).map(({ id }) => id)).toEqual(['a']);
  expect(await answer).toEqual(['accepted']);
  await queue.close();
  // Nobody is there to be asked.
  queue.drain();
  await rm(folder, { recursive: true });
});

test('submissions that reach the writer together are answered each for itself', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'vitrine-queue-'));
  const queue = await EventQueue.open(join(folder, 'events.db'), { error: () => {} });
  const refused = { sql: 'INSERT INTO health VALUES (?, 1)', values: [2] };
  const outcomes = await Promise.all([
    queue.submit([rowOf('a'), rowOf('b')]),
    queue.submit([rowOf('a'), rowOf('c')]),
    queue.submit([rowOf('d')], [refused]),
    queue.submit([rowOf('e')]),
    queue.submit([]),
    queue.submit([rowOf('d'), rowOf('e')]),
  ]);
  expect(outcomes).toEqual([
    ['accepted', 'accepted'],
    ['repeated', 'accepted'],
    ['refused', 'refused'],
    ['accepted'],
    [],
    ['accepted', 'repeated'],
  ]);
  await queue.close();
  expect(readEvents(folder).map(({ id }) => id)).toEqual(['a', 'b', 'c', 'e', 'd']);
  await rm(folder, { recursive: true });
});

test('closing writes what waits and answers for it, and takes nothing after that', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'vitrine-queue-'));
  const queue = await EventQueue.open(join(folder, 'events.db'), { error: () => {} });
  // More than are under way at once.
  const ids = Array.from({ length: 5_000 }, (_, n) => `${n}`);
  const answers = Promise.all(ids.map((id) => queue.submit([rowOf(id)])));
  await queue.close();
  await expect(queue.submit([rowOf('late')])).rejects.toThrow(StorageError);
  expect((await answers).flat()).toEqual(ids.map(() => 'accepted'));
  expect(readEvents(folder).map(({ id }) => id)).toEqual(ids);
  await rm(folder, { recursive: true });
});

test('those who ask whether it works while that is found out share the answer: no stranger fills the writer with it', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'vitrine-queue-'));
  const queue = await EventQueue.open(join(folder, 'events.db'), { error: () => {} });
  const [first, second] = [queue.check(1), queue.check(2)];
  expect(first).toBe(second);
  await first;
  const third = queue.check(3);
  expect(third).not.toBe(first);
  await third;
  await queue.close();
  await rm(folder, { recursive: true });
});

function rowOf(id: string): RowValues {
  return valuesOf(1, { id, kind: 'choice', analyticsId: 'v', occurredAt: 1, receivedAt: 1, wire: 'tracking' });
}
