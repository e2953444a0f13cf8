import { randomBytes } from 'node:crypto';
import { mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { hasFiles } from '../../media/files.ts';
import { mediaFolder } from '../../media/paths.ts';
import { removeFiles, settleFiles } from '../../media/withdraw.ts';
import type { ContentStore } from '../../store/content/content-store.ts';

/** Where uploads are before they are media, in the data folder. One service works in them at a time. */
export function uploadFolders(data: string): { incoming: string; stashes: string } {
  return { incoming: join(data, 'uploads', 'incoming'), stashes: join(data, 'uploads', 'stashes') };
}

/** How the name of a note begins: then come 64 hex digits of a hash, and something that makes the note unique. */
const PLACING = 'placing-';
const HASH_DIGITS = 64;

/**
 * Does a work that changes the row of a media and the place of its files. Afterwards, also when the work fails, the files
 * are where the row says, and gone where there is no row. When the process ends in the midst of it, the next start of
 * the service does that.
 */
export async function placing<T>(store: ContentStore, data: string, hash: string, work: () => Promise<T>): Promise<T> {
  const { incoming } = uploadFolders(data);
  const note = join(incoming, `${PLACING}${hash}-${randomBytes(8).toString('hex')}`);
  // The administration's command may be earlier than the first start of the service.
  await mkdir(incoming, { recursive: true });
  await writeFile(note, '');
  try {
    return await work();
  } finally {
    // When even this fails, the note stays for the next start.
    await tidy(store, data, hash);
    await rm(note, { force: true });
  }
}

/** Whether a service is doing that work for files of this content now. */
export async function isBeingPlaced(data: string, hash: string): Promise<boolean> {
  const notes = await readdir(uploadFolders(data).incoming).catch(() => []);
  return notes.some((name) => name.startsWith(PLACING + hash));
}

/** At start: what a crash interrupted is as if it had never begun. */
export async function emptyIncoming(store: ContentStore, data: string): Promise<void> {
  const { incoming, stashes } = uploadFolders(data);
  await mkdir(stashes, { recursive: true });
  await mkdir(incoming, { recursive: true });
  for (const name of await readdir(incoming)) {
    const [prefix, hash] = [name.slice(0, PLACING.length), name.slice(PLACING.length, PLACING.length + HASH_DIGITS)];
    if (prefix === PLACING) await tidy(store, data, hash);
    await rm(join(incoming, name), { recursive: true, force: true });
  }
  await hidePending(store, data);
}

/** Earlier versions showed the files of pending media to everybody. */
async function hidePending(store: ContentStore, data: string): Promise<void> {
  for (const hash of await store.pendingHashes())
    if (await hasFiles(mediaFolder(data), hash)) await settleFiles(store, data, hash);
}

async function tidy(store: ContentStore, data: string, hash: string): Promise<void> {
  if ((await store.statusOfFiles(hash)) === undefined) await removeFiles(data, hash);
  else await settleFiles(store, data, hash);
}
