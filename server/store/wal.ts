import type Database from 'better-sqlite3';

const BUSY_TIMEOUT_MS = 5000;
const STEP_MS = 20;
/** What a log may keep of the disk after a rush, or a long report, made it grow. */
const MAX_IDLE_LOG_BYTES = 67_108_864;

/**
 * Switches a database to a write-ahead log. Two processes that create it at the same moment stand in each other's way,
 * and for this one statement SQLite does not wait as its `timeout` says (sqlite.org/wal.html, "Activating and
 * Configuring WAL Mode": it needs the database for itself), so we do.
 */
export function useWriteAheadLog(database: Database.Database): void {
  const until = performance.now() + BUSY_TIMEOUT_MS;
  for (;;) {
    try {
      database.pragma('journal_mode = WAL');
      database.pragma(`journal_size_limit = ${MAX_IDLE_LOG_BYTES}`);
      return;
    } catch (error) {
      if ((error as { code?: string }).code !== 'SQLITE_BUSY' || performance.now() > until) throw error;
      // At start nothing else has to be done meanwhile.
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, STEP_MS);
    }
  }
}
