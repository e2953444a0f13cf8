import { MediaError } from '../errors.ts';
import { isImage, sniff, type VideoFormat } from '../formats.ts';
import { MAX_VIDEO_BYTES, MAX_VIDEO_SECONDS, MAX_VIDEO_SIDE } from '../limits.ts';
import type { VideoFacts } from './facts.ts';
import { cleanMp4 } from './mp4.ts';
import { cleanWebm } from './webm.ts';

/**
 * Checks the bounds of a video and blanks everything that a player does not need: location, dates, tags, thumbnails, and
 * tracks that are neither picture nor sound. Nothing is moved, so all offsets in the file stay right. The pictures are
 * not decoded or checked; the browser does that.
 *
 * @param bytes changed in place
 * @throws {MediaError} if the video is damaged, too large, too long, or no MP4 or WebM
 */
export function cleanVideo(bytes: Buffer): VideoFacts & { format: VideoFormat } {
  const format = sniff(bytes);
  if (isImage(format)) throw new MediaError('This is a picture, not a video.');
  if (format === 'mov')
    throw new MediaError('This is a QuickTime movie, which not all browsers play. Export it as MP4.');
  if (bytes.length > MAX_VIDEO_BYTES) {
    throw new MediaError(`The video has ${bytes.length} bytes; at most ${MAX_VIDEO_BYTES} are accepted.`);
  }
  const facts = format === 'mp4' ? cleanMp4(bytes) : cleanWebm(bytes);
  if (!(facts.seconds > 0)) throw new MediaError('The video does not say how long it is.');
  if (facts.seconds > MAX_VIDEO_SECONDS) {
    throw new MediaError(
      `The video is ${Math.round(facts.seconds)} s long; at most ${MAX_VIDEO_SECONDS} s are accepted.`,
    );
  }
  for (const side of [facts.width, facts.height]) {
    if (!(side >= 1 && side <= MAX_VIDEO_SIDE)) {
      throw new MediaError(
        `The video is ${facts.width}x${facts.height}; at most ${MAX_VIDEO_SIDE} pixels a side are accepted.`,
      );
    }
  }
  return { ...facts, format };
}
