import { USER_POINT_PROBLEMS, type UserPointProblem } from '../../user-points/user-points.ts';
import type { RowOutcome } from '../event-row.ts';

/**
 * The outcomes of a row or a side write, as the writer sees them. `erased`: the event belongs to an erased visitor, whose
 * browser still had it, and is not stored. The others say why a side write was refused.
 */
export const WRITE_OUTCOMES = ['accepted', 'repeated', 'refused', 'erased', ...USER_POINT_PROBLEMS] as const;
export type WriteOutcome = (typeof WRITE_OUTCOMES)[number];

const CODES = new Map<WriteOutcome, number>(WRITE_OUTCOMES.map((outcome, code) => [outcome, code]));

/** Outcomes as they travel between threads: one byte each instead of one text. */
export function encodeOutcomes(outcomes: readonly WriteOutcome[]): Uint8Array {
  return Uint8Array.from(outcomes, (outcome) => CODES.get(outcome) as number);
}

export function decodeOutcomes(codes: Uint8Array): WriteOutcome[] {
  return Array.from(codes, (code) => WRITE_OUTCOMES[code] as WriteOutcome);
}

/** Whether an outcome leaves the submission as a whole valid. */
export function isHarmless(outcome: WriteOutcome): boolean {
  return outcome === 'accepted' || outcome === 'repeated' || outcome === 'erased';
}

/** What the sender learns. An event of an erased visitor counts as stored, so that it is not sent again. */
export function rowOutcomeOf(outcome: WriteOutcome): RowOutcome {
  if (outcome === 'accepted') return 'accepted';
  return isHarmless(outcome) ? 'repeated' : 'refused';
}

export function userPointProblemOf(outcome: WriteOutcome): UserPointProblem | undefined {
  return USER_POINT_PROBLEMS.find((problem) => problem === outcome);
}
