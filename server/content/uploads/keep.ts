import { readFile } from 'node:fs/promises';
import { keepMedia } from '../../media/keep.ts';
import { contentHash } from '../../media/paths.ts';
import { settleFiles } from '../../media/withdraw.ts';
import type { ContentStore, CustomerRecord } from '../../store/content/content-store.ts';
import { checkFile } from './check.ts';
import { placing } from './folders.ts';
import { MAX_PROCESSED, MAX_WAITING } from './limits.ts';
import { createQueue, createTurns } from './queue.ts';
import { refusalOfMedia } from './refusals.ts';
import type { Sender } from './sender.ts';

export interface Upload {
  sender: Sender;
  customer: CustomerRecord;
  userId: number;
  /** Path of a picture or a video, and of a video's poster. */
  file: string;
  poster: string | undefined;
  caption: string | null;
  latitude: number | null;
  longitude: number | null;
  streamIds: number[];
  /** The request's own folder. */
  folder: string;
}

/**
 * Makes media of uploads, a bounded number at a time. A file that the customer has already stays the media that it is,
 * with its first uploader and caption: else whoever has a picture could change what was approved.
 *
 * @returns for an upload the id of its media
 * @throws {ContentError} with nothing left behind
 */
export function createKeeper(store: ContentStore, data: string): (upload: Upload) => Promise<number> {
  const inQueue = createQueue(MAX_PROCESSED, MAX_WAITING);
  const inTurn = createTurns();

  async function keep(upload: Upload): Promise<number> {
    const { customer, folder, streamIds } = upload;
    const bytes = await readFile(upload.file);
    const poster = upload.poster === undefined ? undefined : await readFile(upload.poster);
    const hash = contentHash(bytes, poster);
    // Of two uploads of one file, one would remove what the other has just placed.
    const place = async () => {
      const archive = { store, customerId: customer.id, data, workshop: folder };
      const { facts, known } = await keepMedia(archive, { bytes, poster }, streamIds.length);
      const id = known?.id ?? (await addRow(upload, facts));
      // Another customer's moderator may just have rejected the same file.
      await settleFiles(store, data, hash);
      return id;
    };
    return inTurn(hash, () => placing(store, data, hash, place));
  }

  async function addRow(upload: Upload, facts: Awaited<ReturnType<typeof keepMedia>>['facts']): Promise<number> {
    const { customer, userId, caption, latitude, longitude, streamIds } = upload;
    const now = Date.now();
    const status = customer.settings.premoderation ? 'pending' : 'approved';
    const post = { userId, caption, latitude, longitude, status, source: SOURCE } as const;
    const media = { ...facts, ...post, submittedAt: now, publishedAt: now };
    return (await store.addMedia(customer.id, media, streamIds)).id;
  }

  return async (upload) => {
    await checkFile(upload.file);
    if (upload.poster !== undefined) await checkFile(upload.poster);
    try {
      return await inQueue(upload.sender, () => keep(upload));
    } catch (error) {
      throw refusalOfMedia(error);
    }
  };
}

/** What the specification's examples call media that came as a file. */
const SOURCE = 'harddrive';
