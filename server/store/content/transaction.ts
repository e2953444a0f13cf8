import { setTimeout } from 'node:timers/promises';
import { type Kysely, sql } from 'kysely';
import type { ContentDatabase } from './schema.ts';

type Db = Kysely<ContentDatabase>;

/**
 * How long a write waits, in all, for another process to let go of `content.db`, in milliseconds. Past it the write
 * fails with SQLITE_BUSY, which is answered 503 with `Retry-After`.
 */
const MAX_LOCK_WAIT_MS = 5_000;
/** The pause between two tries, in milliseconds. The event loop is free meanwhile. */
const LOCK_RETRY_MS = 10;

/** The last write of each database. A write begins when the one before it has ended. */
const queues = new WeakMap<Db, Promise<unknown>>();

/**
 * Runs `work` in a transaction that takes the write lock at once. Kysely's own begins as a reader, and SQLite refuses
 * (SQLITE_BUSY, without waiting) to turn a reader into a writer when another process wrote in between.
 *
 * While another process has the lock, this thread is not blocked and readers go on: SQLite's own waiting (its busy
 * timeout) would sleep in this thread, so the connection has none and the write is tried again. Writes queue, so only
 * the first of any number that wait tries.
 *
 * @param db the database, not a transaction of it: a write within a write would wait for itself
 */
export function write<T>(db: Db, work: (db: Db) => Promise<T>): Promise<T> {
  const deadline = performance.now() + MAX_LOCK_WAIT_MS;
  const before = queues.get(db) ?? Promise.resolve();
  const result = before.then(() => retryWhileLocked(() => transact(db, work), deadline));
  queues.set(
    db,
    result.catch(() => {}),
  );
  return result;
}

/**
 * The pause between two transactions of a long work: other processes get the lock, and this thread does what else waits.
 */
export function yieldLock(): Promise<void> {
  return setTimeout(LOCK_RETRY_MS);
}

async function retryWhileLocked<T>(attempt: () => Promise<T>, deadline: number): Promise<T> {
  for (;;) {
    try {
      return await attempt();
    } catch (error) {
      if (!isLocked(error) || performance.now() >= deadline) throw error;
    }
    await setTimeout(LOCK_RETRY_MS);
  }
}

function transact<T>(db: Db, work: (db: Db) => Promise<T>): Promise<T> {
  return db.connection().execute(async (connection) => {
    await sql`begin immediate`.execute(connection);
    try {
      const result = await work(connection);
      await sql`commit`.execute(connection);
      return result;
    } catch (error) {
      // A full disk has rolled back already, and must not be hidden behind the complaint about that.
      await sql`rollback`.execute(connection).catch(() => {});
      throw error;
    }
  });
}

function isLocked(error: unknown): boolean {
  return (error as { code?: string }).code?.startsWith('SQLITE_BUSY') ?? false;
}
