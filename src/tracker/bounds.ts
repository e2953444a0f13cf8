import type { Drop } from '../events/dom.ts';
import type { Row } from './outbox.ts';

/** How much one destination may keep waiting, of this page and again of all pages before it. */
export const MOST_EVENTS = 1000;
/** Of the events as JSON. */
export const MOST_BYTES = 1_048_576;
/** Shorter than the 30 days after which the service takes the time of receipt instead. */
export const MOST_AGE = 14 * 86_400_000;

export const isOverdue = ({ event }: Row) => event.at < Date.now() - MOST_AGE;

/** Those of the rows, oldest first, that are past the bounds, and why: what is old goes, then the oldest of the rest. */
export function excess(rows: Row[]): [Row, Drop['reason']][] {
  let bytes = rows.reduce((sum, row) => sum + row.bytes, 0);
  const over: [Row, Drop['reason']][] = [];
  for (const row of rows) {
    const reason = isOverdue(row)
      ? 'age'
      : rows.length - over.length > MOST_EVENTS
        ? 'count'
        : bytes > MOST_BYTES && 'bytes';
    if (!reason) continue;
    bytes -= row.bytes;
    over.push([row, reason]);
  }
  return over;
}
