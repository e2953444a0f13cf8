import { createHash } from 'node:crypto';
import type { MediaRecord } from '../store/content/content-store.ts';

/**
 * The SHA-256 of a media's main file as it is stored. That file holds only the pixels of a picture or the tracks of a
 * video, so metadata or bytes appended to the source do not change the hash.
 */
export function pixelHashOf(mainFile: Uint8Array): string {
  return createHash('sha256').update(mainFile).digest('hex');
}

/** The file name of the video, or of the original picture. */
export function mainFileOf({ imageExt, videoExt }: Pick<MediaRecord, 'imageExt' | 'videoExt'>): string {
  return videoExt ? `video.${videoExt}` : `original.${imageExt}`;
}
