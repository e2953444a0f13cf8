import type { DatabaseFile } from './database-files.ts';

/** A database of an earlier version is being brought up to date. */
export interface Migrating {
  file: DatabaseFile;
  /** The version it had, and the one it gets. */
  from: number;
  to: number;
  /** How many events are counted anew, of how many: what takes time. Both are 0 before, and where that is not needed. */
  counted: number;
  all: number;
}

/** Told when it begins, and from time to time how far it is; never of a new database. */
export type OnMigrating = (migrating: Migrating) => void;
