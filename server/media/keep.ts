import type { ContentStore, MediaRecord } from '../store/content/content-store.ts';
import { hasFiles, keepFiles } from './files.ts';
import { EXTENSION, isImage, sniff } from './formats.ts';
import { type RenderedImage, renderImage } from './image.ts';
import { contentHash, mediaFolder } from './paths.ts';
import { photorank } from './photorank.ts';
import { drawPoster } from './poster.ts';
import { MediaRefused } from './refused.ts';
import { cleanVideo } from './video/video.ts';

/** Where media are kept: the store for what is known of them, the data folder for their files. */
export interface Archive {
  store: Pick<ContentStore, 'mediaByHash'>;
  customerId: number;
  /** The data folder. */
  data: string;
  /** Where files are made before they come to their place; by default beside it. On the same disk. */
  workshop?: string;
}

/** The columns of a media that its files decide. */
export type MediaFacts = Pick<
  MediaRecord,
  'type' | 'hash' | 'imageExt' | 'videoExt' | 'width' | 'height' | 'photorank'
>;

export interface Source {
  /** A picture or a video. */
  bytes: Buffer;
  /** A picture, for a video. */
  poster?: Buffer | undefined;
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
  { store, customerId, data, workshop }: Archive,
  source: Source,
  products: number,
): Promise<{ facts: MediaFacts; known: MediaRecord | undefined }> {
  const media = mediaFolder(data);
  const hash = contentHash(source.bytes, source.poster);
  const known = await store.mediaByHash(customerId, hash);
  if (known?.status === 'rejected') throw new MediaRefused('This file was rejected by a moderator.');
  if (known && (await hasFiles(media, hash))) return { facts: factsOf(known), known };
  const format = sniff(source.bytes);
  const made = isImage(format) ? await makePicture(source.bytes, source.poster) : await makeVideo(source, workshop);
  await keepFiles(media, hash, made.picture.files, workshop);
  const { width, height } = made.picture;
  return {
    facts: {
      type: made.videoExt ? 'VIDEO' : 'IMAGE',
      hash,
      imageExt: EXTENSION[made.picture.format],
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
  const video = Buffer.from(bytes);
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

function factsOf({ type, hash, imageExt, videoExt, width, height, photorank }: MediaRecord): MediaFacts {
  return { type, hash, imageExt, videoExt, width, height, photorank };
}
