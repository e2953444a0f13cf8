import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { MediaError, NotMediaError } from '../errors.ts';
import { FfmpegError, runFfmpeg, withVideoFile } from '../ffmpeg.ts';
import { MAX_VIDEO_BYTES, MAX_VIDEO_SECONDS } from '../limits.ts';

/**
 * Converts a QuickTime movie, as iPhones write it, to MP4 with ffmpeg. Pictures and sound stay the same; tracks of
 * positions and other data are left out.
 *
 * @param workshop the folder for the movie meanwhile
 * @throws {MediaError} without ffmpeg, and for a movie that is damaged, too long, or impossible in MP4
 */
export function remuxMovie(movie: Uint8Array, workshop?: string): Promise<Buffer> {
  return withVideoFile(movie, workshop, async (file, folder) => {
    const target = join(folder, 'video.mp4');
    const tracks = ['-map', '0:v:0', '-map', '0:a:0?', '-c', 'copy', '-map_metadata', '-1', '-map_chapters', '-1'];
    // The bounds are one second and one byte above the limits, so that a longer movie is refused and not cut.
    const bounds = ['-t', `${MAX_VIDEO_SECONDS + 1}`, '-fs', `${MAX_VIDEO_BYTES + 1}`];
    try {
      await runFfmpeg(file, {
        demuxer: 'mov',
        // A movie may refer to other files for its data.
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
