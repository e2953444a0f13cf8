import type Database from 'better-sqlite3';
import { StorageError } from '../../storage-error.ts';
import { USER_POINT_TABLES } from '../../user-points/writer.ts';
import type { RowOutcome } from '../event-row.ts';
import type { Statement } from '../writing/submission.ts';

/** Rows that one step erases. It takes some 10 ms of the writer's time, which events of other customers wait for. */
export const MAX_ERASED = 500;

/** What goes, in this order. While a user point is left, `UserPoints.customers` names the customer, so the rest is not forgotten. */
const TABLES = ['relay_queue', ...USER_POINT_TABLES] as const;

/**
 * Erases what is known of a customer's people, in steps between which the writer takes events. A removal that was
 * interrupted is done again from the start: what is gone costs nothing.
 * @param write has the writer's thread run a statement
 */
export async function eraseCustomer(
  reader: Database.Database,
  write: (statement: Statement) => Promise<RowOutcome[]>,
  customerId: number,
): Promise<void> {
  const run = async (sql: string, value: string | number) => {
    if ((await write({ sql, values: [value] })).includes('refused'))
      throw new StorageError('busy', 'events.db could not erase the people of a customer.', {
        store: 'events',
        silent: true,
      });
  };
  for (const rows of profileEvents(reader, customerId))
    await run(
      "UPDATE events SET props = json_remove(props, '$.properties') WHERE rowid IN (SELECT value FROM json_each(?))",
      JSON.stringify(rows),
    );
  for (const table of TABLES) {
    const isLeft = reader.prepare(`SELECT 1 FROM ${table} WHERE customer_id = ? LIMIT 1`);
    while (isLeft.get(customerId))
      await run(`DELETE FROM ${table} WHERE customer_id = ? LIMIT ${MAX_ERASED}`, customerId);
  }
}

/** The row ids of events that changed profiles, some at a time, in the order of their index: `events_by_account`. */
function* profileEvents(reader: Database.Database, customerId: number): Generator<number[]> {
  const next = reader.prepare<[number, string, number], { row: number; account: string }>(
    `SELECT rowid AS row, json_extract(props, '$.account') AS account FROM events
      WHERE customer_id = ? AND kind = 'profile' AND (json_extract(props, '$.account'), rowid) > (?, ?)
      ORDER BY json_extract(props, '$.account'), rowid LIMIT ${MAX_ERASED}`,
  );
  for (let last = { account: '', row: 0 }; ; ) {
    const rows = next.all(customerId, last.account, last.row);
    const end = rows.at(-1);
    if (!end) return;
    yield rows.map(({ row }) => row);
    last = end;
  }
}
