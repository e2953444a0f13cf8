import { constants } from 'node:fs';
import { copyFile, link, mkdir, open, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { UNFINISHED } from '../media/files.ts';

/**
 * A media file never changes, so a backup takes it by a hard link, which needs neither space nor time. Where no link is
 * possible, for example to another disk, the file is copied.
 */

/** The error codes for no hard link: another disk, a file system without links, too many links to one file. */
const NO_LINK = ['EXDEV', 'EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EMLINK'];

/** @returns false if the file does not exist */
export async function takeFile(from: string, to: string): Promise<boolean> {
  try {
    await link(from, to).catch(async (error: NodeJS.ErrnoException) => {
      if (error.code === 'EEXIST') return;
      if (!NO_LINK.includes(error.code ?? '')) throw error;
      await copyFile(from, to, constants.COPYFILE_FICLONE);
      await sync(to, 'r+');
    });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false;
    throw error;
  }
}

/**
 * Takes all files of a folder that is at one of the given places, and may be moved to another of them at any time.
 * @returns false if it is at none of them
 */
export async function takeFolder(sources: readonly string[], to: string): Promise<boolean> {
  // Each place is tried twice, since the folder may be moved to a place that was tried just before.
  for (const source of [...sources, ...sources]) {
    const names = await readdir(source).catch(nothingThere);
    if (!names) continue;
    await mkdir(to, { recursive: true });
    const taken: boolean[] = [];
    // An unfinished file is renamed or removed soon.
    for (const name of names.filter((name) => !name.startsWith(UNFINISHED)))
      taken.push(await takeFile(join(source, name), join(to, name)));
    if (taken.includes(false)) continue;
    await syncFolder(to);
    return true;
  }
  return false;
}

/** A folder that exists but cannot be read is an error. */
function nothingThere({ code, path }: NodeJS.ErrnoException): undefined {
  if (code !== 'ENOENT' && code !== 'ENOTDIR') throw new Error(`${path} cannot be read (${code})`);
}

/** Makes the new entries of a folder durable. */
export function syncFolder(path: string): Promise<void> {
  return sync(path, 'r');
}

async function sync(path: string, flags: string): Promise<void> {
  const file = await open(path, flags);
  try {
    await file.sync();
  } finally {
    await file.close();
  }
}
