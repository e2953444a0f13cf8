import { type Row, SETTLED } from '../row.ts';
import { attemptEach } from './attempt.ts';
import { BATCH_SIZE, encodeBatches } from './batch.ts';
import type { Destination } from './destination.ts';

/**
 * Sends rows, each at most once where the other side does not recognise repeated ids.
 * @param backlog aborts the delivery of the backlog; absent for rows of this page
 * @returns whether all requests were sent, and the destination is up
 */
export type SendBatch = typeof sendBatch;
export async function sendBatch(destination: Destination, rows: Row[], backlog?: AbortSignal): Promise<boolean> {
  const { name, wire, outbox } = destination;
  if (wire.idempotent) return attemptEach(destination, rows, backlog);
  // The rows of each request are settled before it is sent, and no others. From then on nothing may stop the request.
  for (let rest = rows; rest.length; rest = rest.filter(({ states }) => states[name] !== SETTLED)) {
    const [first] = encodeBatches(destination, rest.slice(0, BATCH_SIZE));
    // No request carries these rows: `encodeBatches` has settled them.
    if (!first) continue;
    if (backlog?.aborted || !destination.canSend()) return false;
    if (!(await attemptEach(destination, await outbox.settle(name, first.rows)))) return false;
  }
  return true;
}
