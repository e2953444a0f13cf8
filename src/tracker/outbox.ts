import type { Drop } from '../events/dom.ts';
import type { StampedEvent } from '../events/vocabulary.ts';
import { excess } from './bounds.ts';
import type { Database } from './database.ts';
import { dispatchDrop } from './dispatch-drop.ts';
import { isSettled, type Row, SETTLED, WAITING } from './row.ts';

/** The events of this page. They are in memory and, where the browser permits it, in the database. */
export interface Outbox {
  /**
   * The key of each row's record, also for rows of other pages. A row without a key is not in the database. Rows that are
   * saved together are one record under the key of the first, because one request is faster than many. All rows of a record
   * have the same key object.
   */
  readonly keys: WeakMap<Row, IDBValidKey>;
  add(event: StampedEvent, bytes: number): void;
  /** Writes to the database what is not in it yet, within the bounds. Rows stay in memory as well. */
  save(): Promise<void>;
  /** The rows of this page that wait for a destination, oldest first. */
  waiting(destination: string, max?: number): Row[];
  /**
   * Settles rows of any page for one destination. Resolves when the transaction is committed, to the rows that no other
   * tab had settled before: exactly one caller gets each row.
   */
  settle(destination: string, rows: readonly Row[]): Promise<Row[]>;
  /** Settles rows that will not be delivered, and dispatches `vitrine-drop`. */
  discard(destination: string, rows: readonly Row[], reason: Drop['reason']): Promise<unknown>;
  /** Deletes the rows of this page from memory. */
  forget(): void;
}

/** @param destinations the names of the destinations; the list may grow */
export function createOutbox(page: string, destinations: readonly string[], { write }: Database): Outbox {
  const rows = new Map<string, Row>();
  const keys = new WeakMap<Row, IDBValidKey>();
  const unsaved = () => [...rows.values()].filter((row) => !keys.has(row));

  const outbox: Outbox = {
    keys,

    add(event, bytes) {
      const states: Row['states'] = Object.fromEntries(destinations.map((name) => [name, WAITING]));
      rows.set(event.id, { page, event, bytes, states });
    },

    async save() {
      for (const name of destinations) {
        for (const [row, reason] of excess(outbox.waiting(name))) void outbox.discard(name, [row], reason);
      }
      let added = unsaved();
      if (!added.length) return;
      try {
        await write((store) => {
          // Rows may have been delivered while the database was opened. Without any row this throws, and nothing is written.
          added = unsaved();
          const [{ event }] = added as [Row];
          const key = [page, event.id];
          store.put(added, key);
          // When a page is closed, the browser undoes a transaction without an explicit commit.
          store.transaction.commit();
          // This is the last step: Firefox may end the script before (see `flushOnExit` in tracker.ts), and then the rows
          // are written again.
          for (const row of added) keys.set(row, key);
        });
      } catch {
        for (const row of added) keys.delete(row);
      }
    },

    waiting: (destination, max) =>
      [...rows.values()].filter(({ states }) => states[destination] === WAITING).slice(0, max),

    async settle(destination, some) {
      const unsaved: Row[] = [];
      const won: Row[] = [];
      const records = new Set<IDBValidKey>();
      for (const row of some) {
        row.states[destination] = SETTLED;
        if (isSettled(row)) rows.delete(row.event.id);
        const key = keys.get(row);
        if (key) records.add(key);
        else unsaved.push(row);
      }
      if (!records.size) return unsaved;
      return write((store) => {
        for (const key of records) settleRecord(store, key, destination, some, won);
      }).then(
        () => [...unsaved, ...won],
        // A row whose transaction fails may belong to another tab.
        () => unsaved,
      );
    },

    discard(destination, some, reason) {
      dispatchDrop(destination, reason, some.length);
      return outbox.settle(destination, some);
    },

    forget() {
      // A request that is being prepared finds no row to send.
      for (const { states } of rows.values()) for (const name in states) states[name] = SETTLED;
      rows.clear();
    },
  };
  return outbox;
}

/** Settles rows of one record. Other tabs may have changed the record since this page read or wrote it. */
function settleRecord(
  store: IDBObjectStore,
  key: IDBValidKey,
  destination: string,
  some: readonly Row[],
  won: Row[],
): void {
  const request = store.get(key);
  request.onsuccess = () => {
    try {
      const stored: Row[] = request.result;
      for (const { event, states } of stored) {
        const row = some.find((row) => row.event.id === event.id);
        if (!row || states[destination] === SETTLED) continue;
        states[destination] = SETTLED;
        won.push(row);
      }
      if (stored.every(isSettled)) store.delete(key);
      else store.put(stored, key);
    } catch {
      // Another tab has deleted the record, or another script of the origin has replaced it.
    }
  };
}
