import { createHmac, randomBytes } from 'node:crypto';
import { checkoutId, uuidv7 } from '../../../src/events/id.ts';
import { parseAddress } from '../../http/client-address.ts';
import type { EventRow } from '../../store/events/event-row.ts';
import type { EventStore } from '../../store/events/event-store.ts';
import { rowOf } from '../ingest/event-row.ts';
import type { Accepted, Batch } from './judge.ts';
import { DUPLICATE_ORDER, invalid, type NotStored } from './outcome.ts';
import { newVisitId, VisitBook } from './visits.ts';

/** A row that is to be stored. */
export interface PreparedRow {
  kind: 'row';
  row: EventRow;
  site: number;
  /** Whether a second event with this id is the same event. It is a second order otherwise. */
  repeatable: boolean;
  /** Undoes what was noted of the row, for a row that does not reach the disk. */
  undo?: () => void;
}

/** Makes event rows of accepted requests: with a visitor, a visit, a goal that counts once and an order that is new. */
export class RowFactory {
  readonly #eventStore: EventStore;
  readonly #visits: VisitBook;
  /** Ids of orders on their way to the disk, by customer and transaction. */
  readonly #pendingOrders = new Map<string, string>();
  /** Hashes traces of a visitor to an id. It ends with the process, so that nobody can reverse the hash. */
  readonly #secret = randomBytes(32);

  constructor(eventStore: EventStore) {
    this.#eventStore = eventStore;
    this.#visits = new VisitBook(eventStore);
  }

  /** Call `release` for every row when it is on disk or has failed. */
  async prepare({ tracked, authenticated, userAgent }: Accepted, batch: Batch): Promise<NotStored | PreparedRow> {
    const { event, more, site, newVisit, address = '', language, device } = tracked;
    const { arrival } = batch;
    const { receivedAt } = arrival;
    const traces = [parseAddress(address) ?? batch.address, userAgent, language ?? batch.language];
    const analyticsId = event.analyticsId || this.#anonymousIdOf(traces);
    const anew = newVisit ? newVisitId(event.id) : undefined;
    const visit = await this.#visits.visitOf(site, analyticsId, event.at ?? receivedAt, { anew, device });
    const row = rowOf({ ...event, analyticsId }, { ...arrival, userAgent }, 'matomo', { ...more, visit: visit.id });
    if (authenticated && event.at !== undefined) trustTime(row, event.at);
    const prepared = { kind: 'row', row, site, repeatable: true } as const;
    if (event.kind === 'goal') {
      const { goals } = visit;
      row.id = event.id ?? uuidv7(receivedAt);
      const counted = goals.get(event.goal);
      if (counted !== undefined && counted !== event.id)
        return { kind: 'ignored', reason: 'The goal counts once in a visit.' };
      goals.set(event.goal, row.id);
      return counted === undefined ? { ...prepared, undo: () => goals.delete(event.goal) } : prepared;
    }
    if (event.kind !== 'checkout') return prepared;
    // An order without an id gets that of its transaction, by which the database knows it again.
    row.id = event.id ?? checkoutId(event.transactionId, []);
    const order = `${site} ${event.transactionId}`;
    const stored = await this.#eventStore.ordersOf(site, event.transactionId);
    const known = [...stored, this.#pendingOrders.get(order)].filter((id) => id !== undefined);
    if (known.some((id) => event.id === undefined || id !== event.id)) return invalid(DUPLICATE_ORDER);
    this.#pendingOrders.set(order, row.id);
    return { ...prepared, repeatable: event.id !== undefined };
  }

  /** Forgets what is only known until the row is on disk. */
  release({ row, site, undo }: PreparedRow): void {
    undo?.();
    if (row.transactionId !== undefined) this.#pendingOrders.delete(`${site} ${row.transactionId}`);
  }

  #anonymousIdOf(traces: (string | undefined)[]): string {
    return createHmac('sha256', this.#secret).update(JSON.stringify(traces)).digest('hex').slice(0, 16);
  }
}

/** Gives a row the sender's time, however long ago: a sender with a private token knows it. */
function trustTime(row: EventRow, at: number): void {
  if (row.occurredAt === at) return;
  row.occurredAt = at;
  const { event_time: _, ...props } = row.props ?? {};
  row.props = props;
}
