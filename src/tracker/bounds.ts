import type { Drop } from '../events/dom.ts';
import type { Row } from './row.ts';

/**
 * The rows that one destination may keep waiting. The bounds hold for the current page, and again for all earlier pages
 * together. Past a bound the oldest rows are discarded.
 */
export const MAX_EVENTS = 1000;
/** Of the same rows, the sum of `bytes`. */
export const MAX_BYTES = 1_048_576;
/** The service replaces the time of an event that is older than 30 days by the time of receipt. This is shorter. */
export const MAX_AGE_MS = 14 * 86_400_000;

export const isOverdue = ({ event }: Row) => event.at < Date.now() - MAX_AGE_MS;

/**
 * The rows that are past the bounds, each with the bound. Overdue rows come first, then the oldest of the others.
 * @param rows oldest first
 */
export function excess(rows: Row[]): [Row, Drop['reason']][] {
  let bytes = rows.reduce((sum, row) => sum + row.bytes, 0);
  const over: [Row, Drop['reason']][] = [];
  for (const row of rows) {
    const reason = isOverdue(row)
      ? 'age'
      : rows.length - over.length > MAX_EVENTS
        ? 'count'
        : bytes > MAX_BYTES && 'bytes';
    if (!reason) continue;
    bytes -= row.bytes;
    over.push([row, reason]);
  }
  return over;
}
