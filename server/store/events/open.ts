import { join } from 'node:path';
import { EVENTS_FILE } from '../database-files.ts';
import type { OnMigrating } from '../migrating.ts';
import { createRelayQueue } from '../relay-queue/queue.ts';
import { withStorageErrors } from '../storage-error.ts';
import { createUserPoints } from '../user-points/reader.ts';
import { eraseCustomer } from './erasure/customer-removal.ts';
import { openErasure } from './erasure/thread.ts';
import { valuesOf } from './event-row.ts';
import type { EventStore } from './event-store.ts';
import { openReports } from './reading/reader.ts';
import { openForReading } from './schema.ts';
import { createRobotTotals } from './totals/robots.ts';
import { createVisits } from './visits.ts';
import type { StoreLog } from './writing/failure-log.ts';
import { EventQueue } from './writing/queue.ts';
import type { Statement } from './writing/submission.ts';

/**
 * Opens `events.db` in the data folder, creates it when there is none and migrates it when it is older.
 * @param onMigrating is called during a migration, which may take minutes
 * @throws {NewerVersionError} @throws {StorageError} with a sentence for the operator
 */
export async function openEventStore(dataDir: string, log: StoreLog, onMigrating?: OnMigrating): Promise<EventStore> {
  const path = join(dataDir, EVENTS_FILE);
  const queue = await EventQueue.open(path, log, undefined, onMigrating);
  const reader = openForReading(path);
  const reports = openReports(path, log);
  const erasure = openErasure(path, log);
  const ofDay = reader
    .prepare<[number, number], number>(
      'SELECT coalesce(sum(events), 0) FROM daily_totals WHERE customer_id = ? AND day = ?',
    )
    .pluck();
  const write = (statement: Statement) => queue.submit([], [statement]);
  return {
    ...withStorageErrors(createVisits(reader), 'events'),
    submit: (customerId, rows, updates = []) =>
      queue.submit(
        rows.map((row) => valuesOf(customerId, row)),
        updates.map((update) => ({ ...update, customerId })),
      ),
    userPoints: withStorageErrors(createUserPoints(reader), 'events'),
    robots: withStorageErrors(createRobotTotals(reader, write), 'events'),
    relayed: withStorageErrors(createRelayQueue(reader, write), 'events'),
    ...withStorageErrors(
      {
        eventsOfDay: async (customerId: number, day: number) => ofDay.get(customerId, day) ?? 0,
        forget: (customerId: number) => eraseCustomer(reader, write, customerId),
        async check() {
          await queue.check(Date.now());
          reader.prepare('SELECT count(*) FROM health').get();
        },
      },
      'events',
    ),
    erasure,
    mediaClickThrough: reports.mediaClickThrough,
    products: reports.products,
    get waiting() {
      return queue.waiting;
    },
    get full() {
      return queue.full;
    },
    drain: () => queue.drain(),
    outcomes: queue.outcomes,
    close: async () => {
      await Promise.all([queue.close(), reports.close(), erasure.close()]);
      reader.close();
    },
  };
}
