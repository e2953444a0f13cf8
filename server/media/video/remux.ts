import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { MediaError, NotMediaError } from '../errors.ts';
import { FfmpegError, runFfmpeg, withVideoFile } from '../ffmpeg.ts';
import { MAX_VIDEO_BYTES, MAX_VIDEO_SECONDS } from '../limits.ts';

/**
 * A QuickTime movie, as iPhones write it, as MP4: the same pictures and sound in the container that browsers play. Their
 * tracks of positions and the like stay behind. Needs ffmpeg on this machine.
 *
 * @param workshop where the movie lies for so long
 * @throws {MediaError} when there is no ffmpeg, or the movie is damaged, or too long, or holds what MP4 cannot
 */
export function remuxMovie(movie: Uint8Array, workshop?: string): Promise<Buffer> {
  return withVideoFile(movie, workshop, async (file, folder) => {
    const target = join(folder, 'video.mp4');
    const tracks = ['-map', '0:v:0', '-map', '0:a:0?', '-c', 'copy', '-map_metadata', '-1', '-map_chapters', '-1'];
    // One second more than is taken, so that what is too long is refused and not cut.
    const bounds = ['-t', `${MAX_VIDEO_SECONDS + 1}`, '-fs', `${MAX_VIDEO_BYTES + 1}`];
    try {
      await runFfmpeg(file, {
        demuxer: 'mov',
        // A movie may name other files as its data.
        input: ['-enable_drefs', '0'],
        output: [...tracks, ...bounds, '-movflags', '+faststart', '-f', 'mp4', `file:${target}`],
      });
    } catch (error) {
      if (error instanceof FfmpegError) throw notRemuxed(error);
      throw error;
    }
    const { size } = await stat(target);
    if (size > MAX_VIDEO_BYTES) throw new MediaError(`The video has more than ${MAX_VIDEO_BYTES} bytes.`);
    return readFile(target);
  });
}

function notRemuxed(error: FfmpegError): NotMediaError {
  const reason = error.isMissing
    ? 'there is no ffmpeg here to make an MP4 of it'
    : 'ffmpeg could not make an MP4 of it';
  return new NotMediaError(`This is a QuickTime movie, and ${reason}. Export it as MP4.`, { cause: error });
}
