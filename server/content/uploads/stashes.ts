import { randomBytes } from 'node:crypto';
import { copyFile, open, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Token } from '../../store/access.ts';
import type { ContentStore, StashRecord } from '../../store/content/content-store.ts';
import { findOwned } from '../entities.ts';
import { notFound } from '../errors.ts';
import { MAX_STASHED_BYTES, MIN_STASHED_BYTES, STASH_MS } from './limits.ts';
import { stashesFull } from './refusals.ts';
import { createStashShares } from './stash-shares.ts';

/**
 * Files that wait to become media, each under an id that cannot be guessed. A stash is used once. If it is used again,
 * for example by a client that did not receive the first answer, the answer is the same media.
 */
export interface Stashes {
  /**
   * Moves a received file to the stash.
   * @returns the id of the stash
   * @throws {ContentError} 429 if the address has as much stashed as is free, 503 if nothing is free
   */
  put(token: Pick<Token, 'customerId' | 'kind'>, network: string, file: string): Promise<string>;
  /**
   * Copies the file of a stash to `copy`, unless the stash is a media already.
   * @throws {ContentError} 404, 403
   */
  take(token: Token, id: string, copy: string): Promise<StashRecord>;
  use(id: string, mediaId: number): Promise<void>;
  /** Removes expired stashes, and files without a record. */
  sweep(): Promise<void>;
}

export function createStashes(contentStore: ContentStore, folder: string): Stashes {
  const fileOf = (id: string) => join(folder, id);
  const shares = createStashShares();

  async function find(token: Token, id: string): Promise<StashRecord> {
    return findOwned(token, 'Stash', id, await contentStore.stash(id, steadyNow()));
  }

  return {
    async put({ customerId, kind }, network, file) {
      const id = randomBytes(16).toString('base64url');
      const bytes = Math.max(MIN_STASHED_BYTES, await sync(file));
      // A shop's server (private token) sends the files of all its visitors, so its address has no share of its own.
      const hasShare = kind === 'public';
      const stashed = hasShare ? shares.bytesOf(network) : 0;
      const max = hasShare ? MAX_STASHED_BYTES - stashed - bytes : MAX_STASHED_BYTES;
      if (hasShare) shares.add(id, network, bytes);
      try {
        // The record is written first: a record without its file expires, and a file without a record is swept any time.
        if (!(await contentStore.addStash({ id, customerId, bytes, expiresAt: steadyNow() + STASH_MS }, max)))
          throw stashesFull(stashed > 0);
        await rename(file, fileOf(id));
      } catch (error) {
        shares.remove(id);
        await contentStore.removeStash(id);
        throw error;
      }
      return id;
    },

    async take(token, id, copy) {
      const stash = await find(token, id);
      if (stash.mediaId !== null) return stash;
      try {
        await copyFile(fileOf(id), copy);
        return stash;
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
        // Another request has used the stash, or it has just expired.
        const again = await find(token, id);
        if (again.mediaId === null) throw notFound('Stash', id);
        return again;
      }
    },

    async use(id, mediaId) {
      await contentStore.useStash(id, mediaId);
      shares.remove(id);
      await rm(fileOf(id), { force: true });
    },

    async sweep() {
      const ids = await readdir(folder);
      await contentStore.expireStashes(steadyNow());
      const shared = [...shares.ids()];
      const waiting = await contentStore.waitingStashes([...ids, ...shared]);
      for (const id of shared) if (!waiting.has(id)) shares.remove(id);
      for (const id of ids) if (!waiting.has(id)) await rm(fileOf(id), { force: true });
    },
  };
}

/** Makes a file durable. @returns its size in bytes */
async function sync(path: string): Promise<number> {
  const file = await open(path, 'r+');
  try {
    await file.sync();
    return (await file.stat()).size;
  } finally {
    await file.close();
  }
}

/**
 * Milliseconds since 1970 by the clock at the start of the process, plus the time since then. A system clock that is set
 * a day ahead by mistake, and corrected later, expires no stash.
 */
function steadyNow(): number {
  return Math.floor(performance.timeOrigin + performance.now());
}
