import { createHash, type Hash } from 'node:crypto';
import { join } from 'node:path';
import type { ImageSize } from '../../src/content/resources.ts';
import type { VideoExtension } from './formats.ts';

/** The files of one media, by name: `square.jpg`, `normal.webp`, `original.png`, `video.mp4`. */
export type MediaFiles = Map<string, Uint8Array>;

const HASH = '[0-9a-f]{64}';
const NAME = '(?:square|thumbnail|mobile|normal)\\.jpg|original\\.(?:jpg|png|webp|avif|gif)|video\\.(?:mp4|webm)';
const URL_PATH = new RegExp(`^/media-files/(${HASH})/(${NAME})$`);

/**
 * The name of a media's files: the SHA-256, in hex, of its source file, so the same bytes are the same media. The name
 * of a video is made of its own hash and its poster's: the same video with another poster has other pictures, and the
 * content of a URL never changes.
 */
export function contentHash(source: Uint8Array, poster?: Uint8Array): string {
  if (!poster) return sha256(source).digest('hex');
  return sha256(sha256(source).digest()).update(sha256(poster).digest()).digest('hex');
}

function sha256(bytes: Uint8Array): Hash {
  return createHash('sha256').update(bytes);
}

/**
 * @param originalExtension the format of `original`. The four smaller sizes are always named `.jpg`; the answer is AVIF,
 * WebP, JPEG or, for a picture with transparency, PNG, depending on the browser's Accept header.
 */
export function imageUrl(hash: string, size: ImageSize, originalExtension: string): string {
  return `/media-files/${hash}/${size}.${size === 'original' ? originalExtension : 'jpg'}`;
}

export function videoUrl(hash: string, extension: VideoExtension): string {
  return `/media-files/${hash}/video.${extension}`;
}

/**
 * Reads the path of a media URL. Only known names match, so no text from a request becomes part of a file path.
 */
export function readUrl(path: string): { hash: string; name: string } | undefined {
  const match = URL_PATH.exec(path);
  return match?.[1] && match[2] ? { hash: match[1], name: match[2] } : undefined;
}

/** `approved` files are served to everybody, `pending` ones wait for a moderator, who may make them `rejected`. */
export const FILE_STATUSES = ['approved', 'pending', 'rejected'] as const;
export type FileStatus = (typeof FILE_STATUSES)[number];

/**
 * The folder for files of a status, in the data folder. Each status has a folder of its own, so that serving approved
 * files needs no query of the database.
 */
export function statusFolder(dataDir: string, status: FileStatus): string {
  return join(dataDir, status === 'approved' ? 'media' : status);
}

/** The folder of all approved media. */
export function mediaFolder(dataDir: string): string {
  return statusFolder(dataDir, 'approved');
}

/** The folder of one media's files. 256 folders share them, since file systems are slow with very large folders. */
export function hashFolder(statusFolder: string, hash: string): string {
  return join(statusFolder, hash.slice(0, 2), hash);
}

/** The folder for files of requests that are still being processed. Only one service at a time works in it. */
export function incomingFolder(dataDir: string): string {
  return join(dataDir, 'uploads', 'incoming');
}

/** The folder for stashed files. */
export function stashFolder(dataDir: string): string {
  return join(dataDir, 'uploads', 'stashes');
}
