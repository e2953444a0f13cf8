import { randomBytes } from 'node:crypto';
import { copyFile, open, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Token } from '../../store/access.ts';
import type { ContentStore, StashRecord } from '../../store/content/content-store.ts';
import { owned } from '../entities.ts';
import { notFound } from '../errors.ts';
import { MAX_STASHED_BYTES, MIN_STASHED_BYTES, STASH_MS } from './limits.ts';
import { stashesFull } from './refusals.ts';
import { createStashShares } from './stash-shares.ts';

/**
 * Files that wait to become media, each under an id that cannot be guessed. A stash is used once: the media that it
 * became is the answer to everybody who uses it again, such as a client that did not hear the first answer.
 */
export interface Stashes {
  /**
   * Takes a file away from where it arrived.
   * @returns the id
   * @throws {ContentError} 429 when the address has as much stashed as is free, 503 when nothing is
   */
  put(token: Pick<Token, 'customerId' | 'kind'>, network: string, file: string): Promise<string>;
  /**
   * Copies the file of a stash.
   * @returns the stash; when it has become a media, there is no copy
   * @throws {ContentError} 404, 403
   */
  take(token: Token, id: string, copy: string): Promise<StashRecord>;
  use(id: string, mediaId: number): Promise<void>;
  /** Removes what has expired, and files that no stash knows. */
  sweep(): Promise<void>;
}

export function createStashes(store: ContentStore, folder: string): Stashes {
  const fileOf = (id: string) => join(folder, id);
  const shares = createStashShares();

  async function find(token: Token, id: string): Promise<StashRecord> {
    return owned(await store.stash(id, steadyNow()), token, 'Stash', id);
  }

  return {
    async put({ customerId, kind }, network, file) {
      const id = randomBytes(16).toString('base64url');
      const bytes = Math.max(MIN_STASHED_BYTES, await sync(file));
      // A shop's server speaks for all its visitors. Of an address, as much may be stashed as is free then.
      const hasShare = kind === 'public';
      const stashed = hasShare ? shares.bytesOf(network) : 0;
      const most = hasShare ? MAX_STASHED_BYTES - stashed - bytes : MAX_STASHED_BYTES;
      if (hasShare) shares.add(id, network, bytes);
      try {
        // The row first: a row without its file expires, and a file without a row is swept at any time.
        if (!(await store.addStash({ id, customerId, bytes, expiresAt: steadyNow() + STASH_MS }, most)))
          throw stashesFull(stashed > 0);
        await rename(file, fileOf(id));
      } catch (error) {
        shares.remove(id);
        await store.removeStash(id);
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
        // Somebody was faster, or it has just expired.
        const again = await find(token, id);
        if (again.mediaId === null) throw notFound('Stash', id);
        return again;
      }
    },

    async use(id, mediaId) {
      await store.useStash(id, mediaId);
      shares.remove(id);
      await rm(fileOf(id), { force: true });
    },

    async sweep() {
      const ids = await readdir(folder);
      await store.expireStashes(steadyNow());
      const shared = [...shares.ids()];
      const waiting = await store.waitingStashes([...ids, ...shared]);
      for (const id of shared) if (!waiting.has(id)) shares.remove(id);
      for (const id of ids) if (!waiting.has(id)) await rm(fileOf(id), { force: true });
    },
  };
}

/** @returns how many bytes are on disk now */
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
 * Milliseconds since 1970 as the clock had it when the process began, and steadily on from there: a clock that is set a
 * day ahead by mistake, and set right again, must not have cost anybody his file.
 */
function steadyNow(): number {
  return Math.floor(performance.timeOrigin + performance.now());
}
