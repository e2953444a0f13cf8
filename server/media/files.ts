import { mkdir, mkdtemp, open, readdir, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { hashFolder, type MediaFiles } from './paths.ts';

/** How the name of a file or folder begins that is being written. */
export const UNFINISHED = '.part-';
const HOUR = 3_600_000;

/**
 * Puts all files of a media in their place at once: they are written to a folder of another name and on disk before
 * that folder is renamed, so after a kill or a power cut a media is there whole or not at all. The same media twice is
 * no error; the first stays.
 *
 * @param media {@link mediaFolder}
 * @param workshop where that folder of another name is made, on the same disk
 */
export async function keepFiles(media: string, hash: string, files: MediaFiles, workshop = media): Promise<void> {
  const place = hashFolder(media, hash);
  await mkdir(dirname(place), { recursive: true });
  const part = await mkdtemp(join(workshop, UNFINISHED));
  try {
    for (const [name, bytes] of files) await writeDurably(join(part, name), bytes);
    await syncFolder(part);
    await rename(part, place);
    await syncFolder(dirname(place));
  } catch (error) {
    await rm(part, { recursive: true, force: true });
    if (!isTaken(error)) throw error;
  }
}

/** Whether a media is in its place. */
export async function hasFiles(media: string, hash: string): Promise<boolean> {
  return stat(hashFolder(media, hash)).then(
    () => true,
    () => false,
  );
}

/** Adds files to a media that is there, each one whole or not at all. */
export async function addFiles(media: string, hash: string, files: MediaFiles): Promise<void> {
  const place = hashFolder(media, hash);
  for (const [name, bytes] of files) {
    const part = join(place, `${UNFINISHED}${name}`);
    await writeDurably(part, bytes);
    await rename(part, join(place, name));
  }
  await syncFolder(place);
}

/** Resolves when a file could be written there, and removed, just now. @throws why not */
export async function checkWritable(media: string): Promise<void> {
  await mkdir(media, { recursive: true });
  const part = join(media, `${UNFINISHED}health`);
  await writeDurably(part, Buffer.from('ok'));
  await rm(part, { force: true });
}

/** Removes what interrupted runs left; only what is an hour old, since another process may be writing now. */
export async function sweepUnfinished(media: string): Promise<void> {
  const names = await readdir(media).catch(() => []);
  for (const name of names.filter((name) => name.startsWith(UNFINISHED))) {
    const path = join(media, name);
    const age = Date.now() - (await stat(path)).mtimeMs;
    if (age > HOUR) await rm(path, { recursive: true, force: true });
  }
}

async function writeDurably(path: string, bytes: Uint8Array): Promise<void> {
  const file = await open(path, 'w');
  try {
    await file.writeFile(bytes);
    await file.sync();
  } finally {
    await file.close();
  }
}

/** A rename is only on disk when the folder is. */
async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}

function isTaken(error: unknown): boolean {
  return ['ENOTEMPTY', 'EEXIST'].includes((error as NodeJS.ErrnoException).code ?? '');
}
