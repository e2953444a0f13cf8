import { setState, UNCONFIRMED, WAITING } from '../row.ts';
import { attempt } from './attempt.ts';
import { BATCH_SIZE, type Batch, encodeBatches } from './batch.ts';
import type { Destination } from './destination.ts';
import { cancelDeferred, sendBeacon, sendDeferred, sendKeepalive } from './transport.ts';

/**
 * Sends all waiting rows at once, because the page is hidden or ends.
 * @param onFailed called when a request is answered, and the destination is down
 */
export function flushOnExit(destination: Destination, onFailed: () => void): void {
  const { name, wire, outbox, backoff } = destination;
  // While a probe is due, rows that are sent at most once are left to a later page.
  if (!destination.canSend() || (destination.isDown && wire.probe)) return;
  // One batch asks whether a destination that was down is up again. All of its rows are stored.
  const max = backoff.remaining() ? BATCH_SIZE : undefined;
  // A stored row that is sent at most once has to be settled in a transaction, for which there is no time.
  const rows = outbox.waiting(name, max).filter((row) => wire.idempotent || !outbox.keys.has(row));
  for (const batch of encodeBatches(destination, rows)) {
    if (!flushBatch(destination, batch, onFailed)) return;
  }
}

/** Sends one request by what outlives the page. @returns whether the browser took it */
function flushBatch(destination: Destination, batch: Batch, onFailed: () => void): boolean {
  const { name, wire, outbox, page, handedOver } = destination;
  const { request, rows } = batch;
  // Firefox may end the script at any line (see `flushOnExit` in tracker.ts). The next event of the page's end then sends
  // the rows again if they still wait. A destination that does not recognise repeated ids must not get them twice.
  if (!wire.idempotent) setState(rows, name, UNCONFIRMED);
  const isUnloaded = page.isUnloaded();
  const answering = sendKeepalive(request, isUnloaded);
  // A deferred request may leave twice.
  if (!answering && !sendBeacon(request, isUnloaded) && !(wire.idempotent && sendDeferred(request))) {
    setState(rows, name, WAITING);
    return false;
  }
  if (wire.idempotent) setState(rows, name, UNCONFIRMED);
  else void outbox.settle(name, rows);
  if (answering) void attempt(destination, batch, answering).then((isUp) => isUp || onFailed());
  else handedOver.push(...rows);
  return true;
}

/** The page is visible again: what the browser was to send later is cancelled, and rows without an answer wait again. */
export function requeueHandedOver({ name, handedOver }: Destination): void {
  cancelDeferred();
  // A beacon is not an acknowledgement.
  setState(handedOver.splice(0), name, WAITING);
}
