import { existsSync } from 'node:fs';
import { chmod, copyFile, mkdir, mkdtemp, readdir, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { uploadFolders } from '../content/uploads/folders.ts';
import { FILE_STATUSES, hashFolder, statusFolder } from '../media/paths.ts';
import type { Snapshot } from '../store/snapshot.ts';
import { StorageError } from '../store/storage-error.ts';
import { openStores } from '../store/stores.ts';
import { syncFolder, takeFile, takeFolder } from './take.ts';

/** Media whose files are taken side by side: their flushes of the disk are shared. */
const LANES = 16;

/** A backup that cannot be made, in a sentence for the operator; nothing is left of it. */
export class BackupFailed extends Error {
  override name = 'BackupFailed';
}

export interface BackupOptions {
  /** The data folder. */
  data: string;
  /** Where the backup shall be: a folder that is not there yet. */
  target: string;
  onProgress?: (what: string, done: number, total: number) => void;
  /** Ends it before it is done; nothing is left of it. */
  signal?: AbortSignal;
}

export interface BackupReport {
  /** Media whose files are in the backup. */
  media: number;
  /** Hashes of media that have no files in the data folder either. */
  missing: string[];
}

/**
 * Copies a data folder as it is now, also while a service works in it, into a folder that a service can be started on.
 *
 * First the databases, at one moment; then the files that their rows name. A row has its files before it is written,
 * and files are never removed while a row names them, only moved between three places, so what is looked for afterwards
 * is found. What no row names (media of removed customers, uploads on their way) is left out.
 *
 * It has another name until all of it is on disk and has been read through, so what has the wanted name is whole.
 *
 * @throws {BackupFailed} @throws {MissingDatabaseError} @throws {StorageError}
 */
export async function backUp({ data, target, onProgress, signal }: BackupOptions): Promise<BackupReport> {
  if (existsSync(target))
    throw new BackupFailed(
      `${target} is there already, and no backup is overwritten: name a folder that is not there.`,
    );
  let part: string | undefined;
  try {
    part = await mkdtemp(`${target}.part-`);
    const progress = (what: string, done: number, total: number) => {
      signal?.throwIfAborted();
      onProgress?.(what, done, total);
    };
    const copied = await openStores({ dataDir: data }).copyTo(part, progress);
    await takeStashes(copied, data, part);
    await takeDemo(data, part);
    const report = await takeMedia(copied, data, part, progress);
    const damage = await copied.damage();
    if (damage.length > 0) throw new BackupFailed(`What was copied is damaged, and so is its source: ${damage[0]}`);
    await syncFolder(part);
    // A folder of that name which somebody has made meanwhile is replaced only if it is empty.
    await rename(part, target);
    await syncFolder(dirname(target));
    return report;
  } catch (error) {
    if (part !== undefined) await rm(part, { recursive: true, force: true });
    throw failureOf(error, target);
  }
}

/** A stash that was used, or has expired, since the databases were copied is none any more. */
async function takeStashes(copied: Snapshot, data: string, part: string): Promise<void> {
  const [from, to] = [uploadFolders(data).stashes, uploadFolders(part).stashes];
  await mkdir(to, { recursive: true });
  const gone: string[] = [];
  for (const id of await copied.waitingStashes()) if (!(await takeFile(join(from, id), join(to, id)))) gone.push(id);
  await copied.forgetStashes(gone);
  await syncFolder(to);
}

/** Who the demo is, where there is one: it holds a private token, so it stays readable by its owner only. */
async function takeDemo(data: string, part: string): Promise<void> {
  const copy = join(part, 'demo.json');
  try {
    await copyFile(join(data, 'demo.json'), copy);
    await chmod(copy, 0o600);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
}

async function takeMedia(
  copied: Snapshot,
  data: string,
  part: string,
  progress: (what: string, done: number, total: number) => void,
): Promise<BackupReport> {
  const missing: string[] = [];
  let done = 0;
  const files = await copied.namedFiles();
  const lane = async () => {
    for await (const { hash, status } of files.media) {
      const place = hashFolder(statusFolder(part, status), hash);
      const sources = FILE_STATUSES.map((one) => hashFolder(statusFolder(data, one), hash));
      if (!(await takeFolder(sources, place))) missing.push(hash);
      progress('media', ++done, files.count);
    }
  };
  // To the end of all: what is still being written could not be removed.
  const ends = await Promise.allSettled(Array.from({ length: LANES }, lane));
  await files.close();
  for (const end of ends) if (end.status === 'rejected') throw end.reason;
  for (const status of FILE_STATUSES) await syncInner(statusFolder(part, status));
  return { media: done - missing.length, missing: missing.sort() };
}

/** The folders between a media's and the backup's own. */
async function syncInner(folder: string): Promise<void> {
  const names = await readdir(folder).catch(() => undefined);
  if (!names) return;
  for (const name of names) await syncFolder(join(folder, name));
  await syncFolder(folder);
}

function failureOf(error: unknown, target: string): unknown {
  const { code = '', name, path } = error as NodeJS.ErrnoException;
  if (name === 'AbortError') return new BackupFailed('The backup was interrupted; nothing of it is left.');
  const isFull = error instanceof StorageError ? error.kind === 'full' : code === 'ENOSPC' || code === 'EDQUOT';
  if (isFull)
    return new BackupFailed(
      `There is no room for the backup at ${target}: make some, or name a folder of another disk.`,
    );
  if (code === 'ENOTEMPTY' || code === 'EEXIST')
    return new BackupFailed(`${target} was made by somebody else meanwhile: name a folder that is not there.`);
  if (NOT_MADE.includes(code) && path?.startsWith(target))
    return new BackupFailed(
      `${target} cannot be made (${code}): the folder around it must be there, and this user must be allowed to write it.`,
    );
  return error;
}

/** What is wrong with the place of a backup. */
const NOT_MADE = ['ENOENT', 'ENOTDIR', 'EACCES', 'EPERM', 'EROFS'];
