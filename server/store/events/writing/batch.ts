import { StorageError, type StorageProblem } from '../../storage-error.ts';
import { UserPointError, type UserPointProblem } from '../../user-points/user-points.ts';
import type { RowOutcome, RowValues } from '../event-row.ts';
import { MAX_BATCH_SIZE } from './capacity.ts';
import { rowOutcomeOf, userPointProblemOf, type WriteOutcome } from './outcomes.ts';
import type { SideWrite, Submission } from './submission.ts';

/** A submission and its caller, who waits for the outcomes. */
export interface QueuedSubmission {
  /**
   * What is to be written, until the writer has its copy. Afterwards it is released: of thousands of submissions under
   * way, each would be in memory twice.
   */
  submission: Submission | undefined;
  /** How many rows it has. Its first outcomes are theirs. */
  rows: number;
  /** How many rows and side writes. */
  size: number;
  resolve(outcomes: RowOutcome[]): void;
  reject(error: Error): void;
}

/** Submissions that the writer has. */
export interface Batch {
  submissions: QueuedSubmission[];
  /** How many writes they have. */
  size: number;
  /** When the writer got it, by `performance.now()`. */
  postedAt: number;
}

/** A batch that the writer gets now. */
export function batchOf(submissions: QueuedSubmission[]): Batch {
  return { submissions, size: submissions.reduce((sum, { size }) => sum + size, 0), postedAt: performance.now() };
}

/** How many of the first submissions fit into one transaction, and how many writes they have. The first always fits. */
export function measureBatch(queue: readonly QueuedSubmission[]): { count: number; size: number } {
  let total = 0;
  let count = 0;
  for (const { size } of queue) {
    if (count > 0 && total + size > MAX_BATCH_SIZE) break;
    total += size;
    count++;
  }
  return { count, size: total };
}

/**
 * Takes from queued submissions what the writer needs. Rows without side writes are independent of each other, so those
 * of neighbouring submissions travel as one: fewer objects are copied.
 */
export function takeSubmissions(queued: readonly QueuedSubmission[]): Submission[] {
  const taken: { rows: RowValues[]; sideWrites: readonly SideWrite[] }[] = [];
  for (const one of queued) {
    if (!one.submission) continue;
    const { rows, sideWrites } = one.submission;
    one.submission = undefined;
    const last = taken.at(-1);
    if (last && sideWrites.length + last.sideWrites.length === 0) last.rows.push(...rows);
    else taken.push({ rows: [...rows], sideWrites });
  }
  return taken;
}

/**
 * Answers the callers of a batch that was written.
 * @param outcomes of all rows and side writes, in the order of the submissions
 * @param count is called with the outcome of each row
 */
export function resolveBatch(
  submissions: readonly QueuedSubmission[],
  outcomes: readonly WriteOutcome[],
  count: (outcome: RowOutcome) => void,
): void {
  let next = 0;
  for (const { rows, size, resolve, reject } of submissions) {
    const own: RowOutcome[] = [];
    let problem: UserPointProblem | undefined;
    for (const end = next + size; next < end; next++) {
      const outcome = outcomes[next] as WriteOutcome;
      const told = rowOutcomeOf(outcome);
      problem ??= userPointProblemOf(outcome);
      if (own.push(told) <= rows) count(told);
    }
    if (problem) reject(new UserPointError(problem));
    else resolve(own);
  }
}

/** The error of a submission that is not stored. It is silent: `FailureLog` logs what fails, once for all callers. */
export function notStored(reason: string, problem: StorageProblem = 'busy'): StorageError {
  return new StorageError(problem, reason, { store: 'events', silent: true });
}
