import { readFile } from 'node:fs/promises';
import { keepMedia, type MediaFacts, wasRejected } from '../../media/create-media.ts';
import { contentHash } from '../../media/paths.ts';
import type { ContentStore, CustomerRecord, PixelHashes } from '../../store/content/content-store.ts';
import { checkFile } from './check.ts';
import { findAlike } from './find-alike.ts';
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
 * Makes media of uploads, a bounded number at a time. A file that the customer shows already stays the media that it is,
 * with its first uploader and caption: else whoever has a picture could change what was approved. One that waits for a
 * moderator is a media of its own for each who uploads it: whoever has the file must not learn who else sent it. What
 * looks like a rejected media is refused, and what looks like one that waits, waits too.
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
    const content = contentHash(bytes, poster);
    const work = async () => {
      const hash = await nameFor(upload, content);
      return placing(store, data, hash, async () => {
        let status: UploadStatus = customer.settings.premoderation ? 'pending' : 'approved';
        const judge = async (made: PixelHashes) => {
          const alike = await findAlike(store, customer.id, made);
          if (alike === 'rejected') throw wasRejected();
          status = alike ?? status;
          return status;
        };
        const archive = { store, customerId: customer.id, data, workshop: folder, judge };
        const { facts, known } = await keepMedia(archive, { bytes, poster, hash }, streamIds.length);
        return known?.id ?? (await addRow(upload, facts, status));
      });
    };
    // Of two uploads of one file, one would remove what the other has just placed.
    return inTurn(content, work);
  }

  /** The name of the files: that of the content, but for a media that another user has sent and nobody is shown. */
  async function nameFor({ customer, userId }: Upload, content: string): Promise<string> {
    const known = await store.mediaByHash(customer.id, content);
    const isOfAnother = known?.status === 'pending' && known.userId !== userId;
    return isOfAnother ? contentHash(Buffer.from(`${content} ${userId}`)) : content;
  }

  async function addRow(upload: Upload, facts: MediaFacts, status: UploadStatus): Promise<number> {
    const { customer, userId, caption, latitude, longitude, streamIds } = upload;
    const now = Date.now();
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

type UploadStatus = 'approved' | 'pending';

/** What the specification's examples call media that came as a file. */
const SOURCE = 'harddrive';
