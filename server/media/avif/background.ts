import { type ChildProcess, type ForkOptions, fork } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { AvifState, MediaRecord } from '../../store/content/content-store.ts';
import type { MediaArchive } from '../media-archive.ts';
import type { Job } from './encoder.ts';

const ENCODER = fileURLToPath(new URL('./encoder.ts', import.meta.url));
/** The encoder gets none of this process's flags, since some, like a debugger's port, cannot be used twice. */
const FORK_OPTIONS: ForkOptions = { execArgv: [], stdio: ['ignore', 'ignore', 'inherit', 'ipc'] };
/** The pause between looks into the content store, since another process (`npm run import`) may add media. */
const POLL_INTERVAL_MS = 10_000;
/** The time for one picture, which usually takes a few seconds. Past it the encoder is killed. */
const ENCODE_TIMEOUT_MS = 120_000;

export interface AvifOptions {
  archive: MediaArchive;
  log: { warn(details: object, message: string): void };
}

/**
 * Makes the smaller sizes of all waiting media as AVIF, oldest first and one at a time, in a process of lowest priority
 * that runs only while media wait. The content store has the waiting media, so a restart continues there. A picture for
 * which the encoder fails or dies is not tried again; browsers then get WebP or JPEG.
 *
 * @returns a function that ends the work at once
 */
export function startAvif({ archive, log }: AvifOptions): () => Promise<void> {
  const { contentStore, dataDir } = archive;
  const ended = new AbortController();
  const working = work();
  return async () => {
    ended.abort();
    await working;
  };

  async function work(): Promise<void> {
    while (!ended.signal.aborted) {
      try {
        await emptyQueue();
      } catch (error) {
        if (!ended.signal.aborted) log.warn({ err: error }, 'AVIF pictures cannot be made now');
      }
      await setTimeout(POLL_INTERVAL_MS, undefined, { signal: ended.signal }).catch(() => undefined);
    }
  }

  async function emptyQueue(): Promise<void> {
    let encoder: ChildProcess | undefined;
    try {
      for (;;) {
        const [media] = await contentStore.mediaWaitingForAvif(1);
        if (!media || ended.signal.aborted) return;
        if (!encoder?.connected) encoder = fork(ENCODER, [dataDir], FORK_OPTIONS);
        const state = await encode(encoder, media);
        if (state === 'waiting') return;
        // A moderator has hidden the media meanwhile. It waits until it is approved again.
        if (state === 'failed' && !(await isShown(media.id))) continue;
        await contentStore.setAvif(media.id, state);
        if (state === 'failed') log.warn({ media: media.id, hash: media.hash }, 'no AVIF can be made of a picture');
      }
    } finally {
      encoder?.kill('SIGKILL');
    }
  }

  async function isShown(mediaId: number): Promise<boolean> {
    return (await contentStore.media([mediaId]))[0]?.status === 'approved';
  }

  /** @returns `waiting` if a signal ended the encoder: Ctrl-C and service managers send it to every process */
  async function encode(encoder: ChildProcess, { hash, imageExt }: MediaRecord): Promise<AvifState> {
    const done = new AbortController();
    const signal = AbortSignal.any([ended.signal, done.signal, AbortSignal.timeout(ENCODE_TIMEOUT_MS)]);
    encoder.send({ hash, original: `original.${imageExt}` } satisfies Job);
    try {
      const results = [once(encoder, 'message', { signal }), once(encoder, 'exit', { signal })];
      const [answer, endedBy] = await Promise.race(results);
      if (answer === 'done') return 'done';
      return ['SIGINT', 'SIGTERM', 'SIGHUP'].includes(endedBy) ? 'waiting' : 'failed';
    } catch {
      encoder.kill('SIGKILL');
      return ended.signal.aborted ? 'waiting' : 'failed';
    } finally {
      // Removes the listener of the other event.
      done.abort();
    }
  }
}
