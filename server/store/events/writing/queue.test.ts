import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { StorageError } from '../../storage-error.ts';
import { readEvents } from '../../testing/read-events.ts';
import { type RowValues, valuesOf } from '../event-row.ts';
import { Ingest } from './queue.ts';

test('a writer that dies: who was answered has it, who waits is told to come again, the operator reads it, and another one takes over', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'vitrine-ingest-'));
  const path = join(folder, 'events.db');
  const errors: string[] = [];
  const log = { error: (_: object, message: string) => void errors.push(message) };
  const ingest = await Ingest.open(path, log, new URL('../../testing/dying-thread.ts', import.meta.url));
  const stored = ingest.submit([rowOf('a')]);
  ingest.advance();
  const waits = ingest.submit(Array.from({ length: 24 }, (_, n) => rowOf(`${n}`)));
  ingest.advance();
  // Its answer and its end are both there when this thread looks again.
  const nothing = new Int32Array(new SharedArrayBuffer(4));
  for (let tries = 0; !existsSync(`${path}.died`) && tries < 500; tries++) Atomics.wait(nothing, 0, 0, 10);
  Atomics.wait(nothing, 0, 0, 100);
  const [first, second] = await Promise.allSettled([stored, waits]);
  expect(first).toEqual({ status: 'fulfilled', value: ['accepted'] });
  expect(second).toEqual({ status: 'rejected', reason: expect.any(StorageError) });
  expect(ingest.waiting).toBe(0);
  expect(errors).toEqual(['the writer of events.db ended unexpectedly; starting another']);

  await expect
    .poll(() => ingest.submit([rowOf('b')]).catch(() => undefined), { timeout: 15_000 })
    .toEqual(['accepted']);
  await ingest.close();
  expect(readEvents(folder).map(({ id }) => id)).toEqual(['a', 'b']);
  await rm(folder, { recursive: true });
});

test('the writer works while one turn of the event loop goes on, and each sender gets its own answer', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'vitrine-ingest-'));
  const ingest = await Ingest.open(join(folder, 'events.db'), { error: () => {} });
  const submit = (first: number) => Array.from({ length: 24 }, (_, n) => ingest.submit([rowOf(`${first + n}`)]));
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
  await ingest.close();
  await rm(folder, { recursive: true });
});

test('in the midst of a turn, what waits is written and its sender answered, when it is asked for', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'vitrine-ingest-'));
  const ingest = await Ingest.open(join(folder, 'events.db'), { error: () => {} });
  const answer = ingest.submit([rowOf('a')]);
  const nothing = new Int32Array(new SharedArrayBuffer(4));
  for (let tries = 0; ingest.waiting > 0 && tries < 500; tries++) {
    ingest.advance();
    Atomics.wait(nothing, 0, 0, 10);
  }
  expect(ingest.waiting).toBe(0);
  expect(readEvents(folder).map(({ id }) => id)).toEqual(['a']);
  expect(await answer).toEqual(['accepted']);
  await ingest.close();
  // Nobody is there to be asked.
  ingest.advance();
  await rm(folder, { recursive: true });
});

test('submissions that reach the writer together are answered each for itself', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'vitrine-ingest-'));
  const ingest = await Ingest.open(join(folder, 'events.db'), { error: () => {} });
  const refused = { sql: 'INSERT INTO health VALUES (?, 1)', values: [2] };
  const outcomes = await Promise.all([
    ingest.submit([rowOf('a'), rowOf('b')]),
    ingest.submit([rowOf('a'), rowOf('c')]),
    ingest.submit([rowOf('d')], [refused]),
    ingest.submit([rowOf('e')]),
    ingest.submit([]),
    ingest.submit([rowOf('d'), rowOf('e')]),
  ]);
  expect(outcomes).toEqual([
    ['accepted', 'accepted'],
    ['repeated', 'accepted'],
    ['refused', 'refused'],
    ['accepted'],
    [],
    ['accepted', 'repeated'],
  ]);
  await ingest.close();
  expect(readEvents(folder).map(({ id }) => id)).toEqual(['a', 'b', 'c', 'e', 'd']);
  await rm(folder, { recursive: true });
});

test('closing writes what waits and answers for it, and takes nothing after that', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'vitrine-ingest-'));
  const ingest = await Ingest.open(join(folder, 'events.db'), { error: () => {} });
  // More than are under way at once.
  const ids = Array.from({ length: 5_000 }, (_, n) => `${n}`);
  const answers = Promise.all(ids.map((id) => ingest.submit([rowOf(id)])));
  await ingest.close();
  await expect(ingest.submit([rowOf('late')])).rejects.toThrow(StorageError);
  expect((await answers).flat()).toEqual(ids.map(() => 'accepted'));
  expect(readEvents(folder).map(({ id }) => id)).toEqual(ids);
  await rm(folder, { recursive: true });
});

test('those who ask whether it works while that is found out share the answer: no stranger fills the writer with it', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'vitrine-ingest-'));
  const ingest = await Ingest.open(join(folder, 'events.db'), { error: () => {} });
  const [first, second] = [ingest.check(1), ingest.check(2)];
  expect(first).toBe(second);
  await first;
  const third = ingest.check(3);
  expect(third).not.toBe(first);
  await third;
  await ingest.close();
  await rm(folder, { recursive: true });
});

function rowOf(id: string): RowValues {
  return valuesOf(1, { id, kind: 'choice', analyticsId: 'v', occurredAt: 1, receivedAt: 1, wire: 'tracking' });
}
