import { mkdir, mkdtemp, open, readdir, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { hashFolder, type MediaFiles } from './paths.ts';

/** The prefix of files and folders that are still being written. */
export const UNFINISHED = '.part-';
/** The age in milliseconds from which an unfinished file is considered abandoned; another process may write younger ones. */
const ABANDONED_MS = 3_600_000;

/**
 * Stores all files of a media at once. They are written and synced in a temporary folder, which is then renamed, so a
 * media is complete or absent after a kill or a power cut. If the media is stored already, the stored files stay.
 *
 * @param media the status folder
 * @param workshop the parent of the temporary folder, on the same disk
 */
export async function storeFiles(media: string, hash: string, files: MediaFiles, workshop = media): Promise<void> {
  const target = hashFolder(media, hash);
  await mkdir(dirname(target), { recursive: true });
  const part = await mkdtemp(join(workshop, UNFINISHED));
  try {
    for (const [name, bytes] of files) await writeDurably(join(part, name), bytes);
    await syncFolder(part);
    await rename(part, target);
    await syncFolder(dirname(target));
  } catch (error) {
    await rm(part, { recursive: true, force: true });
    if (!isTaken(error)) throw error;
  }
}

/** Whether the files of a media are in this status folder. */
export async function hasFiles(media: string, hash: string): Promise<boolean> {
  return stat(hashFolder(media, hash)).then(
    () => true,
    () => false,
  );
}

/** Adds files to a stored media. Each file is complete or absent. */
export async function addFiles(media: string, hash: string, files: MediaFiles): Promise<void> {
  const target = hashFolder(media, hash);
  for (const [name, bytes] of files) {
    const part = join(target, `${UNFINISHED}${name}`);
    await writeDurably(part, bytes);
    await rename(part, join(target, name));
  }
  await syncFolder(target);
}

/** Resolves if a file can be written to this folder and removed. @throws {NodeJS.ErrnoException} */
export async function checkWritable(media: string): Promise<void> {
  await mkdir(media, { recursive: true });
  const part = join(media, `${UNFINISHED}health`);
  await writeDurably(part, Buffer.from('ok'));
  await rm(part, { force: true });
}

/** Removes what interrupted processes left. */
export async function sweepUnfinished(media: string): Promise<void> {
  const names = await readdir(media).catch(() => []);
  for (const name of names.filter((name) => name.startsWith(UNFINISHED))) {
    const path = join(media, name);
    const age = Date.now() - (await stat(path)).mtimeMs;
    if (age > ABANDONED_MS) await rm(path, { recursive: true, force: true });
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

/** Makes the renames in a folder durable. */
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
