import { join } from 'node:path';
import { EVENTS_FILE } from '../../database-files.ts';
import { toStorageError } from '../../storage-error.ts';
import { openForWriting } from '../schema.ts';
import { recount } from './totals.ts';

/**
 * Counts all totals of `events.db` anew, in one transaction (`Stores.rebuildTotals`).
 * @param progress is called with the number of events that are counted, first 0 and last all of them
 * @throws {StorageError} with a sentence for the operator
 */
export function rebuildTotals(dataDir: string, progress: (counted: number, all: number) => void): void {
  const db = openForWriting(join(dataDir, EVENTS_FILE));
  // 256 MB: the rows of a totals table are visited in no order.
  db.pragma('cache_size = -256000');
  try {
    db.transaction(() => recount(db, progress)).immediate();
  } catch (error) {
    throw toStorageError(error, 'events');
  } finally {
    db.close();
  }
}
