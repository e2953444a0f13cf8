import { expect, test } from 'vitest';
import { MAX_BATCH_SIZE, MAX_WAITING, QueueCapacity } from './capacity.ts';

/** Batches that were posted at once and each took so many milliseconds. */
function measured(capacity: QueueCapacity, batches: number, ms: number, from = 0): number {
  for (let batch = 1; batch <= batches; batch++) capacity.measure(MAX_BATCH_SIZE, from, from + batch * ms);
  return from + batches * ms;
}

test('allows as many writes as the disk lately wrote in 50 ms, within its bounds', () => {
  const capacity = new QueueCapacity();
  expect(capacity.limit).toBe(MAX_WAITING);
  const later = measured(capacity, 200, 10);
  expect(capacity.limit).toBeCloseTo(5_000);
  const muchLater = measured(capacity, 1, 60_000, later);
  expect(capacity.limit).toBe(2 * MAX_BATCH_SIZE);
  measured(capacity, 200, 0.001, muchLater);
  expect(capacity.limit).toBe(MAX_WAITING);
});

test('learns nothing from a small batch, whose time is the latency of the disk', () => {
  const capacity = new QueueCapacity();
  capacity.measure(MAX_BATCH_SIZE / 2 - 1, 0, 60_000);
  expect(capacity.limit).toBe(MAX_WAITING);
});
