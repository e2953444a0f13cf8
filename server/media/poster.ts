import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { VideoFormat } from './formats.ts';
import { MAX_IMAGE_BYTES } from './limits.ts';
import { MediaRefused, NoPoster } from './refused.ts';

const run = promisify(execFile);

/** Seconds after which ffmpeg is killed. The limit to its processor time ends one that outlives this process. */
const MAX_SECONDS = 20;
/** Pixels of a frame: 4096x2304, the most that levels 5.1 and 5.2 of H.264 have. ffmpeg draws none that is larger. */
const MAX_FRAME_PIXELS = 4096 * 2304;
/**
 * Kilobytes of memory that ffmpeg may take. H.264 of that size with 16 frames of reference takes 324 MB; what asks for
 * more, as 10 bits with full chroma do, gets no poster. macOS knows the limit and does not enforce it.
 */
const MAX_MEMORY_KB = 512 * 1024;
/** Bytes of one piece of memory, on every system: more than a frame of 16 bits a channel. */
const MAX_PIECE_BYTES = 128 * 1024 * 1024;
/** What browsers play, and Motion JPEG, which old cameras write. ffmpeg knows hundreds of decoders more. */
const DECODERS = 'h264,hevc,mpeg4,mjpeg,vp8,libvpx,vp9,libvpx-vp9,av1,libdav1d,libaom-av1';

/** Sets the limits and becomes ffmpeg, as every POSIX shell can; a limit that a system does not know is left out. */
const LIMITED = `ulimit -d ${MAX_MEMORY_KB} 2>/dev/null; ulimit -t ${MAX_SECONDS} 2>/dev/null; exec ffmpeg "$@"`;
/** How a shell says that there is no such program. */
const NOT_FOUND = 127;

/**
 * A frame of a video as PNG, for a poster: from a third of its length, where titles and fades are over. Needs ffmpeg on
 * this machine. It is told the container's format and may open nothing but that one file, and its memory and time are
 * bounded: what a video says of its size is not what its frames have.
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
    const bounds = ['-max_alloc', `${MAX_PIECE_BYTES}`, '-max_pixels', `${MAX_FRAME_PIXELS}`, '-threads', '1'];
    const safety = ['-codec_whitelist', DECODERS, '-protocol_whitelist', 'file'];
    const input = ['-ss', `${seconds / 3}`, '-f', format === 'mp4' ? 'mov' : 'matroska', '-i', `file:${file}`];
    const output = ['-an', '-frames:v', '1', '-f', 'image2pipe', '-c:v', 'png', '-threads', '1', 'pipe:1'];
    const { stdout } = await run(
      '/bin/sh',
      ['-c', LIMITED, 'sh', '-v', 'error', '-nostdin', ...bounds, ...safety, ...input, ...output],
      { encoding: 'buffer', maxBuffer: MAX_IMAGE_BYTES, timeout: MAX_SECONDS * 1000, killSignal: 'SIGKILL' },
    );
    if (stdout.length === 0) throw new NoPoster('ffmpeg found no frame in the video; give it a poster.');
    return stdout;
  } catch (error) {
    const { code, syscall } = error as Omit<NodeJS.ErrnoException, 'code'> & { code?: string | number };
    // A full disk is not the sender's mistake, and neither is a process that could not be started.
    if (error instanceof MediaRefused || syscall !== undefined) throw error;
    const missing = code === NOT_FOUND;
    const reason = missing ? 'there is no ffmpeg here to draw one' : 'ffmpeg could not draw one';
    throw new NoPoster(`The video has no poster, and ${reason}.`, { cause: error });
  } finally {
    await rm(folder, { recursive: true });
  }
}
