import type { ImageSize } from '../../src/content/resources.ts';

/** The four smaller sizes of the specification (001, "Media"), in pixels. The fifth size is `original`. */
export const SIZES = {
  square: { width: 90, height: 90, fit: 'cover' },
  thumbnail: { width: 150, height: 150, fit: 'inside' },
  mobile: { width: 320, height: 320, fit: 'inside' },
  normal: { width: 640, height: 640, fit: 'inside' },
} as const satisfies Record<Exclude<ImageSize, 'original'>, object>;

export type SmallerSize = keyof typeof SIZES;

export const SMALLER_SIZES = Object.keys(SIZES) as SmallerSize[];
