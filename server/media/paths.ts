import { createHash, type Hash } from 'node:crypto';
import { join } from 'node:path';
import type { ImageSize } from '../../src/content/resources.ts';
import type { VideoExtension } from './formats.ts';

/** Files of one media, by name: `square.jpg`, `normal.webp`, `original.png`, `video.mp4`. */
export type MediaFiles = Map<string, Uint8Array>;

const HASH = '[0-9a-f]{64}';
const NAME = '(?:square|thumbnail|mobile|normal)\\.jpg|original\\.(?:jpg|png|webp|avif|gif)|video\\.(?:mp4|webm)';
const URL_PATH = new RegExp(`^/media-files/(${HASH})/(${NAME})$`);

/**
 * The name of a media's files: the SHA-256, in hex, of the file it was made of. The same bytes are the same media. A
 * video is named by its own hash and its poster's, since with another poster it has other pictures, and URLs are
 * immutable.
 */
export function contentHash(source: Uint8Array, poster?: Uint8Array): string {
  if (!poster) return sha256(source).digest('hex');
  return sha256(sha256(source).digest()).update(sha256(poster).digest()).digest('hex');
}

function sha256(bytes: Uint8Array): Hash {
  return createHash('sha256').update(bytes);
}

/**
 * @param originalExtension the format of `original`. The four smaller sizes are always named `.jpg`: what comes is AVIF,
 * WebP, JPEG or, where something is transparent, PNG, as the browser's Accept has it.
 */
export function imageUrl(hash: string, size: ImageSize, originalExtension: string): string {
  return `/media-files/${hash}/${size}.${size === 'original' ? originalExtension : 'jpg'}`;
}

export function videoUrl(hash: string, extension: VideoExtension): string {
  return `/media-files/${hash}/video.${extension}`;
}

/**
 * What a path of ours asks for. Only these names exist, so nothing a stranger writes ever becomes part of a file path.
 */
export function readUrl(path: string): { hash: string; name: string } | undefined {
  const match = URL_PATH.exec(path);
  return match?.[1] && match[2] ? { hash: match[1], name: match[2] } : undefined;
}

/** Whether the files of a media are shown to everybody, wait for a moderator, or were rejected by one. */
export const FILE_STATUSES = ['approved', 'pending', 'rejected'] as const;
export type FileStatus = (typeof FILE_STATUSES)[number];

/**
 * Where files of a status are, in the data folder. Files that are not shown are in folders of their own, so that serving
 * those that are asks no database.
 */
export function statusFolder(data: string, status: FileStatus): string {
  return join(data, status === 'approved' ? 'media' : status);
}

/** Where all media are that are shown. */
export function mediaFolder(data: string): string {
  return statusFolder(data, 'approved');
}

/** Where the files of one media are; spread over 256 folders, which file systems and people like better. */
export function hashFolder(media: string, hash: string): string {
  return join(media, hash.slice(0, 2), hash);
}
