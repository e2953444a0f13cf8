import { promisifyRequest } from 'idb-keyval';
import type { Database } from '../database.ts';
import type { Outbox } from '../outbox.ts';
import { isSettled, type Row, readRecord } from '../row.ts';

/** Records that one transaction reads. */
const READ_SIZE = 10;
/** Reads of one drain. Records past them are left for the next drain: a script of the page may write ever more. */
const MAX_READS = 500;

/** Reads the rows of all pages, oldest first, some at a time. Deletes records that are settled, or are not a list of rows. */
export async function* readBacklog({ use, write }: Database, outbox: Outbox): AsyncGenerator<Row[], void, undefined> {
  let after: IDBValidKey = [];
  for (let reads = 0; reads < MAX_READS; reads++) {
    // Keys that are no list, such as the visitor's id, sort before.
    const range = IDBKeyRange.lowerBound(after, true);
    const [keys, records] = await use('readonly', (store) =>
      Promise.all([
        promisifyRequest(store.getAllKeys(range, READ_SIZE)),
        promisifyRequest<unknown[]>(store.getAll(range, READ_SIZE)),
      ]),
    );
    const useless: IDBValidKey[] = [];
    const found = keys.flatMap((key, index) => {
      const rows = readRecord(records[index]) ?? [];
      if (rows.every(isSettled)) useless.push(key);
      for (const row of rows) outbox.keys.set(row, key);
      return rows;
    });
    if (useless.length) await write((store) => useless.forEach((key) => void store.delete(key))).catch(() => {});
    if (!keys.length) return;
    after = keys.at(-1) as IDBValidKey;
    yield found;
  }
}
