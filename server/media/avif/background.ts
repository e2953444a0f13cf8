import { type ChildProcess, type ForkOptions, fork } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { AvifState, ContentStore, MediaRecord } from '../../store/content/content-store.ts';
import type { Job } from './encoder.ts';

const ENCODER = fileURLToPath(new URL('./encoder.ts', import.meta.url));
/** Not with the flags this process was started with: a debugger's port is taken, for one. */
const HOW: ForkOptions = { execArgv: [], stdio: ['ignore', 'ignore', 'inherit', 'ipc'] };
/** Another process (`npm run import`) may have added media; it does not tell us. */
const LOOK_EVERY_MS = 10_000;
/** A picture is a few seconds of work. An encoder that takes this long will not come back. */
const GIVE_UP_MS = 120_000;

export interface AvifOptions {
  store: Pick<ContentStore, 'mediaWaitingForAvif' | 'setAvif' | 'media'>;
  /** The data folder. */
  data: string;
  log: { warn(details: object, message: string): void };
}

/**
 * Makes AVIF of the smaller sizes of all media that wait for it, oldest first and one at a time, in a process of lowest
 * priority that is there only while there is work. What waits is in the store, so a restart goes on where it was. A
 * picture at which the encoder fails, or dies, is not tried again: WebP and JPEG must do.
 *
 * @returns what ends it, at once
 */
export function startAvif({ store, data, log }: AvifOptions): () => Promise<void> {
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
      await setTimeout(LOOK_EVERY_MS, undefined, { signal: ended.signal }).catch(() => undefined);
    }
  }

  async function emptyQueue(): Promise<void> {
    let encoder: ChildProcess | undefined;
    try {
      for (;;) {
        const [media] = await store.mediaWaitingForAvif(1);
        if (!media || ended.signal.aborted) return;
        if (!encoder?.connected) encoder = fork(ENCODER, [data], HOW);
        const state = await encode(encoder, media);
        if (state === 'waiting') return;
        // Its files went while they were read: it waits until it is shown again.
        if (state === 'failed' && !(await isShown(media.id))) continue;
        await store.setAvif(media.id, state);
        if (state === 'failed') log.warn({ media: media.id, hash: media.hash }, 'no AVIF can be made of a picture');
      }
    } finally {
      encoder?.kill('SIGKILL');
    }
  }

  async function isShown(mediaId: number): Promise<boolean> {
    return (await store.media([mediaId]))[0]?.status === 'approved';
  }

  /** It still waits when the encoder was ended from outside: Ctrl-C and service managers signal every process. */
  async function encode(encoder: ChildProcess, { hash, imageExt }: MediaRecord): Promise<AvifState> {
    const done = new AbortController();
    const signal = AbortSignal.any([ended.signal, done.signal, AbortSignal.timeout(GIVE_UP_MS)]);
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
      // Takes away the listener of the one that lost.
      done.abort();
    }
  }
}
