import type { Sharp } from 'sharp';
import { EXTENSION, type ImageFormat, type ImageSource } from './formats.ts';
import { SIZES, SMALLER_SIZES, type SmallerSize } from './image-sizes.ts';
import { IMAGE_SECONDS, MAX_DECODED_PIXELS, MAX_IMAGE_PIXELS, MAX_IMAGE_SIDE, MAX_OPTIMISED_PIXELS } from './limits.ts';
import { damaged, type Measures, measure } from './measure.ts';
import type { MediaFiles } from './paths.ts';
import { perceptualHash } from './perceptual-hash.ts';
import sharp from './safe-sharp.ts';

export interface RenderedImage {
  /** The size of the upright original, in pixels. */
  width: number;
  height: number;
  format: ImageFormat;
  /** The format of the four smaller sizes for browsers without WebP and AVIF: PNG for a picture with transparency. */
  fallback: 'jpg' | 'png';
  /** The standard deviation of a Laplacian over the `normal` size, which is comparable between resolutions. */
  sharpness: number;
  /** The {@link perceptualHash} of the first frame. */
  perceptualHash: string | null;
  files: MediaFiles;
}

/**
 * Makes the files of a picture: `original` and, of its first frame, the four smaller sizes as fallback and WebP. All are
 * upright, in sRGB and without metadata (EXIF, GPS, XMP, IPTC, comments, profiles).
 *
 * `original` keeps its pixel size up to 50 million pixels, its format (HEIC becomes JPEG) and its animation. It is
 * encoded again: JPEG with quality 92 and full chroma, WebP with 92, AVIF with 80, PNG and GIF without loss. No size is
 * larger than the source.
 *
 * @param source the format that `sniff` found
 * @throws {MediaError} if the picture is damaged, too large, too small or of another format
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
      SMALLER_SIZES.flatMap((size) => [
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

/** Makes the four smaller sizes of a stored `original` as AVIF. A large picture takes seconds of a core. */
export async function renderAvif(original: Buffer): Promise<MediaFiles> {
  const first = await firstFrame(original);
  const files: MediaFiles = new Map();
  for (const size of SMALLER_SIZES) {
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

/** The size of the stored original: that of the source, scaled down if it is too large. */
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

/** A decoded frame. `pipeline` starts a new pipeline with its pixels. */
interface Frame {
  width: number;
  height: number;
  pipeline: () => Sharp;
}

/**
 * Decodes the first frame once, as large as the smaller sizes need: its shorter side has at most 640 pixels, enough for a
 * crop and for a panorama.
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

function sized(frame: Frame, size: SmallerSize): Sharp {
  const { width, height, fit } = SIZES[size];
  if (fit === 'inside') return frame.pipeline().resize({ width, height, fit, withoutEnlargement: true });
  // A crop is square and never enlarged, so its side is at most the shorter side of the frame.
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
  // Only a single frame can be turned. Animated formats have no orientation.
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
