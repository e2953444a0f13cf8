import { randomBytes } from 'node:crypto';
import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { ContentStore, MediaRecord, PixelHashes } from '../store/content/content-store.ts';
import { hasFiles } from './files.ts';
import { perceptualHashOf } from './image.ts';
import { FILE_STATUSES, type FileStatus, hashFolder, incomingFolder, stashFolder, statusFolder } from './paths.ts';
import { mainFileOf, pixelHashOf } from './pixel-hash.ts';

/** A file named `placing-{hash}-{random}` in the incoming folder marks an update of the media with that hash. */
const UPDATE_MARK = 'placing-';
const HASH_DIGITS = 64;

/**
 * The media of all customers: their records in the content store and their files in the data folder. The two are
 * changed together here, so that the files of a media are always in the folder of its status.
 */
export class MediaArchive {
  readonly contentStore: ContentStore;
  readonly dataDir: string;

  constructor(contentStore: ContentStore, dataDir: string) {
    this.contentStore = contentStore;
    this.dataDir = dataDir;
  }

  /** The status folder that holds the files of a media, or undefined. */
  async findFiles(hash: string): Promise<string | undefined> {
    for (const status of FILE_STATUSES) {
      const folder = statusFolder(this.dataDir, status);
      if (await hasFiles(folder, hash)) return folder;
    }
    return undefined;
  }

  /** Moves the files of a media to the folder of this status. Files that are there already stay there. */
  async moveFiles(hash: string, status: FileStatus): Promise<void> {
    const to = statusFolder(this.dataDir, status);
    for (const other of FILE_STATUSES) if (other !== status) await move(statusFolder(this.dataDir, other), to, hash);
  }

  /**
   * Moves the files of a media to the folder of the status that its records have. Call it after a record is written.
   * Another process may change the record meanwhile, so the status is read again after the move, until it is the same.
   * Files without a record stay where they are.
   */
  async settleFiles(hash: string): Promise<void> {
    let status = await this.contentStore.statusOfFiles(hash);
    while (status !== undefined) {
      await this.moveFiles(hash, status);
      const now = await this.contentStore.statusOfFiles(hash);
      if (now === status) return;
      status = now;
    }
  }

  async removeFiles(hash: string): Promise<void> {
    for (const status of FILE_STATUSES)
      await rm(hashFolder(statusFolder(this.dataDir, status), hash), { recursive: true, force: true });
  }

  /**
   * Runs work that changes the record of a media and the place of its files. After the work, whether it succeeded or
   * not, the files are in the folder of the record's status, and are removed if there is no record. If the process dies
   * during the work, {@link recover} does that at the next start.
   */
  async update<T>(hash: string, work: () => Promise<T>): Promise<T> {
    const incoming = incomingFolder(this.dataDir);
    const mark = join(incoming, `${UPDATE_MARK}${hash}-${randomBytes(8).toString('hex')}`);
    // The admin command may run before the first start of the service, which makes this folder.
    await mkdir(incoming, { recursive: true });
    await writeFile(mark, '');
    try {
      return await work();
    } finally {
      // If this fails too, the mark stays for the next start.
      await this.#tidy(hash);
      await rm(mark, { force: true });
    }
  }

  /** Whether an {@link update} of this media runs now, in any process. */
  async isUpdating(hash: string): Promise<boolean> {
    const marks = await readdir(incomingFolder(this.dataDir)).catch(() => []);
    return marks.some((name) => name.startsWith(UPDATE_MARK + hash));
  }

  /** Undoes what a crash interrupted. Call it at the start of the service, before it takes uploads. */
  async recover(): Promise<void> {
    const incoming = incomingFolder(this.dataDir);
    await mkdir(stashFolder(this.dataDir), { recursive: true });
    await mkdir(incoming, { recursive: true });
    for (const name of await readdir(incoming)) {
      if (name.startsWith(UPDATE_MARK)) await this.#tidy(name.slice(UPDATE_MARK.length).slice(0, HASH_DIGITS));
      await rm(join(incoming, name), { recursive: true, force: true });
    }
    await this.#hidePending();
  }

  /**
   * Stores the pixel hashes of a media that an earlier version stored without them. A media whose files are missing or
   * damaged gets none, and is recognised by its file only.
   */
  async hashPixels(media: MediaRecord): Promise<void> {
    if (media.pixelHash !== null) return;
    const hashes = await this.#readPixelHashes(media).catch(() => undefined);
    if (hashes) await this.contentStore.setPixelHashes(media.id, hashes);
  }

  async #readPixelHashes(media: MediaRecord): Promise<Omit<PixelHashes, 'type'> | undefined> {
    const folder = await this.findFiles(media.hash);
    if (folder === undefined) return undefined;
    const read = (name: string) => readFile(join(hashFolder(folder, media.hash), name));
    const main = await read(mainFileOf(media));
    const picture = media.videoExt ? await read(`original.${media.imageExt}`) : main;
    return { pixelHash: pixelHashOf(main), perceptualHash: await perceptualHashOf(picture) };
  }

  async #tidy(hash: string): Promise<void> {
    if ((await this.contentStore.statusOfFiles(hash)) === undefined) await this.removeFiles(hash);
    else await this.settleFiles(hash);
  }

  /** Earlier versions kept the files of pending media in the folder of approved ones, which is served to everybody. */
  async #hidePending(): Promise<void> {
    const approved = statusFolder(this.dataDir, 'approved');
    for (const hash of await this.contentStore.pendingHashes())
      if (await hasFiles(approved, hash)) await this.settleFiles(hash);
  }
}

async function move(from: string, to: string, hash: string): Promise<void> {
  if (!(await hasFiles(from, hash))) return;
  const [source, target] = [hashFolder(from, hash), hashFolder(to, hash)];
  await mkdir(dirname(target), { recursive: true });
  await rename(source, target).catch((error: NodeJS.ErrnoException) => {
    // The target has the files already.
    if (error.code === 'ENOTEMPTY' || error.code === 'EEXIST') return rm(source, { recursive: true, force: true });
    // Another process has moved the files first.
    if (error.code !== 'ENOENT') throw error;
  });
}
