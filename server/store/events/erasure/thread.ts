import { StorageError } from '../../storage-error.ts';
import { AskedThread, type ThreadOptions } from '../reading/asked-thread.ts';
import type { StoreLog } from '../writing/failure-log.ts';
import type { Job } from './eraser-thread.ts';
import type { Erasure } from './erasure.ts';

/** Erasures that may wait for the thread. Past the bound a request is refused, and its sender can try again. */
const MAX_WAITING = 16;

/** Has erasures done by a thread of their own. When it is closed, the one under way ends after its current step. */
export function openErasure(path: string, log: StoreLog): Erasure & { close(): Promise<void> } {
  const module = new URL('./eraser-thread.ts', import.meta.url);
  const failure: ThreadOptions['failure'] = (reason, problem = 'busy') =>
    new StorageError(problem, reason, { store: 'events', silent: true });
  const thread = new AskedThread<Job>({ module, path, name: 'eraser', maxWaiting: MAX_WAITING, failure }, log);
  const prune: Erasure['prune'] = (before, customerId) =>
    thread.ask({ kind: 'prune', before, customerId, at: Date.now() });
  return {
    prune,
    forgetVisitor: (customerId, id, options = {}) =>
      thread.ask({ kind: 'forgetVisitor', customerId, id, options, at: Date.now() }),
    async eraseCustomer(customerId, before = Number.MAX_SAFE_INTEGER) {
      let events = 0;
      for (let more = true; more; ) {
        const pruned = await prune(before, customerId);
        events += pruned.events;
        more = pruned.more;
      }
      await thread.ask({ kind: 'eraseTotals', customerId });
      return events;
    },
    close: () => thread.close(),
  };
}
