import { mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';

export type FilePart = 'file' | 'poster';

/** The files of one request. They lie in a folder of their own, which is removed with the request. */
export class UploadedFiles {
  /** The path of each received file, by the name of its part. */
  readonly paths = new Map<FilePart, string>();
  /** `arriving` until the form is read, `arrived` until the handler runs, then `used`. */
  state: 'arriving' | 'arrived' | 'used' = 'arriving';
  readonly #incoming: string;
  #folder: Promise<string> | undefined;

  /** @param incoming the parent of the folders of all requests; the service empties it at start */
  constructor(incoming: string) {
    this.#incoming = incoming;
  }

  folder(): Promise<string> {
    this.#folder ??= mkdtemp(join(this.#incoming, 'request-'));
    return this.#folder;
  }

  async discard(): Promise<void> {
    // The caller of folder() has handled the error of a folder that could not be made.
    const folder = await this.#folder?.catch(() => undefined);
    this.#folder = undefined;
    this.paths.clear();
    if (folder) await rm(folder, { recursive: true, force: true, maxRetries: 3 });
  }
}
