import type { ContentStore } from './content/content-store.ts';
import { openContentStore } from './content/open.ts';
import type { DatabaseFile } from './database-files.ts';
import type { EventStore } from './events/event-store.ts';
import { openEventStore } from './events/open.ts';
import { type EventTail, openEventTail } from './events/reading/tail.ts';
import { rebuildTotals } from './events/totals/rebuild.ts';
import { type RobotTotal, readRobotTotals } from './events/totals/robots.ts';
import type { StoreLog } from './events/writing/failure-log.ts';
import type { OnMigrating } from './migrating.ts';
import { type CopyProgress, copyDatabases, type Snapshot } from './snapshot.ts';

export interface StoresConfig {
  /** The data folder. */
  dataDir: string;
  /** Where the event store reports what fails in the background; standard error unless given. */
  log?: StoreLog | undefined;
  /** Called while a database of an earlier version is migrated, which may take minutes. */
  onMigrating?: OnMigrating | undefined;
}

/**
 * The stores of a data folder. Each is opened with its first use: created where it does not exist, and migrated where an
 * earlier version wrote it.
 */
export interface Stores {
  /** @throws {StorageError} whose message says what the operator can do */
  content(): Promise<ContentStore>;
  /** @throws {StorageError} whose message says what the operator can do */
  events(): Promise<EventStore>;
  /** The events of a customer as they are stored, also by another process. Creates nothing. */
  eventTail(customerId: number): EventTail;
  /** What robots sent to a customer since a day, the latest first. Creates nothing. */
  robotTotals(customerId: number, sinceDay: number): Promise<RobotTotal[]>;
  /**
   * Counts all totals of events anew, in one transaction. Readers see the old totals meanwhile, and keep them where it is
   * interrupted. A service on the same folder stores no events until it is done: it answers 503. Some 20,000 events are
   * counted in a second.
   */
  rebuildTotals(progress: (counted: number, all: number) => void): Promise<void>;
  /**
   * Copies databases into a folder as they are now, also while a service writes them. Creates and changes nothing in the
   * data folder.
   * @param files both databases unless given
   */
  copyTo(folder: string, progress?: CopyProgress, files?: readonly DatabaseFile[]): Promise<Snapshot>;
  /** Closes the stores that are open. What was submitted to them is stored before. */
  close(): Promise<void>;
}

/** The only way into the databases of a data folder, for services, commands, benchmarks and tests. */
export function openStores({ dataDir, log = console, onMigrating }: StoresConfig): Stores {
  let content: Promise<ContentStore> | undefined;
  let events: Promise<EventStore> | undefined;
  return {
    content() {
      content ??= openContentStore(dataDir, onMigrating);
      return content;
    },
    events() {
      events ??= openEventStore(dataDir, log, onMigrating);
      return events;
    },
    eventTail: (customerId) => openEventTail(dataDir, customerId),
    robotTotals: async (customerId, sinceDay) => readRobotTotals(dataDir, customerId, sinceDay),
    rebuildTotals: async (progress) => rebuildTotals(dataDir, progress),
    copyTo: (folder, progress, files) => copyDatabases(dataDir, folder, progress, files),
    async close() {
      // A store that could not be opened has nothing to close.
      await (await events?.catch(() => undefined))?.close();
      await (await content?.catch(() => undefined))?.close();
    },
  };
}
