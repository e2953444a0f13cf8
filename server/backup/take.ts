import { constants } from 'node:fs';
import { copyFile, link, mkdir, open, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { UNFINISHED } from '../media/files.ts';

/**
 * Files that are never changed once they have their name are taken into a backup by a second name for the same bytes
 * (a hard link), which needs neither room nor time; where that cannot be, on another disk, by a copy.
 */

/** Why there can be no link: another disk, a file system without them, or too many for one file already. */
const NO_LINK = ['EXDEV', 'EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EMLINK'];

/** @returns false where there is no such file */
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
 * Takes all files of a folder that is at one of these places, and may be moved to another at any time.
 * @returns false where it is at none
 */
export async function takeFolder(sources: readonly string[], to: string): Promise<boolean> {
  // Twice: a folder may be moved to the place that was just looked at.
  for (const source of [...sources, ...sources]) {
    const names = await readdir(source).catch(nothingThere);
    if (!names) continue;
    await mkdir(to, { recursive: true });
    const taken: boolean[] = [];
    // What is unfinished gets its name, or goes, while we look.
    for (const name of names.filter((name) => !name.startsWith(UNFINISHED)))
      taken.push(await takeFile(join(source, name), join(to, name)));
    if (taken.includes(false)) continue;
    await syncFolder(to);
    return true;
  }
  return false;
}

/** What cannot be read, though it is there, must not look like nothing. */
function nothingThere({ code, path }: NodeJS.ErrnoException): undefined {
  if (code !== 'ENOENT' && code !== 'ENOTDIR') throw new Error(`${path} cannot be read (${code})`);
}

/** What was put into a folder is only on disk when the folder is. */
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
