import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type Database from 'better-sqlite3';
import { EVENTS_FILE } from '../../database-files.ts';
import { toStorageError } from '../../storage-error.ts';
import { openForReading } from '../schema.ts';

/** What somebody who watches events arrive wants to know of one. Times are milliseconds since 1970. */
export interface ArrivedEvent {
  receivedAt: number;
  kind: string;
  action: string | null;
  mediaId: string | null;
  pageUrl: string | null;
  wire: string;
}

/** Reads a customer's events as they are stored, for a command beside a service that runs. */
export interface EventTail {
  /**
   * The events that were stored since the last call, in the order in which they were stored. The first call has the few
   * that happened last.
   */
  next(): Promise<ArrivedEvent[]>;
  close(): Promise<void>;
}

/** Events that the first call has. */
const FIRST_EVENTS = 10;
/** Events, of all customers, that one call reads: what is more waits for the next. */
const MAX_READ = 10_000;

const SHOWN = 'received_at AS receivedAt, kind, action, media_id AS mediaId, page_url AS pageUrl, wire';

/**
 * Begins to read. A data folder without events is watched, too: its database may come later.
 */
export function openEventTail(dataDir: string, customerId: number): EventTail {
  const path = join(dataDir, EVENTS_FILE);
  let db: Database.Database | undefined;
  let next: (() => ArrivedEvent[]) | undefined;
  return {
    async next() {
      try {
        db ??= openMigrated(path);
        next ??= db && reading(db, customerId);
        return next?.() ?? [];
      } catch (error) {
        throw toStorageError(error, 'events');
      }
    },
    close: async () => void db?.close(),
  };
}

/** Nothing while the service that makes the database has not made its tables. */
function openMigrated(path: string): Database.Database | undefined {
  if (!existsSync(path)) return undefined;
  const db = openForReading(path);
  if (db.pragma('user_version', { simple: true }) !== 0) return db;
  db.close();
  return undefined;
}

type Row = ArrivedEvent & { row: number; customerId: number };

function reading(db: Database.Database, customerId: number): () => ArrivedEvent[] {
  const last = db.prepare<[], number>('SELECT coalesce(max(rowid), 0) FROM events').pluck();
  const latest = db.prepare<[number, number], Row>(
    `SELECT rowid AS row, customer_id AS customerId, ${SHOWN} FROM events
      WHERE customer_id = ? ORDER BY occurred_at DESC LIMIT ?`,
  );
  // By row, and those of other customers left out here: an index of the customer would be read from its beginning.
  const since = db.prepare<[number, number], Row>(
    `SELECT rowid AS row, customer_id AS customerId, ${SHOWN} FROM events NOT INDEXED WHERE rowid > ? ORDER BY rowid LIMIT ?`,
  );
  let seen: number | undefined;
  // In one transaction, so that nothing is stored between its statements.
  return db.transaction(() => {
    const end = last.get() ?? 0;
    if (seen === undefined) {
      seen = end;
      return latest
        .all(customerId, FIRST_EVENTS)
        .sort((a, b) => a.row - b.row)
        .map(shown);
    }
    // Where the last rows were erased, their numbers are given again.
    const rows = since.all(Math.min(seen, end), MAX_READ);
    seen = rows.at(-1)?.row ?? end;
    return rows.filter((row) => row.customerId === customerId).map(shown);
  });
}

function shown({ row, customerId, ...event }: Row): ArrivedEvent {
  return event;
}
