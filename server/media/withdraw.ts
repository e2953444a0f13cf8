import { mkdir, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { ContentStore } from '../store/content/content-store.ts';
import { hasFiles } from './files.ts';
import { hashFolder, mediaFolder, rejectedFolder } from './paths.ts';

/**
 * Puts the files of a media where they belong: within the reach of URLs while some customer has that media, out of it
 * when all who have it rejected it. To be called after the row was written. Somebody else, at the desk, at the command
 * line or with an upload, may change that in the meantime: whoever looks last puts it right.
 */
export async function settleFiles(store: Pick<ContentStore, 'needsFiles'>, data: string, hash: string): Promise<void> {
  for (;;) {
    const needed = await store.needsFiles(hash);
    if (needed) await restoreFiles(data, hash);
    else await move(mediaFolder(data), rejectedFolder(data), hash);
    if ((await store.needsFiles(hash)) === needed) return;
  }
}

/** Puts files of a rejected media back. Done already is no error. */
export async function restoreFiles(data: string, hash: string): Promise<void> {
  await move(rejectedFolder(data), mediaFolder(data), hash);
}

async function move(from: string, to: string, hash: string): Promise<void> {
  if (!(await hasFiles(from, hash))) return;
  const [source, place] = [hashFolder(from, hash), hashFolder(to, hash)];
  if (await hasFiles(to, hash)) return rm(source, { recursive: true, force: true });
  await mkdir(dirname(place), { recursive: true });
  await rename(source, place).catch((error: NodeJS.ErrnoException) => {
    // Somebody else was faster.
    if (error.code !== 'ENOENT') throw error;
  });
}
