import { NoPosterError } from './errors.ts';
import { FfmpegError, runFfmpeg, withVideoFile } from './ffmpeg.ts';
import type { VideoFormat } from './formats.ts';

/**
 * Draws the poster of a video with ffmpeg: a frame as PNG, at a third of its length, after titles and fades.
 *
 * @param workshop the folder for the video file meanwhile
 * @throws {MediaError} without ffmpeg, and for a video without a frame
 */
export function drawPoster(
  video: Uint8Array,
  format: VideoFormat,
  seconds: number,
  workshop?: string,
): Promise<Buffer> {
  return withVideoFile(video, workshop, async (file) => {
    try {
      const frame = await runFfmpeg(file, {
        demuxer: format === 'mp4' ? 'mov' : 'matroska',
        input: ['-ss', `${seconds / 3}`],
        output: ['-an', '-frames:v', '1', '-f', 'image2pipe', '-c:v', 'png', '-threads', '1', 'pipe:1'],
      });
      if (frame.length === 0) throw new NoPosterError('ffmpeg found no frame in the video; give it a poster.');
      return frame;
    } catch (error) {
      if (!(error instanceof FfmpegError)) throw error;
      const reason = error.isMissing ? 'there is no ffmpeg here to draw one' : 'ffmpeg could not draw one';
      throw new NoPosterError(`The video has no poster, and ${reason}.`, { cause: error });
    }
  });
}
