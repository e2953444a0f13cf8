import { join } from 'node:path';
import type { OnMigrating } from '../migrating.ts';
import { createRelayQueue } from '../relay-queue/queue.ts';
import { createPeople } from '../user-points/reader.ts';
import { eraseCustomer } from './erasure/customer-removal.ts';
import { openErasure } from './erasure/thread.ts';
import { valuesOf } from './event-row.ts';
import type { EventStore } from './event-store.ts';
import { openReports } from './reading/reader.ts';
import { openForReading } from './schema.ts';
import { createRobotTotals } from './totals/robots.ts';
import { createVisits } from './visits.ts';
import { Ingest, type StoreLog } from './writing/queue.ts';

/**
 * Opens `events.db` in the data folder, makes it when there is none and migrates it when it is older.
 * @param onMigrating told of the latter, which may take long
 * @throws {EventsUnusable} with a sentence for the operator
 */
export async function openEventStore(folder: string, log: StoreLog, onMigrating?: OnMigrating): Promise<EventStore> {
  const path = join(folder, 'events.db');
  const ingest = await Ingest.open(path, log, undefined, onMigrating);
  const reader = openForReading(path);
  const reports = openReports(path, log);
  const erasure = openErasure(path, log);
  const ofDay = reader
    .prepare<[number, number], number>(
      'SELECT coalesce(sum(events), 0) FROM daily_totals WHERE customer_id = ? AND day = ?',
    )
    .pluck();
  return {
    ...createVisits(reader),
    submit: (customerId, rows, acts = []) =>
      ingest.submit(
        rows.map((row) => valuesOf(customerId, row)),
        acts.map((act) => ({ ...act, customerId })),
      ),
    people: createPeople(reader),
    eventsOfDay: async (customerId, day) => ofDay.get(customerId, day) ?? 0,
    robots: createRobotTotals(reader, (statement) => ingest.submit([], [statement])),
    relayed: createRelayQueue(reader, (statement) => ingest.submit([], [statement])),
    forget: (customerId) => eraseCustomer(reader, (statement) => ingest.submit([], [statement]), customerId),
    erasure,
    mediaClickThrough: reports.mediaClickThrough,
    products: reports.products,
    check: async () => {
      await ingest.check(Date.now());
      reader.prepare('SELECT count(*) FROM health').get();
    },
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
