import { existsSync } from 'node:fs';
import { mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { hashFolder, mediaFolder } from '../../media/paths.ts';
import type { ContentStore } from '../../store/content/content-store.ts';

/** Where uploads are before they are media, in the data folder. One service works in them at a time. */
export function uploadFolders(data: string): { incoming: string; stashes: string } {
  return { incoming: join(data, 'uploads', 'incoming'), stashes: join(data, 'uploads', 'stashes') };
}

const PLACING = 'placing-';

/**
 * Does a work in which a media's files come to their place and its row after them. When it fails, or the process ends
 * in the midst of it, the files that no row needs are removed, at once or at the next start.
 */
export async function placing<T>(store: ContentStore, data: string, hash: string, work: () => Promise<T>): Promise<T> {
  const note = noteOf(data, hash);
  await writeFile(note, '');
  try {
    const result = await work();
    await rm(note);
    return result;
  } catch (error) {
    // When even this fails, the note stays for the next start.
    await removeUnneeded(store, data, hash);
    await rm(note, { force: true });
    throw error;
  }
}

/** Whether a service is doing that work for files of this content now. */
export function isBeingPlaced(data: string, hash: string): boolean {
  return existsSync(noteOf(data, hash));
}

function noteOf(data: string, hash: string): string {
  return join(uploadFolders(data).incoming, `${PLACING}${hash}`);
}

/** At start: what a crash interrupted is as if it had never begun. */
export async function emptyIncoming(store: ContentStore, data: string): Promise<void> {
  const { incoming, stashes } = uploadFolders(data);
  await mkdir(stashes, { recursive: true });
  await mkdir(incoming, { recursive: true });
  for (const name of await readdir(incoming)) {
    if (name.startsWith(PLACING)) await removeUnneeded(store, data, name.slice(PLACING.length));
    await rm(join(incoming, name), { recursive: true, force: true });
  }
}

async function removeUnneeded(store: ContentStore, data: string, hash: string): Promise<void> {
  if (await store.needsFiles(hash)) return;
  await rm(hashFolder(mediaFolder(data), hash), { recursive: true, force: true });
}
