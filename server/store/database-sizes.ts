import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { CONTENT_FILE, type DatabaseFile, EVENTS_FILE } from './database-files.ts';

export interface DatabaseSize {
  database: DatabaseFile;
  /** Of the database file and its write-ahead log. */
  bytes: number;
}

/** The bytes of disk that each database of a data folder occupies. */
export function databaseSizes(dataDir: string): Promise<DatabaseSize[]> {
  return Promise.all(
    [CONTENT_FILE, EVENTS_FILE].map(async (database) => {
      const [file, log] = await Promise.all([database, `${database}-wal`].map((name) => sizeOf(join(dataDir, name))));
      return { database, bytes: (file ?? 0) + (log ?? 0) } as DatabaseSize;
    }),
  );
}

/** 0 where there is no such file: a database has a write-ahead log only while it is open. */
async function sizeOf(path: string): Promise<number> {
  return (await stat(path).catch(() => undefined))?.size ?? 0;
}
