import { readFile, realpath, stat } from 'node:fs/promises';
import { resolve, sep } from 'node:path';
import { MAX_VIDEO_BYTES } from '../limits.ts';
import { RowRefused } from './rows.ts';

/**
 * Reads a file that a CSV names. It has to be within the folder, also after every symbolic link in its path is followed.
 *
 * @throws {RowRefused}
 */
export async function readSource(folder: string, path: string): Promise<Buffer> {
  const found = await realpath(resolve(folder, path)).catch((error) => {
    throw new RowRefused(`${path} cannot be read: ${reasonOf(error)}.`);
  });
  if (!found.startsWith((await realpath(folder)) + sep)) throw new RowRefused(`${path} is outside of the folder.`);
  const facts = await stat(found);
  if (!facts.isFile()) throw new RowRefused(`${path} is not a file.`);
  if (facts.size > MAX_VIDEO_BYTES) {
    throw new RowRefused(`${path} has ${facts.size} bytes; at most ${MAX_VIDEO_BYTES} are taken.`);
  }
  return readFile(found).catch((error) => {
    throw new RowRefused(`${path} cannot be read: ${reasonOf(error)}.`);
  });
}

function reasonOf({ code, message }: NodeJS.ErrnoException): string {
  if (code === 'ENOENT') return 'there is no such file';
  if (code === 'EACCES') return 'this user may not';
  return code ?? message;
}
