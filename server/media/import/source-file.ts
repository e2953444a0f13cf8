import { readFile, realpath, stat } from 'node:fs/promises';
import { resolve, sep } from 'node:path';
import { MAX_VIDEO_BYTES } from '../limits.ts';
import { isRemote, RemoteFiles, type RemoteOptions } from './remote-file.ts';
import { RowError } from './rows.ts';

/** The files that CSVs name, in the folder or by their addresses. */
export class SourceFiles {
  readonly #folder: string;
  readonly #remote: RemoteFiles;

  constructor(folder: string, options: RemoteOptions = {}) {
    this.#folder = folder;
    this.#remote = new RemoteFiles(options);
  }

  /** @throws {RowError} */
  read(path: string): Promise<Buffer> {
    return isRemote(path) ? this.#remote.read(path) : readSource(this.#folder, path);
  }
}

/**
 * Reads a file that a CSV names. It must be in the folder after all symbolic links are resolved.
 *
 * @throws {RowError}
 */
export async function readSource(folder: string, path: string): Promise<Buffer> {
  const found = await realpath(resolve(folder, path)).catch((error) => {
    throw refusalOf(path, error);
  });
  if (!found.startsWith((await realpath(folder)) + sep)) throw new RowError(`${path} is outside of the folder.`);
  const facts = await stat(found);
  if (!facts.isFile()) throw new RowError(`${path} is not a file.`);
  if (facts.size > MAX_VIDEO_BYTES) {
    throw new RowError(`${path} has ${facts.size} bytes; at most ${MAX_VIDEO_BYTES} are accepted.`);
  }
  return readFile(found).catch((error) => {
    throw refusalOf(path, error);
  });
}

/** An error of this file refuses its row. Any other error, such as too many open files, affects every row and stays. */
function refusalOf(path: string, error: NodeJS.ErrnoException): Error {
  const reason = REASONS[error.code ?? ''];
  return reason === undefined ? error : new RowError(`${path} cannot be read: ${reason}.`);
}

const REASONS: Record<string, string> = {
  ENOENT: 'there is no such file',
  ENOTDIR: 'a part of its path is no folder',
  EACCES: 'this user may not',
  EPERM: 'this user may not',
  ELOOP: 'its symbolic links lead in a circle',
  ENAMETOOLONG: 'its name is too long',
  EINVAL: 'its name is none',
  ERR_INVALID_ARG_VALUE: 'its name is none',
};
