import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { VideoFormat } from './formats.ts';
import { MAX_IMAGE_BYTES } from './limits.ts';
import { MediaRefused, NoPoster } from './refused.ts';

const run = promisify(execFile);
const SECONDS = 20;
/** Too many open files, too many processes, no memory. */
const NO_PROCESS = ['EMFILE', 'ENFILE', 'EAGAIN', 'ENOMEM'];

/**
 * A frame of a video as PNG, for a poster: from a third of its length, where titles and fades are over. Needs ffmpeg on
 * this machine. It is told the container's format and may open nothing but that one file.
 *
 * @param workshop where the video lies for so long
 * @throws {MediaRefused} when there is no ffmpeg, or no frame
 */
export async function drawPoster(
  video: Uint8Array,
  format: VideoFormat,
  seconds: number,
  workshop = tmpdir(),
): Promise<Buffer> {
  // From a pipe it could not find the index of an MP4, which may stand at the end.
  const folder = await mkdtemp(join(workshop, 'vitrine-poster-'));
  const file = join(folder, `video.${format}`);
  try {
    await writeFile(file, video);
    const input = ['-f', format === 'mp4' ? 'mov' : 'matroska', '-protocol_whitelist', 'file', '-i', `file:${file}`];
    const output = ['-frames:v', '1', '-f', 'image2pipe', '-c:v', 'png', 'pipe:1'];
    const { stdout } = await run(
      'ffmpeg',
      ['-v', 'error', '-nostdin', '-threads', '1', '-ss', String(seconds / 3), ...input, ...output],
      { encoding: 'buffer', maxBuffer: MAX_IMAGE_BYTES, timeout: SECONDS * 1000, killSignal: 'SIGKILL' },
    );
    if (stdout.length === 0) throw new NoPoster('ffmpeg found no frame in the video; give it a poster.');
    return stdout;
  } catch (error) {
    const { code = '', syscall = 'spawn' } = error as NodeJS.ErrnoException;
    // A full disk, or a machine that can start no process now, is not the sender's mistake.
    if (error instanceof MediaRefused || !syscall.startsWith('spawn') || NO_PROCESS.includes(code)) throw error;
    const missing = code === 'ENOENT';
    const reason = missing ? 'there is no ffmpeg here to draw one' : 'ffmpeg could not draw one';
    throw new NoPoster(`The video has no poster, and ${reason}.`, { cause: error });
  } finally {
    await rm(folder, { recursive: true });
  }
}
