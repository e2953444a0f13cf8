/** The databases of a data folder, by their files. Their names stand in messages, metrics and backups. */
export const CONTENT_FILE = 'content.db';
export const EVENTS_FILE = 'events.db';
export type DatabaseFile = typeof CONTENT_FILE | typeof EVENTS_FILE;
