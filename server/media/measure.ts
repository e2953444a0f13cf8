import { maxPixelsOf } from './decoding.ts';
import { MediaError, NotMediaError } from './errors.ts';
import type { ImageSource } from './formats.ts';
import { SIZES } from './image-sizes.ts';
import { MAX_ANIMATION_PIXELS, MAX_IMAGE_BYTES, MAX_SOURCE_SIDE, MIN_IMAGE_SIDE } from './limits.ts';
import sharp from './safe-sharp.ts';
import { checkStructure } from './structure.ts';

export interface Measures {
  width: number;
  height: number;
  frames: number;
}

/**
 * Measures a picture by its header, upright and without decoding it.
 * @throws {MediaError} if it is damaged, too costly to decode, or too small
 */
export async function measure(bytes: Buffer, format: ImageSource): Promise<Measures> {
  if (bytes.length > MAX_IMAGE_BYTES) {
    throw new MediaError(`The picture has ${mega(bytes.length)} MB; at most ${mega(MAX_IMAGE_BYTES)} are accepted.`);
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
  const maxPixels = frames > 1 ? MAX_ANIMATION_PIXELS : maxPixelsOf({ format, facts, isSequential });
  if (width * height * frames > maxPixels) {
    const what = frames > 1 ? `${frames} frames of ${width}x${height}` : `${width}x${height} pixels`;
    const inAll = frames > 1 ? ' of all frames together' : '';
    throw new MediaError(
      `The picture has ${what}; at most ${mega(maxPixels, 1e6)} million pixels${inAll} are accepted.`,
    );
  }
  return { width, height, frames };
}

/** The compression of the pixels in a HEIF container (ISO/IEC 23008-12). */
const HEIF_COMPRESSION: Partial<Record<ImageSource, string>> = { avif: 'av1', heic: 'hevc' };

function checkSides(width: number, height: number): void {
  if (Math.max(width, height) > MAX_SOURCE_SIDE)
    throw new MediaError(`The picture is ${width}x${height}; at most ${MAX_SOURCE_SIDE} pixels a side are accepted.`);
  if (Math.min(width, height) < MIN_IMAGE_SIDE) {
    const { width: good } = SIZES.normal;
    throw new MediaError(
      `The picture is ${width}x${height}; each side needs at least ${MIN_IMAGE_SIDE} pixels, and ${good} look good.`,
    );
  }
}

/** The error for a picture that libvips cannot read. */
export function damaged(format: ImageSource, error: unknown): MediaError {
  const { message } = error as Error;
  // The libvips of sharp has no HEVC decoder because of its patents. A libvips that is installed separately may have one.
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
