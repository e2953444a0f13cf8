import { mkdir, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { ContentStore } from '../store/content/content-store.ts';
import { hasFiles } from './files.ts';
import { FILE_STATUSES, type FileStatus, hashFolder, statusFolder } from './paths.ts';

/** What is asked of the store: the status of the files that media of several customers share. */
export type FileStatuses = Pick<ContentStore, 'statusOfFiles'>;

/**
 * Puts the files of a media into the folder of their status. To be called after the row was written. Somebody else, at
 * the desk, at the command line or with an upload, may change the row in the meantime: whoever looks last puts it right.
 * Files that no row names stay where they are.
 */
export async function settleFiles(store: FileStatuses, data: string, hash: string): Promise<void> {
  let status = await store.statusOfFiles(hash);
  for (;;) {
    if (status === undefined) return;
    await moveFiles(data, hash, status);
    const now = await store.statusOfFiles(hash);
    if (now === status) return;
    status = now;
  }
}

/** Moves the files of a media to the folder of this status. Done already is no error. */
export async function moveFiles(data: string, hash: string, status: FileStatus): Promise<void> {
  const to = statusFolder(data, status);
  for (const other of FILE_STATUSES) if (other !== status) await move(statusFolder(data, other), to, hash);
}

/** The folder, of those by status, that has the files of a media. */
export async function findFiles(data: string, hash: string): Promise<string | undefined> {
  for (const status of FILE_STATUSES) {
    const folder = statusFolder(data, status);
    if (await hasFiles(folder, hash)) return folder;
  }
  return undefined;
}

export async function removeFiles(data: string, hash: string): Promise<void> {
  for (const status of FILE_STATUSES)
    await rm(hashFolder(statusFolder(data, status), hash), { recursive: true, force: true });
}

async function move(from: string, to: string, hash: string): Promise<void> {
  if (!(await hasFiles(from, hash))) return;
  const [source, place] = [hashFolder(from, hash), hashFolder(to, hash)];
  await mkdir(dirname(place), { recursive: true });
  await rename(source, place).catch((error: NodeJS.ErrnoException) => {
    // They are there already.
    if (error.code === 'ENOTEMPTY' || error.code === 'EEXIST') return rm(source, { recursive: true, force: true });
    // Somebody else was faster.
    if (error.code !== 'ENOENT') throw error;
  });
}
