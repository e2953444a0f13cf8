import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { MAX_IMAGE_BYTES } from './limits.ts';

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

/** There is no ffmpeg on this machine, or it could not do what it was asked to. */
export class FfmpegError extends Error {
  override name = 'FfmpegError';
  readonly isMissing: boolean;

  constructor(cause: unknown, isMissing: boolean) {
    super(isMissing ? 'there is no ffmpeg here' : 'ffmpeg failed', { cause });
    this.isMissing = isMissing;
  }
}

/** What ffmpeg is asked to do with a file. */
export interface FfmpegJob {
  /** The container, as ffmpeg names it: it guesses none. */
  demuxer: 'mov' | 'matroska';
  /** Options before the input. */
  input?: string[];
  /** Options of the output, and the output. */
  output: string[];
}

/**
 * Has ffmpeg read a file of strangers. It may open nothing but that one file, and its memory and time are bounded: what a
 * video says of its size is not what its frames have.
 *
 * @returns what it writes to standard output
 * @throws {FfmpegError}
 */
export async function runFfmpeg(file: string, { demuxer, input = [], output }: FfmpegJob): Promise<Buffer> {
  const bounds = ['-max_alloc', `${MAX_PIECE_BYTES}`, '-max_pixels', `${MAX_FRAME_PIXELS}`, '-threads', '1'];
  const safety = ['-codec_whitelist', DECODERS, '-protocol_whitelist', 'file'];
  const options = [...bounds, ...safety, ...input, '-f', demuxer, '-i', `file:${file}`, ...output];
  try {
    const { stdout } = await run('/bin/sh', ['-c', LIMITED, 'sh', '-v', 'error', '-nostdin', ...options], {
      encoding: 'buffer',
      maxBuffer: MAX_IMAGE_BYTES,
      timeout: MAX_SECONDS * 1000,
      killSignal: 'SIGKILL',
    });
    return stdout;
  } catch (error) {
    const { code, syscall } = error as Omit<NodeJS.ErrnoException, 'code'> & { code?: string | number };
    // A process that could not be started is not the sender's mistake.
    if (syscall !== undefined) throw error;
    throw new FfmpegError(error, code === NOT_FOUND);
  }
}

/**
 * Gives a video to `work` as a file. From a pipe ffmpeg could not find the index of an MP4, which may stand at the end.
 *
 * @param workshop where the folder of the file is made; it is removed afterwards
 */
export async function withVideoFile<T>(
  video: Uint8Array,
  workshop: string | undefined,
  work: (file: string, folder: string) => Promise<T>,
): Promise<T> {
  const folder = await mkdtemp(join(workshop ?? tmpdir(), 'vitrine-video-'));
  try {
    const file = join(folder, 'video');
    await writeFile(file, video);
    return await work(file, folder);
  } finally {
    await rm(folder, { recursive: true });
  }
}
