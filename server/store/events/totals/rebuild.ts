import { join } from 'node:path';
import { EVENTS_FILE } from '../../database-files.ts';
import { toStorageError } from '../../storage-error.ts';
import { openForWriting } from '../schema.ts';
import { recount } from './totals.ts';

/**
 * Counts all totals of `events.db` anew, in one transaction: who reads meanwhile reads the old ones, and when it is
 * interrupted these stay. A service that runs on the folder stores no events until it is done: it answers 503, and what
 * speaks to it comes again. Some 20,000 events are counted in a second.
 * @param progress told how many events are counted, first 0 and last all of them
 * @throws {StorageError} with a sentence for the operator
 */
export function rebuildTotals(dataDir: string, progress: (counted: number, all: number) => void): void {
  const db = openForWriting(join(dataDir, EVENTS_FILE));
  // 256 MB: the rows of a totals table are met in no order.
  db.pragma('cache_size = -256000');
  try {
    db.transaction(() => recount(db, progress)).immediate();
  } catch (error) {
    throw toStorageError(error, 'events');
  } finally {
    db.close();
  }
}
