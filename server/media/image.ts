import sharp, { type Sharp } from 'sharp';
import type { ImageSize } from '../../src/content/resources.ts';
import { maxPixelsOf } from './decoding.ts';
import { MediaError, NotMediaError } from './errors.ts';
import { EXTENSION, type ImageFormat, type ImageSource } from './formats.ts';
import {
  IMAGE_SECONDS,
  MAX_ANIMATION_PIXELS,
  MAX_DECODED_PIXELS,
  MAX_IMAGE_BYTES,
  MAX_IMAGE_PIXELS,
  MAX_IMAGE_SIDE,
  MAX_OPTIMISED_PIXELS,
  MAX_SOURCE_SIDE,
  MIN_IMAGE_SIDE,
} from './limits.ts';
import type { MediaFiles } from './paths.ts';
import { perceptualHash } from './perceptual-hash.ts';
import { checkStructure } from './structure.ts';

// libvips looks at the bytes itself and knows many more formats than we take. It gets no loader but these.
sharp.block({ operation: ['VipsForeignLoad'] });
sharp.unblock({ operation: ['Jpeg', 'Png', 'Webp', 'Heif', 'Nsgif'].map((name) => `VipsForeignLoad${name}Buffer`) });
// Its cache holds decoded pictures that are never asked for again; without it memory stays flat over an import.
sharp.cache(false);

/** The sizes of the content specification (001, "Media"), in pixels; `original` is the fifth. */
const SIZES = {
  square: { width: 90, height: 90, fit: 'cover' },
  thumbnail: { width: 150, height: 150, fit: 'inside' },
  mobile: { width: 320, height: 320, fit: 'inside' },
  normal: { width: 640, height: 640, fit: 'inside' },
} as const satisfies Record<Exclude<ImageSize, 'original'>, object>;

export interface RenderedImage {
  /** Of the original, upright. */
  width: number;
  height: number;
  format: ImageFormat;
  /** What a browser without WebP and AVIF gets for the four smaller sizes: PNG where something is transparent. */
  fallback: 'jpg' | 'png';
  /** Standard deviation of a Laplacian over the `normal` size, so pictures of different resolution compare. */
  sharpness: number;
  /** Of the first frame; see {@link perceptualHash}. */
  perceptualHash: string | null;
  files: MediaFiles;
}

/**
 * Everything that is made of a picture at import: `original` and, of the first frame, the four smaller sizes as
 * fallback and WebP. All of it is upright, in sRGB and without metadata (EXIF, GPS, XMP, IPTC, comments, profiles).
 *
 * `original` keeps its pixel size up to 50 million pixels, its format (HEIC becomes JPEG) and its animation, and is
 * encoded anew: JPEG at quality 92 with full chroma, WebP at 92, AVIF at 80, PNG and GIF without loss. No size is larger
 * than the source.
 *
 * @param source what {@link sniff} said of the bytes
 * @throws {MediaError} when they are damaged, too large, too small or not that format
 */
export async function renderImage(bytes: Buffer, source: ImageSource): Promise<RenderedImage> {
  const { frames, ...size } = await measure(bytes, source);
  const format = source === 'heic' ? 'jpeg' : source;
  const { width, height } = fittingSize(size);
  try {
    const first = await firstFrame(bytes);
    const { isOpaque } = await first.pipeline().stats();
    const { sharpness } = await sharp(await sized(first, 'normal').png({ compressionLevel: 1 }).toBuffer()).stats();
    const fallback = isOpaque ? 'jpg' : 'png';
    const files: MediaFiles = new Map();
    files.set(
      `original.${EXTENSION[format]}`,
      await original(bytes, format, { width, height, frames }, size.width !== width),
    );
    await Promise.all(
      smallerSizes().flatMap((size) => [
        encodeFallback(sized(first, size), fallback).then((file) => files.set(`${size}.${fallback}`, file)),
        encodeWebp(sized(first, size)).then((file) => files.set(`${size}.webp`, file)),
      ]),
    );
    return {
      width,
      height,
      format,
      fallback,
      sharpness,
      perceptualHash: await perceptualHash(first.pipeline()),
      files,
    };
  } catch (error) {
    throw damaged(source, error);
  }
}

/** The four smaller sizes as AVIF, made of a stored `original`. Slow: seconds of a core for a large picture. */
export async function renderAvif(original: Buffer): Promise<MediaFiles> {
  const first = await firstFrame(original);
  const files: MediaFiles = new Map();
  for (const size of smallerSizes()) {
    files.set(
      `${size}.avif`,
      await sized(first, size).avif({ quality: 50, effort: 4, chromaSubsampling: '4:2:0' }).toBuffer(),
    );
  }
  return files;
}

/** The {@link perceptualHash} of a stored `original`. */
export async function perceptualHashOf(original: Buffer): Promise<string | null> {
  return perceptualHash((await firstFrame(original)).pipeline());
}

export function smallerSizes(): (keyof typeof SIZES)[] {
  return Object.keys(SIZES) as (keyof typeof SIZES)[];
}

interface Measures {
  width: number;
  height: number;
  frames: number;
}

