/** The databases of a data folder, by their files. Their names stand in messages, metrics and backups. */
export const CONTENT_FILE = 'content.db';
export const EVENTS_FILE = 'events.db';
export type DatabaseFile = typeof CONTENT_FILE | typeof EVENTS_FILE;

/** Whether a file in a data folder is a database, or one of the files that SQLite keeps beside it. */
export function isDatabaseFile(name: string): boolean {
  return /^(content|events)\.db(-wal|-shm|-journal)?$/.test(name);
}
