import { setTimeout } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { createQueue, createTurns } from './queue.ts';
import type { Sender } from './sender.ts';

const ANN = { customerId: 1, network: '203.0.113.1' };
const BEA = { customerId: 1, network: '203.0.113.2' };
const CAL = { customerId: 2, network: '203.0.113.1' };

test('so many works run, so many wait, and the next is refused until one is done', async () => {
  const queue = createQueue(2, 1);
  let running = 0;
  let most = 0;
  const work = () =>
    queue(ANN, async () => {
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
  const failing = queue(ANN, () => Promise.reject(new Error('no')));
  const next = queue(ANN, async () => 'done');
  await expect(failing).rejects.toThrow('no');
  expect(await next).toBe('done');
});

describe('where one address sends more than can be done', () => {
  /** A queue in which works of Ann run and wait. @returns the names of works in the order in which they are done */
  function crowded(waiting: number) {
    const queue = createQueue(1, waiting);
    const done: string[] = [];
    const send = (sender: Sender, name: string) =>
      queue(sender, async () => {
        await setTimeout(2);
        done.push(name);
      });
    const works = Array.from({ length: waiting + 1 }, (_, i) => send(ANN, `ann ${i}`));
    return { done, send, works };
  }

  test('another address is next, and so is another customer', async () => {
    const { done, send, works } = crowded(4);
    const last = works.pop();
    // Their places are those that Ann has too many.
    const others = [send(BEA, 'bea'), send(CAL, 'cal')];
    await expect(last).rejects.toMatchObject({ status: 503 });
    await expect(works.pop()).rejects.toMatchObject({ status: 503 });
    await Promise.all([...works, ...others]);
    expect(done).toEqual(['ann 0', 'cal', 'bea', 'ann 1', 'ann 2']);
  });

  test('it is the one that is refused', async () => {
    const { done, send, works } = crowded(2);
    await expect(send(ANN, 'one more')).rejects.toMatchObject({ status: 503 });
    await Promise.all(works);
    expect(done).toEqual(['ann 0', 'ann 1', 'ann 2']);
  });
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
