import type { Drop } from '../events/dom.ts';
import type { Row } from './outbox.ts';

/** How much one destination may keep waiting, and how long. */
export interface Bounds {
  count: number;
  /** Of the events as JSON. */
  bytes: number;
  /** Milliseconds; shorter than the 30 days after which the service takes the time of receipt instead. */
  age: number;
}

export const BOUNDS: Bounds = { count: 1000, bytes: 1_048_576, age: 14 * 86_400_000 };

/** Those of the rows, oldest first, that are past the bounds, and why: what is old goes, then the oldest of the rest. */
export function* excess(rows: Row[], bounds: Bounds, now: number): Generator<[Row, Drop['reason']]> {
  let count = rows.length;
  let bytes = rows.reduce((sum, row) => sum + row.bytes, 0);
  for (const row of rows) {
    const reason =
      row.event.at < now - bounds.age
        ? 'age'
        : count > bounds.count
          ? 'count'
          : bytes > bounds.bytes
            ? 'bytes'
            : undefined;
    if (!reason) continue;
    count--;
    bytes -= row.bytes;
    yield [row, reason];
  }
}
