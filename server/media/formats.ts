import { NotMediaError } from './errors.ts';

export const IMAGE_FORMATS = ['jpeg', 'png', 'webp', 'avif', 'gif'] as const;
export type ImageFormat = (typeof IMAGE_FORMATS)[number];

export const VIDEO_FORMATS = ['mp4', 'webm'] as const;
export type VideoFormat = (typeof VIDEO_FORMATS)[number];

/** The accepted formats. HEIC is stored as JPEG and QuickTime as MP4, which all browsers show. */
export type ImageSource = ImageFormat | 'heic';
export type VideoSource = VideoFormat | 'mov';

/** The file name extension of each format. */
export const EXTENSION = {
  jpeg: 'jpg',
  png: 'png',
  webp: 'webp',
  avif: 'avif',
  gif: 'gif',
  mp4: 'mp4',
  webm: 'webm',
} as const satisfies Record<ImageFormat | VideoFormat, string>;

export type VideoExtension = (typeof EXTENSION)[VideoFormat];

/**
 * The format of a file by its signature. The name and the declared type are not used, since the sender chooses them.
 *
 * @throws {NotMediaError} for any other format
 */
export function sniff(bytes: Uint8Array): ImageSource | VideoSource {
  const text = (from: number, to: number) => String.fromCharCode(...bytes.subarray(from, to));
  if (text(0, 3) === '\xff\xd8\xff') return 'jpeg';
  if (text(0, 8) === '\x89PNG\r\n\x1a\n') return 'png';
  if (text(0, 6) === 'GIF87a' || text(0, 6) === 'GIF89a') return 'gif';
  if (text(0, 4) === 'RIFF' && text(8, 12) === 'WEBP') return 'webp';
  if (text(0, 4) === '\x1a\x45\xdf\xa3') return 'webm';
  if (text(4, 8) === 'ftyp') return formatOfBrand(text(8, 12), text(16, 64));
  throw new NotMediaError(
    'This is not a JPEG, PNG, WebP, AVIF, HEIC or GIF picture and not an MP4, QuickTime or WebM video.',
  );
}

/** All ISO base media files have the same signature. Their brands tell the format. */
function formatOfBrand(major: string, compatible: string): ImageSource | VideoSource {
  if (major === 'avif' || major === 'avis') return 'avif';
  if (['mif1', 'msf1'].includes(major) && compatible.includes('avif')) return 'avif';
  if (['heic', 'heix', 'hevc', 'heim', 'heis', 'mif1', 'msf1'].includes(major)) return 'heic';
  return major === 'qt  ' ? 'mov' : 'mp4';
}

export function isImage(format: ImageSource | VideoSource): format is ImageSource {
  return format === 'heic' || (IMAGE_FORMATS as readonly string[]).includes(format);
}
