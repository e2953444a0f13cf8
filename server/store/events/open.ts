import { join } from 'node:path';
import { EVENTS_FILE } from '../database-files.ts';
import type { OnMigrating } from '../migrating.ts';
import { createRelayQueue } from '../relay-queue/queue.ts';
import { withStorageErrors } from '../storage-error.ts';
import { createPeople } from '../user-points/reader.ts';
import { eraseCustomer } from './erasure/customer-removal.ts';
import { openErasure } from './erasure/thread.ts';
import { valuesOf } from './event-row.ts';
import type { EventStore } from './event-store.ts';
import { openReports } from './reading/reader.ts';
import { openForReading } from './schema.ts';
import { createRobotTotals } from './totals/robots.ts';
import { createVisits } from './visits.ts';
import type { StoreLog } from './writing/failure-log.ts';
import { Ingest } from './writing/queue.ts';
import type { Statement } from './writing/writer.ts';

/**
 * Opens `events.db` in the data folder, makes it when there is none and migrates it when it is older.
 * @param onMigrating told of the latter, which may take long
 * @throws {NewerVersionError} @throws {StorageError} with a sentence for the operator
 */
export async function openEventStore(dataDir: string, log: StoreLog, onMigrating?: OnMigrating): Promise<EventStore> {
  const path = join(dataDir, EVENTS_FILE);
  const ingest = await Ingest.open(path, log, undefined, onMigrating);
  const reader = openForReading(path);
  const reports = openReports(path, log);
  const erasure = openErasure(path, log);
  const ofDay = reader
    .prepare<[number, number], number>(
      'SELECT coalesce(sum(events), 0) FROM daily_totals WHERE customer_id = ? AND day = ?',
    )
    .pluck();
  const write = (statement: Statement) => ingest.submit([], [statement]);
  return {
    ...withStorageErrors(createVisits(reader), 'events'),
    submit: (customerId, rows, acts = []) =>
      ingest.submit(
        rows.map((row) => valuesOf(customerId, row)),
        acts.map((act) => ({ ...act, customerId })),
      ),
    people: withStorageErrors(createPeople(reader), 'events'),
    robots: withStorageErrors(createRobotTotals(reader, write), 'events'),
    relayed: withStorageErrors(createRelayQueue(reader, write), 'events'),
    ...withStorageErrors(
      {
        eventsOfDay: async (customerId: number, day: number) => ofDay.get(customerId, day) ?? 0,
        forget: (customerId: number) => eraseCustomer(reader, write, customerId),
        async check() {
          await ingest.check(Date.now());
          reader.prepare('SELECT count(*) FROM health').get();
        },
      },
      'events',
    ),
    erasure,
    mediaClickThrough: reports.mediaClickThrough,
    products: reports.products,
    get waiting() {
      return ingest.waiting;
    },
    get full() {
      return ingest.full;
    },
    advance: () => ingest.advance(),
    outcomes: ingest.outcomes,
    close: async () => {
      await Promise.all([ingest.close(), reports.close(), erasure.close()]);
      reader.close();
    },
  };
}
