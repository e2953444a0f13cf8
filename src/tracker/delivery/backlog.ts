import type { Wire } from '../../wires/wire.ts';
import { excess, isOverdue } from '../bounds.ts';
import { type Outbox, type Row, SETTLED, UNCONFIRMED } from '../outbox.ts';
import type { Page } from '../page.ts';

/** A page that has not sent a waiting event for so long is taken for dead. */
const MAY_LIVE = 600_000;

export interface LeftoverOptions {
  /** The destination. */
  name: string;
  wire: Wire;
  outbox: Outbox;
  /** This page: its own rows are no leftovers. */
  page: Page;
  /** Sends rows; false when the destination is down. */
  send: (rows: Row[]) => Promise<boolean>;
}

/**
 * Sends what other pages of this origin left behind, and keeps that within bounds. One tab does it: the lock is asked
 * for and not waited for, and held only while this drain runs, since a page that holds a lock loses its bfcache.
 * @returns whether some are left, because the destination is down
 */
export async function drainLeftovers(options: LeftoverOptions): Promise<boolean> {
  // Plain-http pages have no locks: then only what may safely be sent twice is sent.
  if (!navigator.locks) return options.wire.idempotent && drain(options);
  const held = (lock: Lock | null) => lock !== null && drain(options);
  // A sandboxed frame is refused.
  return navigator.locks.request(`vitrine ${options.name}`, { ifAvailable: true }, held).catch(() => false);
}

async function drain({ name, wire: { idempotent }, page: { id }, outbox, send }: LeftoverOptions) {
  const left: Row[] = [];
  let up = true;
  try {
    for await (const rows of outbox.read()) {
      const others = rows.filter(({ page }) => page !== id);
      // By age goes also what waits for a destination that is no longer on the page.
      for (const row of others.filter(isOverdue)) {
        for (const destination in row.states) {
          if (row.states[destination] !== SETTLED) await outbox.giveUp(destination, [row], 'age');
        }
      }
      // Of what is not to arrive twice, that which may have left is not sent again.
      const due = others.filter(
        ({ states, event }) =>
          (states[name] ?? SETTLED) < (idempotent ? SETTLED : UNCONFIRMED) &&
          (idempotent || event.at < Date.now() - MAY_LIVE),
      );
      if (due.length) up &&= await send(due);
      left.push(...due.filter(({ states }) => states[name] !== SETTLED));
    }
    for (const [row, reason] of excess(left)) await outbox.giveUp(name, [row], reason);
  } catch {
    // The database is gone: so are the leftovers.
  }
  return !up;
}
