import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { StoreBusy, StoreDown } from '../event-store.ts';
import type { StoreLog } from '../ingest.ts';
import type { FromEraser, Job, ToEraser } from './eraser-thread.ts';
import type { Erasure } from './erasure.ts';

/** Erasures that may wait for their turn; whoever asks then is told to come again. */
const MAX_WAITING = 16;

interface Asked {
  resolve(answer: unknown): void;
  reject(error: Error): void;
}

/** Has erasures done by a thread of their own, which starts with the first of them. */
export class ErasureThread implements Erasure {
  readonly #path: string;
  readonly #log: StoreLog;
  #worker: Worker | undefined;
  #asked = new Map<number, Asked>();
  #calls = 0;
  #closed = false;

  constructor(path: string, log: StoreLog) {
    this.#path = path;
    this.#log = log;
  }

  readonly forgetVisitor: Erasure['forgetVisitor'] = (customerId, id, options = {}) =>
    this.#do({ kind: 'forgetVisitor', customerId, id, options, at: Date.now() });

  readonly prune: Erasure['prune'] = (before, customerId) =>
    this.#do({ kind: 'prune', before, customerId, at: Date.now() });

  async eraseCustomer(customerId: number, before = Number.MAX_SAFE_INTEGER): Promise<number> {
    let events = 0;
    for (let more = true; more; ) {
      const pruned = await this.prune(before, customerId);
      events += pruned.events;
      more = pruned.more;
    }
    await this.#do({ kind: 'eraseTotals', customerId });
    return events;
  }

  /** Ends what is under way after its current step, then the thread. */
  async close(): Promise<void> {
    this.#closed = true;
    if (!this.#worker) return;
    const exited = once(this.#worker, 'exit');
    this.#worker.postMessage({ kind: 'close' } satisfies ToEraser);
    await exited;
  }

  #do<T>(job: Job): Promise<T> {
    if (this.#closed) return Promise.reject(new StoreDown('The event store is closed.'));
    if (this.#asked.size >= MAX_WAITING) return Promise.reject(new StoreBusy('Too many erasures are waiting.'));
    this.#worker ??= this.#start();
    const call = ++this.#calls;
    return new Promise((resolve, reject) => {
      this.#asked.set(call, { resolve: resolve as Asked['resolve'], reject });
      this.#worker?.postMessage({ kind: 'job', call, job } satisfies ToEraser);
    });
  }

  #start(): Worker {
    const worker = new Worker(new URL('./eraser-thread.ts', import.meta.url), { workerData: { path: this.#path } });
    worker.on('error', (error) => this.#log.error({ err: error }, 'the eraser of events.db crashed'));
    worker.on('message', (message: FromEraser) => {
      const asked = this.#asked.get(message.call);
      this.#asked.delete(message.call);
      if ('reason' in message) asked?.reject(new StoreDown(message.reason));
      else asked?.resolve(message.answer);
    });
    worker.on('exit', () => {
      this.#worker = undefined;
      for (const { reject } of this.#asked.values()) reject(new StoreDown('The eraser of events.db ended.'));
      this.#asked.clear();
    });
    return worker;
  }
}
