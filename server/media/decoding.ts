import type { Metadata } from 'sharp';
import type { ImageSource } from './formats.ts';
import { MAX_DECODED_PIXELS, MAX_DECODING_BYTES } from './limits.ts';

/** What {@link maxPixelsOf} is asked about. */
export interface Encoded {
  format: ImageSource;
  facts: Pick<Metadata, 'channels' | 'depth' | 'orientation'>;
  /** Whether its lines come one after the other; otherwise all of it is in memory before the first is complete. */
  isSequential: boolean;
}

/** How many pixels a picture can have to be read within {@link MAX_DECODING_BYTES}, or in reasonable time. */
export function maxPixelsOf(picture: Encoded): number {
  return Math.min(MAX_DECODED_PIXELS, Math.floor(MAX_DECODING_BYTES / bytesPerPixel(picture)));
}

/** Bytes of memory a pixel, measured with pictures of 50 to 200 million. */
function bytesPerPixel({ format, facts, isSequential }: Encoded): number {
  const sample = facts.depth === 'uchar' ? 1 : 2;
  const pixel = facts.channels * sample;
  // Turned and mirrored pictures are read from another corner than the first. HEIC and AVIF come upright.
  const turned = (facts.orientation ?? 1) > 1 ? pixel : 0;
  switch (format) {
    case 'jpeg':
      // Coefficients of two bytes each, until the last scan is read.
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
      // Reading takes a third of it; the rest is taken when it is encoded anew.
      return 35;
  }
}
