import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ContentStore, MediaRecord, PixelHashes } from '../store/content/content-store.ts';
import { MediaRefused } from './errors.ts';
import { keepFiles } from './files.ts';
import { EXTENSION, isImage, sniff } from './formats.ts';
import { perceptualHashOf, type RenderedImage, renderImage } from './image.ts';
import { contentHash, type FileStatus, hashFolder, statusFolder } from './paths.ts';
import { photorank } from './photorank.ts';
import { drawPoster } from './poster.ts';
import { remuxMovie } from './video/remux.ts';
import { cleanVideo } from './video/video.ts';
import { findFiles } from './withdraw.ts';

/** Where media are kept: the store for what is known of them, the data folder for their files. */
export interface Archive {
  store: Pick<ContentStore, 'mediaByHash'>;
  customerId: number;
  /** The data folder. */
  data: string;
  /** Where files are made before they come to their place; by default beside it. On the same disk. */
  workshop?: string;
  /** The files are made, so that what is wrong with them shows, and not kept. */
  dryRun?: boolean | undefined;
  /**
   * Asked before the files of a new media come to their place, which it names; without it they are shown.
   * @throws {MediaRefused}
   */
  judge?: (made: PixelHashes) => Promise<FileStatus>;
}

/** The columns of a media that its files decide. */
export type MediaFacts = Pick<
  MediaRecord,
  'type' | 'hash' | 'imageExt' | 'videoExt' | 'width' | 'height' | 'photorank' | 'pixelHash' | 'perceptualHash'
>;

export interface Source {
  /** A picture or a video. */
  bytes: Buffer;
  /** A picture, for a video. */
  poster?: Buffer | undefined;
  /** The name of its files, where that is not {@link contentHash}. */
  hash?: string | undefined;
}

/**
 * Makes all files of a picture or a video and puts them in their place. What was kept before is recognised by its
 * content and not made again. The row in the store is the caller's to write, after this: a row has its files.
 *
 * @param products how many are tagged in it, for its photorank
 * @returns the facts for that row, and the row itself when the customer has it already
 * @throws {MediaRefused}
 */
export async function keepMedia(
  { store, customerId, data, workshop, dryRun, judge }: Archive,
  source: Source,
  products: number,
): Promise<{ facts: MediaFacts; known: MediaRecord | undefined }> {
  const hash = source.hash ?? contentHash(source.bytes, source.poster);
  const known = await store.mediaByHash(customerId, hash);
  if (known?.status === 'rejected') throw wasRejected();
  if (known && (await findFiles(data, hash))) return { facts: factsOf(known), known };
  const format = sniff(source.bytes);
  const made = isImage(format) ? await makePicture(source.bytes, source.poster) : await makeVideo(source, workshop);
  const { width, height, perceptualHash, files } = made.picture;
  const type = made.videoExt ? 'VIDEO' : 'IMAGE';
  const imageExt = EXTENSION[made.picture.format];
  const pixelHash = pixelHashOf(files.get(mainFile({ imageExt, videoExt: made.videoExt })) as Uint8Array);
  const status = known?.status ?? (await judge?.({ type, pixelHash, perceptualHash })) ?? 'approved';
  if (!dryRun) await keepFiles(statusFolder(data, status), hash, files, workshop);
  return {
    facts: {
      ...{ type, hash, imageExt, pixelHash, perceptualHash },
      videoExt: made.videoExt,
      width,
      height,
      photorank: known?.photorank ?? photorank({ ...made.picture, products }),
    },
    known,
  };
}

interface Made {
  picture: RenderedImage;
  videoExt: MediaRecord['videoExt'];
}

async function makePicture(bytes: Buffer, poster: Buffer | undefined): Promise<Made> {
  if (poster) throw new MediaRefused('A picture has no poster.');
  return { picture: await render(bytes), videoExt: null };
}

async function makeVideo({ bytes, poster }: Source, workshop: string | undefined): Promise<Made> {
  const video = sniff(bytes) === 'mov' ? await remuxMovie(bytes, workshop) : Buffer.from(bytes);
  const { format, seconds } = cleanVideo(video);
  const picture = await render(poster ?? (await drawPoster(video, format, seconds, workshop)));
  picture.files.set(`video.${EXTENSION[format]}`, video);
  return { picture, videoExt: EXTENSION[format] };
}

async function render(bytes: Buffer): Promise<RenderedImage> {
  const format = sniff(bytes);
  if (!isImage(format)) throw new MediaRefused('The poster is a video; it has to be a picture.');
  return renderImage(bytes, format);
}

export function wasRejected(): MediaRefused {
  return new MediaRefused('This file was rejected by a moderator.');
}

/**
 * By what a kept media is found again, for one that an earlier version kept.
 * @returns nothing where its files are gone
 */
export async function hashesOfFiles(data: string, media: MediaRecord): Promise<Omit<PixelHashes, 'type'> | undefined> {
  const folder = await findFiles(data, media.hash);
  if (folder === undefined) return undefined;
  const read = (name: string) => readFile(join(hashFolder(folder, media.hash), name));
  const main = await read(mainFile(media));
  const picture = media.videoExt ? await read(`original.${media.imageExt}`) : main;
  return { pixelHash: pixelHashOf(main), perceptualHash: await perceptualHashOf(picture) };
}

/**
 * Of what is stored, which is made of the pixels of a picture and the tracks of a video: what else was in the source
 * changes nothing in it.
 */
function pixelHashOf(main: Uint8Array): string {
  return createHash('sha256').update(main).digest('hex');
}

function mainFile({ imageExt, videoExt }: Pick<MediaRecord, 'imageExt' | 'videoExt'>): string {
  return videoExt ? `video.${videoExt}` : `original.${imageExt}`;
}

function factsOf(media: MediaRecord): MediaFacts {
  const { type, hash, imageExt, videoExt, width, height, photorank, pixelHash, perceptualHash } = media;
  return { type, hash, imageExt, videoExt, width, height, photorank, pixelHash, perceptualHash };
}
