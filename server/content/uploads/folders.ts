import { mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { hashFolder, mediaFolder } from '../../media/paths.ts';
import type { ContentStore } from '../../store/content/content-store.ts';

/** Where uploads are before they are media, in the data folder. One service works in them at a time. */
export function uploadFolders(data: string): { incoming: string; stashes: string } {
  return { incoming: join(data, 'uploads', 'incoming'), stashes: join(data, 'uploads', 'stashes') };
}

const PLACING = 'placing-';

/** Notes that a media's files come to their place now, and its row after them: see {@link emptyIncoming}. */
export async function notePlacing(folder: string, hash: string): Promise<void> {
  await writeFile(join(folder, `${PLACING}${hash}`), '');
}

/** Removes a media's files when no row needs them. */
export async function removeUnneeded(store: ContentStore, data: string, hash: string): Promise<void> {
  if (await store.needsFiles(hash)) return;
  await rm(hashFolder(mediaFolder(data), hash), { recursive: true, force: true });
}

/** At start: what a crash interrupted is as if it had never begun. */
export async function emptyIncoming(store: ContentStore, data: string): Promise<void> {
  const { incoming, stashes } = uploadFolders(data);
  await mkdir(stashes, { recursive: true });
  await mkdir(incoming, { recursive: true });
  for (const request of await readdir(incoming)) {
    const folder = join(incoming, request);
    for (const name of await readdir(folder).catch(() => [])) {
      if (name.startsWith(PLACING)) await removeUnneeded(store, data, name.slice(PLACING.length));
    }
    await rm(folder, { recursive: true, force: true });
  }
}
