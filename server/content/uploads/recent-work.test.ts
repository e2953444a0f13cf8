import { expect, test } from 'vitest';
import { createRecentWork } from './recent-work.ts';

test('of work, half is forgotten each minute, and who had none done for longest is forgotten altogether', () => {
  const work = createRecentWork();
  work.add('ann', 800, 0);
  expect([work.of('ann', 0), work.of('ann', 60_000), work.of('ann', 120_000), work.of('bea', 0)]).toEqual([
    800, 400, 200, 0,
  ]);
  work.add('ann', 100, 60_000);
  expect(work.of('ann', 60_000)).toBe(500);
  for (let one = 0; one < 1000; one++) work.add(one, 1, 60_000);
  expect([work.of('ann', 60_000), work.of(999, 60_000)]).toEqual([0, 1]);
});
