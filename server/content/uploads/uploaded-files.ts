import { mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';

export const FILE_PARTS = ['file', 'poster'] as const;
export type FilePart = (typeof FILE_PARTS)[number];

/** The files that came with a request, in a folder of their own that is there no longer than the request. */
export class Parcel {
  readonly files = new Map<FilePart, string>();
  /** Whether it is being received, waits for its handler or is in its hands. */
  state: 'arriving' | 'arrived' | 'used' = 'arriving';
  readonly #incoming: string;
  #folder: Promise<string> | undefined;

  /** @param incoming where the folders of all requests are; emptied at start */
  constructor(incoming: string) {
    this.#incoming = incoming;
  }

  folder(): Promise<string> {
    this.#folder ??= mkdtemp(join(this.#incoming, 'request-'));
    return this.#folder;
  }

  async discard(): Promise<void> {
    // A folder that could not be made is nothing to remove; whoever asked for it has been told.
    const folder = await this.#folder?.catch(() => undefined);
    this.#folder = undefined;
    this.files.clear();
    if (folder) await rm(folder, { recursive: true, force: true, maxRetries: 3 });
  }
}
