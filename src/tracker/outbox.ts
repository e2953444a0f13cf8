import { promisifyRequest } from 'idb-keyval';
import type { Drop } from '../events/dom.ts';
import type { StampedEvent } from '../events/vocabulary.ts';
import { excess } from './bounds.ts';
import type { Database } from './database.ts';
import { drop } from './drop.ts';

/** Not sent, or sent in vain. */
export const WAITING = 0;
/** Sent; whether it arrived is not known (yet). */
export const UNCONFIRMED = 1;
/** Delivered, refused or given up. */
export const SETTLED = 2;
export type State = typeof WAITING | typeof UNCONFIRMED | typeof SETTLED;

/** An event and what became of it at each destination it was born for. It goes when all are settled. */
export interface Row {
  /** The page it was born on. Ids of pages sort by time, so rows do. */
  page: string;
  event: StampedEvent;
  /** Of the event as JSON. */
  bytes: number;
  states: Record<string, State>;
}

/** The events of this page, in memory and, where the browser lets us, in the database, with those of other pages. */
export interface Outbox {
  add(event: StampedEvent, bytes: number): void;
  /** Writes to the database what was added since, and what could not be written before. It stays in memory, too. */
  save(): Promise<void>;
  /** What was saved, or may have been, another page can find. */
  isSaved(row: Row): boolean;
  /** This page's rows that wait for a destination, oldest first. */
  waiting(destination: string, most?: number): Row[];
  /** Rows of all pages, oldest first, some at a time. What is no row of ours, or is settled, is deleted on the way. */
  read(): AsyncGenerator<Row[], void, undefined>;
  /**
   * Settles rows, of any page, for one destination. Resolves when that is committed, to the rows that no other tab had
   * settled before: each goes to exactly one caller.
   */
  conclude(destination: string, rows: Row[]): Promise<Row[]>;
  /** Settles rows that will not be delivered, and says so. */
  giveUp(destination: string, rows: Row[], reason: Drop['reason']): Promise<unknown>;
  /** Forgets this page's rows. */
  forget(): void;
}

/** Records read at once. */
const CHUNK = 10;
/** Chunks read in one go; records past it are left for the next one, as when a script of the page writes ever more. */
const MAX_CHUNKS = 500;
const isDone = ({ states }: Row) => Object.values(states).every((state) => state === SETTLED);

export function createOutbox(page: string, destinations: readonly string[], { use, write }: Database): Outbox {
  const rows = new Map<string, Row>();
  /**
   * Keys of records, each one object for all rows of its record: rows that were saved together are one record, under the
   * key of the first, which is one request where each by itself would be one.
   */
  const saved = new WeakMap<Row, IDBValidKey>();
  const unsaved = () => [...rows.values()].filter((row) => !saved.has(row));

  const outbox: Outbox = {
    add(event, bytes) {
      const row: Row = { page, event, bytes, states: Object.fromEntries(destinations.map((name) => [name, WAITING])) };
      rows.set(event.id, row);
    },

    async save() {
      for (const name of destinations) {
        for (const [row, reason] of excess(outbox.waiting(name))) void outbox.giveUp(name, [row], reason);
      }
      let added = unsaved();
      if (!added.length) return;
      try {
        await write((all) => {
          // Without those that were delivered meanwhile; when none is left, this throws, and nothing is to be written.
          added = unsaved();
          const [{ event }] = added as [Row];
          const key = [page, event.id];
          all.put(added, key);
          // Of a page that is closed, what was not asked to be committed is undone.
          all.transaction.commit();
          // Last, since this may be ended before (see `leave` of the tracker): then they are written once more.
          for (const row of added) saved.set(row, key);
        });
      } catch {
        for (const row of added) saved.delete(row);
      }
    },

    isSaved: (row) => saved.has(row),

    waiting: (destination, most) =>
      [...rows.values()].filter(({ states }) => states[destination] === WAITING).slice(0, most),

    async *read() {
      let after: IDBValidKey = [];
      for (let chunk = 0; chunk < MAX_CHUNKS; chunk++) {
        const range = IDBKeyRange.lowerBound(after, true);
        const [keys, values] = await use('readonly', (all) =>
          Promise.all([
            promisifyRequest(all.getAllKeys(range, CHUNK)),
            promisifyRequest<unknown[]>(all.getAll(range, CHUNK)),
          ]),
        );
        const useless: IDBValidKey[] = [];
        const found = keys.flatMap((key, index) => {
          const rows = rowsOf(values[index]);
          if (!rows || rows.every(isDone)) useless.push(key);
          for (const row of rows ?? []) saved.set(row, key);
          return rows ?? [];
        });
        if (useless.length) await write((all) => useless.forEach((key) => void all.delete(key))).catch(() => {});
        if (!keys.length) return;
        after = keys.at(-1) as IDBValidKey;
        yield found;
      }
    },

    async conclude(destination, some) {
      const ours: Row[] = [];
      const won: Row[] = [];
      const keys = new Set<IDBValidKey>();
      for (const row of some) {
        row.states[destination] = SETTLED;
        if (isDone(row)) rows.delete(row.event.id);
        const key = saved.get(row);
        if (key) keys.add(key);
        else ours.push(row);
      }
      if (!keys.size) return ours;
      // What was not committed is not ours to send.
      return write((all) => {
        for (const key of keys) merge(all, key, destination, some, won);
      }).then(
        () => [...ours, ...won],
        () => ours,
      );
    },

    giveUp(destination, some, reason) {
      drop(destination, reason, some.length);
      return outbox.conclude(destination, some);
    },

    forget() {
      // A request that is being made ready finds nothing to send.
      for (const { states } of rows.values()) for (const name in states) states[name] = SETTLED;
      rows.clear();
    },
  };
  return outbox;
}

/** Settles rows of a record, which other tabs may have changed since we read or wrote it. */
function merge(all: IDBObjectStore, key: IDBValidKey, destination: string, some: Row[], won: Row[]): void {
  const request: IDBRequest<unknown> = all.get(key);
  request.onsuccess = () => {
    const stored = rowsOf(request.result);
    if (!stored) return;
    for (const { event, states } of stored) {
      const row = some.find((row) => row.event.id === event.id);
      if (!row || states[destination] === SETTLED) continue;
      states[destination] = SETTLED;
      won.push(row);
    }
    if (stored.every(isDone)) all.delete(key);
    else all.put(stored, key);
  };
}

/** The rows of a record; none where it is not ours, since every script of the origin can write there. */
function rowsOf(record: unknown): Row[] | undefined {
  return Array.isArray(record) && record.every(isRow) ? record : undefined;
}

function isRow(value: unknown): value is Row {
  const { page, event, bytes = -1, states } = Object(value) as Partial<Row>;
  return (
    typeof page === 'string' &&
    typeof event?.id === 'string' &&
    Number.isFinite(event.at) &&
    bytes >= 0 &&
    // A text where there are none, which is no state either.
    Object.values<unknown>(states ?? page).every((state) => [WAITING, UNCONFIRMED, SETTLED].includes(state as State))
  );
}
