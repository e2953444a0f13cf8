import { join } from 'node:path';
import Database from 'better-sqlite3';
import { openingError } from './opening.ts';
import { codeOf, kindOfCode } from './storage-error.ts';

/** A service that is being stopped has so many milliseconds to let go of the folder. */
const WAIT_MS = 1_000;

/** Why a service cannot have a data folder, in a sentence for the operator. */
export class FolderInUseError extends Error {
  override name = 'FolderInUseError';
}

/**
 * Keeps other services from a data folder: each would remove the other's uploads and send on its activities. The
 * commands (`admin`, `import`, `backup`) do not ask for it, since they work beside a service.
 *
 * The lock is SQLite's own on a file of no content. The operating system gives it up when the process ends, however it
 * ends, and it holds between containers of one machine, whose processes cannot see each other. `user_version` of the file
 * is the holder's process id, which is only for the sentence.
 *
 * @returns what releases it
 * @throws {FolderInUseError}
 */
export function lockFolder(dataDir: string): () => void {
  const path = join(dataDir, 'service.lock');
  const file = open(path);
  try {
    // It says who runs now, which nobody asks after a power cut.
    file.pragma('synchronous = OFF');
    // The id can only be written by who has the lock, and is only seen when that has been given up for a moment: of two
    // that start at once, the second may write its own in between, and then is the one that has it.
    file.pragma(`user_version = ${process.pid}`);
    file.exec('BEGIN IMMEDIATE');
  } catch (error) {
    const holder = holderOf(file);
    file.close();
    if (kindOfCode(codeOf(error)) !== 'busy') throw openingError(path, 'cannot be locked', error);
    throw new FolderInUseError(
      `Another service (pid ${holder}) already runs on ${dataDir}: stop it, or set VITRINE_DATA to another folder.`,
    );
  }
  return () => file.close();
}

function open(path: string): Database.Database {
  try {
    return new Database(path, { timeout: WAIT_MS });
  } catch (error) {
    throw openingError(path, 'cannot be opened', error);
  }
}

function holderOf(file: Database.Database): unknown {
  try {
    return file.pragma('user_version', { simple: true });
  } catch {
    // It is being written at this moment.
    return 'unknown';
  }
}
