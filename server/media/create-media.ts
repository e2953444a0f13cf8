import type { MediaRecord, PixelHashes } from '../store/content/content-store.ts';
import { MediaError } from './errors.ts';
import { storeFiles } from './files.ts';
import { EXTENSION, isImage, sniff } from './formats.ts';
import { type RenderedImage, renderImage } from './image.ts';
import type { MediaArchive } from './media-archive.ts';
import { contentHash, type FileStatus, statusFolder } from './paths.ts';
import { photorank } from './photorank.ts';
import { mainFileOf, pixelHashOf } from './pixel-hash.ts';
import { drawPoster } from './poster.ts';
import { remuxMovie } from './video/remux.ts';
import { cleanVideo } from './video/video.ts';

/** The columns of a media record that its files decide. */
export type MediaFacts = Pick<
  MediaRecord,
  'type' | 'hash' | 'imageExt' | 'videoExt' | 'width' | 'height' | 'photorank' | 'pixelHash' | 'perceptualHash'
>;

export interface MediaSource {
  customerId: number;
  /** A picture or a video. */
  bytes: Buffer;
  /** The poster picture of a video. */
  poster?: Buffer | undefined;
  /** The name of the media's files; {@link contentHash} by default. */
  hash?: string | undefined;
  /** The number of products tagged in the media, which counts for its photorank. */
  products: number;
}

export interface CreateMediaOptions {
  /** The folder in which files are written before they are moved to their place, on the same disk. */
  workshop?: string | undefined;
  /** Makes the files, so that a bad source is refused, and stores none. */
  dryRun?: boolean | undefined;
  /**
   * Decides the status of a new media before its files are stored; `approved` by default.
   * @throws {MediaError}
   */
  judge?: ((made: PixelHashes) => Promise<FileStatus>) | undefined;
}

/**
 * Makes all files of a picture or a video and stores them. A source that was stored before is recognised by its content
 * and is not processed again. The caller writes the record afterwards, so a record always has its files.
 *
 * @returns the facts for that record, and the customer's existing record of the same content
 * @throws {MediaError}
 */
export async function createMedia(
  archive: MediaArchive,
  source: MediaSource,
  { workshop, dryRun, judge }: CreateMediaOptions = {},
): Promise<{ facts: MediaFacts; known: MediaRecord | undefined }> {
  const hash = source.hash ?? contentHash(source.bytes, source.poster);
  const known = await archive.contentStore.mediaByHash(source.customerId, hash);
  if (known?.status === 'rejected') throw rejectedBefore();
  if (known && (await archive.findFiles(hash))) return { facts: factsOf(known), known };
  const format = sniff(source.bytes);
  const made = isImage(format) ? await makePicture(source) : await makeVideo(source, workshop);
  const { width, height, perceptualHash, files } = made.picture;
  const type = made.videoExt ? 'VIDEO' : 'IMAGE';
  const imageExt = EXTENSION[made.picture.format];
  const pixelHash = pixelHashOf(files.get(mainFileOf({ imageExt, videoExt: made.videoExt })) as Uint8Array);
  const status = known?.status ?? (await judge?.({ type, pixelHash, perceptualHash })) ?? 'approved';
  if (!dryRun) await storeFiles(statusFolder(archive.dataDir, status), hash, files, workshop);
  return {
    facts: {
      ...{ type, hash, imageExt, pixelHash, perceptualHash },
      videoExt: made.videoExt,
      width,
      height,
      photorank: known?.photorank ?? photorank({ ...made.picture, products: source.products }),
    },
    known,
  };
}

interface Made {
  picture: RenderedImage;
  videoExt: MediaRecord['videoExt'];
}

async function makePicture({ bytes, poster }: MediaSource): Promise<Made> {
  if (poster) throw new MediaError('A picture has no poster.');
  return { picture: await render(bytes), videoExt: null };
}

async function makeVideo({ bytes, poster }: MediaSource, workshop: string | undefined): Promise<Made> {
  const video = sniff(bytes) === 'mov' ? await remuxMovie(bytes, workshop) : Buffer.from(bytes);
  const { format, seconds } = cleanVideo(video);
  const picture = await render(poster ?? (await drawPoster(video, format, seconds, workshop)));
  picture.files.set(`video.${EXTENSION[format]}`, video);
  return { picture, videoExt: EXTENSION[format] };
}

async function render(bytes: Buffer): Promise<RenderedImage> {
  const format = sniff(bytes);
  if (!isImage(format)) throw new MediaError('The poster is a video; it has to be a picture.');
  return renderImage(bytes, format);
}

/** The error for a source that a moderator has rejected before. */
export function rejectedBefore(): MediaError {
  return new MediaError('This file was rejected by a moderator.');
}

function factsOf(media: MediaRecord): MediaFacts {
  const { type, hash, imageExt, videoExt, width, height, photorank, pixelHash, perceptualHash } = media;
  return { type, hash, imageExt, videoExt, width, height, photorank, pixelHash, perceptualHash };
}
