import { StorageError } from '../../storage-error.ts';
import type { EventStore } from '../event-store.ts';
import type { StoreLog } from '../writing/failure-log.ts';
import { AskedThread, type ThreadOptions } from './asked-thread.ts';
import type { Report } from './reader-thread.ts';

/** Reports that may wait for their turn. */
const MAX_WAITING = 64;

/** What takes long to read, by a thread of its own. */
export interface Reports extends Pick<EventStore, 'products' | 'mediaClickThrough'> {
  close(): Promise<void>;
}

/** @param path of `events.db` */
export function openReports(path: string, log: StoreLog): Reports {
  const module = new URL('./reader-thread.ts', import.meta.url);
  const failure: ThreadOptions['failure'] = (reason, problem) =>
    problem ? new StorageError(problem, reason, { store: 'events' }) : new Error(reason);
  const thread = new AskedThread<Report>({ module, path, name: 'reader', maxWaiting: MAX_WAITING, failure }, log);
  return {
    products: {
      list: (...values) => thread.ask({ query: 'list', values }),
      one: (...values) => thread.ask({ query: 'one', values }),
      perDay: (...values) => thread.ask({ query: 'perDay', values }),
    },
    mediaClickThrough: (...values) => thread.ask({ query: 'mediaClickThrough', values }),
    close: () => thread.close(),
  };
}
