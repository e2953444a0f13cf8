import { type Kysely, sql } from 'kysely';
import type { ContentDatabase } from './schema.ts';

/**
 * Runs `work` in a transaction that takes the write lock at once. Kysely's own begins as a reader, and SQLite refuses
 * (SQLITE_BUSY, without waiting) to turn a reader into a writer when another process wrote in between.
 */
export function write<T>(db: Kysely<ContentDatabase>, work: (db: Kysely<ContentDatabase>) => Promise<T>): Promise<T> {
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
