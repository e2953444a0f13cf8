import { setTimeout } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { createQueue, createTurns } from './queue.ts';

test('so many works run, so many wait, and the next is refused until one is done', async () => {
  const queue = createQueue(2, 1);
  let running = 0;
  let most = 0;
  const work = () =>
    queue(async () => {
      most = Math.max(most, ++running);
      await setTimeout(5);
      running--;
      return 'done';
    });
  const accepted = [work(), work(), work()];
  await expect(work()).rejects.toMatchObject({ status: 503 });
  expect(await Promise.all(accepted)).toEqual(['done', 'done', 'done']);
  expect([most, await work()]).toEqual([2, 'done']);
});

test('a work that fails gives its place away', async () => {
  const queue = createQueue(1, 1);
  const failing = queue(() => Promise.reject(new Error('no')));
  const next = queue(async () => 'done');
  await expect(failing).rejects.toThrow('no');
  expect(await next).toBe('done');
});

test('works of one key never run together, those of others do', async () => {
  const turns = createTurns();
  const running = new Set<string>();
  const seen: string[] = [];
  const work = (key: string) =>
    turns(key, async () => {
      expect(running.has(key)).toBe(false);
      running.add(key);
      seen.push([...running].toSorted().join(''));
      await setTimeout(2);
      running.delete(key);
      if (seen.length === 1) throw new Error('the first one fails');
    });
  const results = await Promise.allSettled([work('a'), work('a'), work('b'), work('a')]);
  expect(results.map(({ status }) => status)).toContain('fulfilled');
  expect(seen).toContain('ab');
});
