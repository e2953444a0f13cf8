import { readFile } from 'node:fs/promises';
import { createMedia, type MediaFacts, rejectedBefore } from '../../media/create-media.ts';
import type { MediaArchive } from '../../media/media-archive.ts';
import { contentHash } from '../../media/paths.ts';
import type { CustomerRecord, PixelHashes } from '../../store/content/content-store.ts';
import { checkFile } from './check.ts';
import { findAlike } from './find-alike.ts';
import { MAX_PROCESSED, MAX_WAITING } from './limits.ts';
import { createQueue, createTurns } from './queue.ts';
import { toUploadError } from './refusals.ts';
import type { Sender } from './sender.ts';

export interface Upload {
  sender: Sender;
  customer: CustomerRecord;
  userId: number;
  /** The path of a picture or a video. */
  file: string;
  /** The path of a video's poster. */
  poster: string | undefined;
  caption: string | null;
  latitude: number | null;
  longitude: number | null;
  streamIds: number[];
  /** The folder of the request. */
  folder: string;
}

/**
 * Returns a function that makes a media of an upload. It processes a bounded number of uploads at a time.
 *
 * A file that the customer shows already stays the media that it is, with its first uploader and caption; otherwise
 * anybody who has an approved picture could change what was approved. A pending media is separate for each uploader, so
 * that nobody learns who else has sent the same file. An upload that looks like a rejected media is refused, and one
 * that looks like a pending media becomes pending.
 *
 * @returns a function that resolves with the id of the media, and rejects with a {@link ContentError} after it has
 * removed all files of the upload
 */
export function createUploadProcessor(archive: MediaArchive): (upload: Upload) => Promise<number> {
  const { contentStore } = archive;
  const inQueue = createQueue(MAX_PROCESSED, MAX_WAITING);
  const inTurn = createTurns();

  async function create(upload: Upload): Promise<number> {
    const { customer, folder: workshop, streamIds } = upload;
    const bytes = await readFile(upload.file);
    const poster = upload.poster === undefined ? undefined : await readFile(upload.poster);
    const content = contentHash(bytes, poster);
    const work = async () => {
      const hash = await hashFor(upload, content);
      const source = { customerId: customer.id, bytes, poster, hash, products: streamIds.length };
      return archive.update(hash, async () => {
        let status: UploadStatus = customer.settings.premoderation ? 'pending' : 'approved';
        const judge = async (made: PixelHashes) => {
          const alike = await findAlike(contentStore, customer.id, made);
          if (alike === 'rejected') throw rejectedBefore();
          status = alike ?? status;
          return status;
        };
        const { facts, known } = await createMedia(archive, source, { workshop, judge });
        return known?.id ?? (await addRecord(upload, facts, status));
      });
    };
    // Without turns, one of two uploads of the same file could remove the files that the other has just stored.
    return inTurn(content, work);
  }

  /** The hash of the content; for a file that another user has pending, a hash of the content and this user. */
  async function hashFor({ customer, userId }: Upload, content: string): Promise<string> {
    const known = await contentStore.mediaByHash(customer.id, content);
    const isPendingOfAnother = known?.status === 'pending' && known.userId !== userId;
    return isPendingOfAnother ? contentHash(Buffer.from(`${content} ${userId}`)) : content;
  }

  async function addRecord(upload: Upload, facts: MediaFacts, status: UploadStatus): Promise<number> {
    const { customer, userId, caption, latitude, longitude, streamIds } = upload;
    const now = Date.now();
    const post = { userId, caption, latitude, longitude, status, source: SOURCE } as const;
    const media = { ...facts, ...post, submittedAt: now, publishedAt: now };
    return (await contentStore.addMedia(customer.id, media, streamIds)).id;
  }

  return async (upload) => {
    await checkFile(upload.file);
    if (upload.poster !== undefined) await checkFile(upload.poster);
    try {
      return await inQueue(upload.sender, () => create(upload));
    } catch (error) {
      throw toUploadError(error);
    }
  };
}

type UploadStatus = 'approved' | 'pending';

/** The `source` of uploaded media in the specification's examples. */
const SOURCE = 'harddrive';
