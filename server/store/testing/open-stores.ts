import type { ContentStore } from '../content/content-store.ts';
import type { EventStore } from '../events/event-store.ts';
import { openStores, type StoresConfig } from '../stores.ts';

/** One store of a data folder, for tests and benchmarks. Its own `close` closes it. */

export function openContentStore(dataDir: string, onMigrating?: StoresConfig['onMigrating']): Promise<ContentStore> {
  return openStores({ dataDir, onMigrating }).content();
}

export function openEventStore(
  dataDir: string,
  log?: StoresConfig['log'],
  onMigrating?: StoresConfig['onMigrating'],
): Promise<EventStore> {
  return openStores({ dataDir, log, onMigrating }).events();
}
