import { excess, isOverdue } from '../bounds.ts';
import { type Row, SETTLED, UNCONFIRMED } from '../row.ts';
import type { Destination } from './destination.ts';
import { readBacklog } from './read-backlog.ts';
import type { SendBatch } from './send-batch.ts';
import { REQUEST_TIMEOUT_MS } from './transport.ts';

/** A page that has not sent a waiting event for this long counts as ended. */
const MAX_PAGE_SILENCE_MS = 600_000;

/**
 * Sends the backlog, which is what other pages of this origin could not send, and keeps it within the bounds.
 * @param sendBatch that of `send-batch.ts`, which every page has loaded
 * @param controller aborts the drain
 * @returns whether rows are left because the destination is down
 */
export type DrainBacklog = (
  destination: Destination,
  sendBatch: SendBatch,
  controller: AbortController,
) => Promise<boolean>;

/** Loads this module, and calls `use` with it. No page needs the module at once. */
export type LoadBacklog = (use: (backlog: { drainBacklog: DrainBacklog }) => void) => void;

/**
 * One tab at a time drains the backlog of a destination, under a lock. A tab does not wait for the lock, and holds it only
 * while it drains: a page that holds a lock loses its place in the bfcache.
 */
export const drainBacklog: DrainBacklog = async (destination, sendBatch, controller) => {
  // Neither the lock nor the events of this page wait longer for the backlog.
  setTimeout(() => controller.abort(), REQUEST_TIMEOUT_MS);
  const send = (rows: Row[]) => sendBatch(destination, rows, controller.signal);
  // Pages without TLS have no locks. They send only events that may be sent twice.
  if (!navigator.locks) return destination.wire.idempotent && drain(destination, send);
  const drainIfHeld = (lock: Lock | null) => lock !== null && drain(destination, send);
  return (
    navigator.locks
      .request(`vitrine ${destination.name}`, { ifAvailable: true }, drainIfHeld)
      // A sandboxed frame gets no lock.
      .catch(() => false)
  );
};

async function drain(
  { name, wire: { idempotent }, page: { id }, outbox, database }: Destination,
  send: (rows: Row[]) => Promise<boolean>,
): Promise<boolean> {
  const left: Row[] = [];
  let isUp = true;
  try {
    for await (const rows of readBacklog(database, outbox)) {
      const others = rows.filter(({ page }) => page !== id);
      // An overdue row may also wait for a destination that is no longer on the page.
      for (const row of others.filter(isOverdue)) {
        for (const destination in row.states) {
          if (row.states[destination] !== SETTLED) await outbox.discard(destination, [row], 'age');
        }
      }
      // Without idempotency, an event that may have been sent is not sent again.
      const due = others.filter(
        ({ states, event }) =>
          (states[name] ?? SETTLED) < (idempotent ? SETTLED : UNCONFIRMED) &&
          (idempotent || event.at < Date.now() - MAX_PAGE_SILENCE_MS),
      );
      if (due.length) isUp &&= await send(due);
      left.push(...due.filter(({ states }) => states[name] !== SETTLED));
    }
    for (const [row, reason] of excess(left)) await outbox.discard(name, [row], reason);
  } catch {
    // The database is gone, and the backlog with it.
  }
  return !isUp;
}
