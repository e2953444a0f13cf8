import { expect, test, vi } from 'vitest';
import { UserPointError } from '../../user-points/user-points.ts';
import type { RowValues } from '../event-row.ts';
import { measureBatch, type QueuedSubmission, resolveBatch, takeSubmissions } from './batch.ts';
import { MAX_BATCH_SIZE } from './capacity.ts';
import { decodeOutcomes, encodeOutcomes, WRITE_OUTCOMES } from './outcomes.ts';
import type { SideWrite } from './submission.ts';

const statement: SideWrite = { sql: 'DELETE FROM health', values: [] };

function queued(rows: number, sideWrites = 0): QueuedSubmission {
  return {
    submission: {
      rows: Array.from({ length: rows }, (_, row): RowValues => [row]),
      sideWrites: Array.from({ length: sideWrites }, () => statement),
    },
    ...{ rows, size: rows + sideWrites, resolve: vi.fn(), reject: vi.fn() },
  };
}

test('a batch has as many submissions as fit into a transaction, and at least one', () => {
  expect(measureBatch([])).toEqual({ count: 0, size: 0 });
  expect(measureBatch([queued(1), queued(2, 3)])).toEqual({ count: 2, size: 6 });
  expect(measureBatch([queued(MAX_BATCH_SIZE - 1), queued(1), queued(1)])).toEqual({ count: 2, size: MAX_BATCH_SIZE });
  expect(measureBatch([queued(2 * MAX_BATCH_SIZE), queued(1)])).toEqual({ count: 1, size: 2 * MAX_BATCH_SIZE });
});

test('rows without side writes travel together, others with their side writes; nothing of them stays here', () => {
  const submissions = [queued(1), queued(2), queued(1, 1), queued(1), queued(1)];
  const taken = takeSubmissions(submissions);
  expect(taken.map(({ rows, sideWrites }) => [rows.length, sideWrites.length])).toEqual([
    [3, 0],
    [1, 1],
    [2, 0],
  ]);
  expect(submissions.map(({ submission }) => submission)).toEqual(Array(5).fill(undefined));
  expect(takeSubmissions(submissions)).toEqual([]);
});

test('each caller gets its own outcomes, and only rows are counted', () => {
  const [first, second, third] = [queued(2), queued(1, 1), queued(1, 1)] as const;
  const counted: string[] = [];
  const outcomes = ['accepted', 'erased', 'refused', 'refused', 'refused', 'known'] as const;
  resolveBatch([first, second, third], outcomes, (outcome) => counted.push(outcome));
  expect(first.resolve).toHaveBeenCalledWith(['accepted', 'repeated']);
  expect(second.resolve).toHaveBeenCalledWith(['refused', 'refused']);
  expect(third.reject).toHaveBeenCalledWith(new UserPointError('known'));
  expect(third.resolve).not.toHaveBeenCalled();
  expect(counted).toEqual(['accepted', 'repeated', 'refused', 'refused']);
});

test('outcomes are the same on the other side of the thread', () => {
  expect(decodeOutcomes(structuredClone(encodeOutcomes(WRITE_OUTCOMES)))).toEqual(WRITE_OUTCOMES);
});