/** Reads the header only, and refuses what would cost too much to decode, or shows too little. */
async function measure(bytes: Buffer, format: ImageSource): Promise<Measures> {
  if (bytes.length > MAX_IMAGE_BYTES) {
    throw new MediaError(`The picture has ${mega(bytes.length)} MB; at most ${mega(MAX_IMAGE_BYTES)} are taken.`);
  }
  const { isSequential } = checkStructure(bytes, format);
  const facts = await sharp(bytes, { limitInputPixels: false })
    .metadata()
    .catch((error) => {
      throw damaged(format, error);
    });
  const compression = HEIF_COMPRESSION[format];
  if (facts.format !== (compression ? 'heif' : format) || (compression && facts.compression !== compression)) {
    throw new NotMediaError(`The picture begins like ${format.toUpperCase()} but is something else.`);
  }
  const { width, height } = facts.autoOrient;
  const frames = format === 'gif' || format === 'webp' ? (facts.pages ?? 1) : 1;
  checkSides(width, height);
  const most = frames > 1 ? MAX_ANIMATION_PIXELS : maxPixelsOf({ format, facts, isSequential });
  if (width * height * frames > most) {
    const what = frames > 1 ? `${frames} frames of ${width}x${height}` : `${width}x${height} pixels`;
    const inAll = frames > 1 ? ' of all frames together' : '';
    throw new MediaError(`The picture has ${what}; at most ${mega(most, 1e6)} million pixels${inAll} are taken.`);
  }
  return { width, height, frames };
}

/** What the pixels in a HEIF container (ISO/IEC 23008-12) are compressed with. */
const HEIF_COMPRESSION: Partial<Record<ImageSource, string>> = { avif: 'av1', heic: 'hevc' };

function checkSides(width: number, height: number): void {
  if (Math.max(width, height) > MAX_SOURCE_SIDE)
    throw new MediaError(`The picture is ${width}x${height}; at most ${MAX_SOURCE_SIDE} pixels a side are taken.`);
  if (Math.min(width, height) < MIN_IMAGE_SIDE) {
    const { width: good } = SIZES.normal;
    throw new MediaError(
      `The picture is ${width}x${height}; each side needs at least ${MIN_IMAGE_SIDE} pixels, and ${good} look good.`,
    );
  }
}

/** The size of the stored original: that of the source, or as much of it as fits. */
function fittingSize({ width, height }: { width: number; height: number }): { width: number; height: number } {
  const scale = Math.min(1, Math.sqrt(MAX_IMAGE_PIXELS / (width * height)), MAX_IMAGE_SIDE / Math.max(width, height));
  if (scale === 1) return { width, height };
  const scaled = (side: number) => Math.max(1, Math.floor(side * scale));
  return { width: scaled(width), height: scaled(height) };
}

function open(bytes: Buffer, animated = false): Sharp {
  return sharp(bytes, { limitInputPixels: MAX_DECODED_PIXELS, failOn: 'error', animated }).timeout({
    seconds: IMAGE_SECONDS,
  });
}

/** The pixels of a first frame, as often as they are needed. */
interface Frame {
  width: number;
  height: number;
  pipeline: () => Sharp;
}

/**
 * Decodes the first frame once, no larger than the sizes need (its shorter side at most 640, so that a crop and a
 * panorama both have enough).
 */
async function firstFrame(bytes: Buffer): Promise<Frame> {
  const { data, info } = await open(bytes)
    .autoOrient()
    .resize({ width: SIZES.normal.width, height: SIZES.normal.height, fit: 'outside', withoutEnlargement: true })
    .toColourspace('srgb')
    .raw()
    .toBuffer({ resolveWithObject: true });
  const { width, height, channels } = info;
  return { width, height, pipeline: () => sharp(data, { raw: { width, height, channels } }) };
}

function sized(frame: Frame, size: keyof typeof SIZES): Sharp {
  const { width, height, fit } = SIZES[size];
  if (fit === 'inside') return frame.pipeline().resize({ width, height, fit, withoutEnlargement: true });
  // A crop has to stay square without being enlarged: it is as large as the shorter side allows.
  const side = Math.min(width, frame.width, frame.height);
  return frame.pipeline().resize({ width: side, height: side, fit });
}

function encodeFallback(picture: Sharp, extension: 'jpg' | 'png'): Promise<Buffer> {
  if (extension === 'png') return picture.png({ compressionLevel: 9 }).toBuffer();
  return picture.flatten().jpeg({ quality: 80, mozjpeg: true }).toBuffer();
}

function encodeWebp(picture: Sharp): Promise<Buffer> {
  return picture.webp({ quality: 78 }).toBuffer();
}

function original(
  bytes: Buffer,
  format: ImageFormat,
  { width, height, frames }: Measures,
  scaled: boolean,
): Promise<Buffer> {
  const animated = frames > 1;
  const picture = open(bytes, animated);
  const optimiseCoding = width * height <= MAX_OPTIMISED_PIXELS;
  // Only a single frame can be turned; formats that move know no orientation.
  if (!animated) picture.autoOrient();
  if (scaled) picture.resize({ width, height, fit: 'fill' });
  switch (format) {
    case 'jpeg':
      return picture.jpeg({ quality: 92, chromaSubsampling: '4:4:4', optimiseCoding }).toBuffer();
    case 'png':
      return picture.png().toBuffer();
    case 'webp':
      return picture.webp({ quality: 92 }).toBuffer();
    case 'avif':
      return picture.avif({ quality: 80, effort: 3 }).toBuffer();
    case 'gif':
      return picture.gif().toBuffer();
  }
}

function damaged(format: ImageSource, error: unknown): MediaError {
  const { message } = error as Error;
  // The libvips that comes with sharp has no HEVC, for its patents; one that is installed on the machine may have it.
  if (format === 'heic' && /plugin|unsupported|not been built in/i.test(message))
    return new NotMediaError('This is a HEIC picture, which this service cannot read. Export it as JPEG.', {
      cause: error,
    });
  const [reason] = message.split('\n');
  return new MediaError(`The ${format.toUpperCase()} picture is damaged or cut off (${reason}).`, { cause: error });
}

function mega(amount: number, unit = 1024 * 1024): string {
  return String(Math.round((amount / unit) * 10) / 10);
}
