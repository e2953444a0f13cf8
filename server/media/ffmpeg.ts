import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { MAX_IMAGE_BYTES } from './limits.ts';

const run = promisify(execFile);

/** The seconds until ffmpeg is killed, and its limit of processor time, which ends an ffmpeg that outlives this process. */
const MAX_SECONDS = 20;
/** The pixels of a frame: 4096x2304, the maximum of H.264 levels 5.1 and 5.2. ffmpeg refuses a larger frame. */
const MAX_FRAME_PIXELS = 4096 * 2304;
/**
 * The kilobytes of memory for ffmpeg. H.264 of that size with 16 reference frames takes 324 MB. A video that needs more,
 * for example with 10 bits and full chroma, gets no poster. macOS does not enforce this limit.
 */
const MAX_MEMORY_KB = 512 * 1024;
/** The bytes of one allocation, on every system. A frame with 16 bits per channel needs less. */
const MAX_ALLOCATION_BYTES = 128 * 1024 * 1024;
/** The allowed decoders: those of formats that browsers play, and Motion JPEG of old cameras. ffmpeg has hundreds more. */
const DECODERS = 'h264,hevc,mpeg4,mjpeg,vp8,libvpx,vp9,libvpx-vp9,av1,libdav1d,libaom-av1';

/** A command of any POSIX shell that sets the limits and runs ffmpeg. A limit that the system does not have is skipped. */
const LIMITED = `ulimit -d ${MAX_MEMORY_KB} 2>/dev/null; ulimit -t ${MAX_SECONDS} 2>/dev/null; exec ffmpeg "$@"`;
/** The exit code of a shell for a program that does not exist. */
const NOT_FOUND = 127;

/** ffmpeg is not installed, or it failed. */
export class FfmpegError extends Error {
  override name = 'FfmpegError';
  readonly isMissing: boolean;

  constructor(cause: unknown, isMissing: boolean) {
    super(isMissing ? 'there is no ffmpeg here' : 'ffmpeg failed', { cause });
    this.isMissing = isMissing;
  }
}

/** A job for ffmpeg. */
export interface FfmpegJob {
  /** ffmpeg's name of the container, which it does not have to guess. */
  demuxer: 'mov' | 'matroska';
  /** The options before the input. */
  input?: string[];
  /** The options of the output, and the output. */
  output: string[];
}

/**
 * Runs ffmpeg on a file of strangers. ffmpeg can open only that file, and its memory and time are bounded, since frames
 * may be larger than the header of the video says.
 *
 * @returns the standard output
 * @throws {FfmpegError}
 */
export async function runFfmpeg(file: string, { demuxer, input = [], output }: FfmpegJob): Promise<Buffer> {
  const bounds = ['-max_alloc', `${MAX_ALLOCATION_BYTES}`, '-max_pixels', `${MAX_FRAME_PIXELS}`, '-threads', '1'];
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
    // A process that could not be started is no error of the video.
    if (syscall !== undefined) throw error;
    throw new FfmpegError(error, code === NOT_FOUND);
  }
}

/**
 * Writes a video to a file for some work. From a pipe, ffmpeg could not read the index of an MP4, which may be at the end.
 *
 * @param workshop the parent of the file's folder, which is removed afterwards
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
