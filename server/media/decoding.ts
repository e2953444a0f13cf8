import type { Metadata } from 'sharp';
import type { ImageSource } from './formats.ts';
import { MAX_DECODED_PIXELS, MAX_DECODING_BYTES } from './limits.ts';

/** An encoded picture, as far as its header tells. */
export interface Encoded {
  format: ImageSource;
  facts: Pick<Metadata, 'channels' | 'depth' | 'orientation'>;
  /** Whether the lines of the picture follow each other. Otherwise the whole picture is in memory while it is decoded. */
  isSequential: boolean;
}

/** The pixels that a picture may have to be decoded within {@link MAX_DECODING_BYTES} and in reasonable time. */
export function maxPixelsOf(picture: Encoded): number {
  return Math.min(MAX_DECODED_PIXELS, Math.floor(MAX_DECODING_BYTES / bytesPerPixel(picture)));
}

/** The bytes of memory for each pixel, measured with pictures of 50 to 200 million pixels. */
function bytesPerPixel({ format, facts, isSequential }: Encoded): number {
  const sample = facts.depth === 'uchar' ? 1 : 2;
  const pixel = facts.channels * sample;
  // A turned or mirrored picture is read from another corner, and has to be in memory. HEIC and AVIF are decoded upright.
  const turned = (facts.orientation ?? 1) > 1 ? pixel : 0;
  switch (format) {
    case 'jpeg':
      // A progressive JPEG has coefficients of two bytes in memory until its last scan is read.
      return (isSequential ? 0 : 2 * facts.channels) + turned;
    case 'png':
      return (isSequential ? 0 : pixel) + turned;
    case 'webp':
      return 7 + turned;
    case 'gif':
      return 12;
    case 'heic':
      return 12;
    case 'avif':
      // Decoding takes a third of it, and encoding the rest.
      return 35;
  }
}
