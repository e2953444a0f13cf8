import { existsSync } from 'node:fs';
import { chmod, copyFile, mkdir, mkdtemp, readdir, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { FILE_STATUSES, hashFolder, stashFolder, statusFolder } from '../media/paths.ts';
import type { Snapshot } from '../store/snapshot.ts';
import { StorageError } from '../store/storage-error.ts';
import { openStores } from '../store/stores.ts';
import { syncFolder, takeFile, takeFolder } from './take.ts';

/** The media that are copied at a time, so that they share the flushes of the disk. */
const CONCURRENCY = 16;

/** A backup could not be made. The message is a sentence for the operator, and no part of the backup is left. */
export class BackupError extends Error {
  override name = 'BackupError';
}

export interface BackupOptions {
  /** The data folder. */
  dataDir: string;
  /** The folder of the backup, which must not exist yet. */
  target: string;
  onProgress?: (what: string, done: number, total: number) => void;
  /** Interrupts the backup and removes its parts. */
  signal?: AbortSignal;
}

export interface BackupReport {
  /** The number of media whose files are in the backup. */
  media: number;
  /** The hashes of media whose files are missing in the data folder. */
  missing: string[];
}

/**
 * Copies a data folder, also while a service works in it, into a folder that a service can be started on.
 *
 * The databases are copied first, at one moment, and then the files of their records. A record is written after its
 * files, and while it exists its files are only moved between three folders, so they are found. Files without a record
 * (of removed customers, and of uploads in progress) are left out.
 *
 * The backup has another name until all of it is on disk and was read once, so a folder with the wanted name is complete.
 *
 * @throws {BackupError} @throws {MissingDatabaseError} @throws {StorageError}
 */
export async function backUp({ dataDir, target, onProgress, signal }: BackupOptions): Promise<BackupReport> {
  if (existsSync(target))
    throw new BackupError(`${target} exists already, and no backup is overwritten: name a folder that does not exist.`);
  let part: string | undefined;
  try {
    part = await mkdtemp(`${target}.part-`);
    const progress = (what: string, done: number, total: number) => {
      signal?.throwIfAborted();
      onProgress?.(what, done, total);
    };
    const copied = await openStores({ dataDir }).copyTo(part, progress);
    await takeStashes(copied, dataDir, part);
    await takeDemo(dataDir, part);
    const report = await takeMedia(copied, dataDir, part, progress);
    const damage = await copied.damage();
    if (damage.length > 0) throw new BackupError(`The copy is damaged, and so is its source: ${damage[0]}`);
    await syncFolder(part);
    // If another process has made a folder of that name meanwhile, `rename` replaces it only if it is empty.
    await rename(part, target);
    await syncFolder(dirname(target));
    return report;
  } catch (error) {
    if (part !== undefined) await rm(part, { recursive: true, force: true });
    throw failureOf(error, target);
  }
}

/** Copies the stashed files. A stash that was used or has expired since the databases were copied is removed from them. */
async function takeStashes(copied: Snapshot, dataDir: string, part: string): Promise<void> {
  const [from, to] = [stashFolder(dataDir), stashFolder(part)];
  await mkdir(to, { recursive: true });
  const gone: string[] = [];
  for (const id of await copied.waitingStashes()) if (!(await takeFile(join(from, id), join(to, id)))) gone.push(id);
  await copied.forgetStashes(gone);
  await syncFolder(to);
}

/** Copies `demo.json`, if it exists. It has a private token, so only its owner can read the copy too. */
async function takeDemo(dataDir: string, part: string): Promise<void> {
  const copy = join(part, 'demo.json');
  try {
    await copyFile(join(dataDir, 'demo.json'), copy);
    await chmod(copy, 0o600);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
}

async function takeMedia(
  copied: Snapshot,
  dataDir: string,
  part: string,
  progress: (what: string, done: number, total: number) => void,
): Promise<BackupReport> {
  const missing: string[] = [];
  let done = 0;
  const files = await copied.namedFiles();
  const lane = async () => {
    for await (const { hash, status } of files.media) {
      const place = hashFolder(statusFolder(part, status), hash);
      const sources = FILE_STATUSES.map((one) => hashFolder(statusFolder(dataDir, one), hash));
      if (!(await takeFolder(sources, place))) missing.push(hash);
      progress('media', ++done, files.count);
    }
  };
  // All lanes are awaited, even after an error, since a file that is still being written could not be removed.
  const ends = await Promise.allSettled(Array.from({ length: CONCURRENCY }, lane));
  await files.close();
  for (const end of ends) if (end.status === 'rejected') throw end.reason;
  for (const status of FILE_STATUSES) await syncInner(statusFolder(part, status));
  return { media: done - missing.length, missing: missing.sort() };
}

/** Syncs a status folder and the folders in it. */
async function syncInner(folder: string): Promise<void> {
  const names = await readdir(folder).catch(() => undefined);
  if (!names) return;
  for (const name of names) await syncFolder(join(folder, name));
  await syncFolder(folder);
}

function failureOf(error: unknown, target: string): unknown {
  const { code = '', name, path } = error as NodeJS.ErrnoException;
  if (name === 'AbortError') return new BackupError('The backup was interrupted, and its files were removed.');
  const isFull = error instanceof StorageError ? error.kind === 'full' : code === 'ENOSPC' || code === 'EDQUOT';
  if (isFull)
    return new BackupError(
      `There is no space for the backup at ${target}: free some, or name a folder on another disk.`,
    );
  if (code === 'ENOTEMPTY' || code === 'EEXIST')
    return new BackupError(`${target} was created by another process meanwhile: name a folder that does not exist.`);
  if (NOT_MADE.includes(code) && path?.startsWith(target))
    return new BackupError(
      `${target} cannot be made (${code}): its parent folder must exist, and this user must be allowed to write to it.`,
    );
  return error;
}

/** The error codes of a place where no folder can be made. */
const NOT_MADE = ['ENOENT', 'ENOTDIR', 'EACCES', 'EPERM', 'EROFS'];
