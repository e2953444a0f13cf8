import type Database from 'better-sqlite3';

/** Work in transactions of a few milliseconds each: at every `yield`, others have a turn, and it may end for good. */
export type Steps<Result> = Generator<void, Result>;

/** Rows that one transaction deletes or changes: some 10 ms, for which the writer of events may have to wait. */
export const STEP_ROWS = 500;

/**
 * Runs a statement again and again, each time in a transaction of its own, until it changes fewer rows than it may.
 * @param sql changes at most as many rows as its last parameter says
 * @returns how many rows were changed
 */
export function* changeAll(db: Database.Database, sql: string, values: readonly unknown[]): Steps<number> {
  const statement = db.prepare(sql);
  let all = 0;
  for (;;) {
    const { changes } = statement.run(...values, STEP_ROWS);
    all += changes;
    // The loop ends at the first step that is not full. Waiting for an empty one might never end while others add rows.
    if (changes < STEP_ROWS) return all;
    yield;
  }
}

/**
 * Deletes the rows of a table for which a condition holds.
 * @param key the columns of its primary key
 */
export function deleteAll(
  db: Database.Database,
  { table, key, where }: { table: string; key: string; where: string },
  values: readonly unknown[],
): Steps<number> {
  const some = `SELECT ${key} FROM ${table} WHERE ${where} LIMIT ?`;
  return changeAll(db, `DELETE FROM ${table} WHERE (${key}) IN (${some})`, values);
}
