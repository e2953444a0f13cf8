import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { StoreBusy, StoreDown } from './event-store.ts';
import type { StoreLog } from './ingest.ts';
import type { ProductEvents } from './product-events.ts';
import type { FromReader, ToReader } from './reader-thread.ts';

/** Reports that may wait for their turn. */
const MOST_WAITING = 64;

interface Asked {
  resolve(answer: unknown): void;
  reject(error: Error): void;
}

/** Asks reports of a thread of their own, which starts with the first of them. */
export class Reader {
  readonly #path: string;
  readonly #log: StoreLog;
  #worker: Worker | undefined;
  #asked = new Map<number, Asked>();
  #calls = 0;
  #closed = false;

  readonly products: ProductEvents = {
    list: (...values) => this.#ask('list', values),
    one: (...values) => this.#ask('one', values),
    perDay: (...values) => this.#ask('perDay', values),
  };

  constructor(path: string, log: StoreLog) {
    this.#path = path;
    this.#log = log;
  }

  /** Answers what was asked, then ends the thread. */
  async close(): Promise<void> {
    this.#closed = true;
    const worker = this.#worker;
    if (!worker) return;
    const exited = once(worker, 'exit');
    worker.postMessage({ kind: 'close' } satisfies ToReader);
    await exited;
  }

  #ask<T>(query: keyof ProductEvents, values: unknown[]): Promise<T> {
    if (this.#closed) return Promise.reject(new StoreDown('The event store is closed.'));
    if (this.#asked.size >= MOST_WAITING) return Promise.reject(new StoreBusy('Too many reports are waiting.'));
    this.#worker ??= this.#start();
    const call = ++this.#calls;
    return new Promise((resolve, reject) => {
      this.#asked.set(call, { resolve: resolve as Asked['resolve'], reject });
      this.#worker?.postMessage({ kind: 'ask', call, query, values } satisfies ToReader);
    });
  }

  #start(): Worker {
    const worker = new Worker(new URL('./reader-thread.ts', import.meta.url), { workerData: { path: this.#path } });
    worker.on('error', (error) => this.#log.error({ err: error }, 'the reader of events.db crashed'));
    worker.on('message', (message: FromReader) => {
      const asked = this.#asked.get(message.call);
      this.#asked.delete(message.call);
      if ('reason' in message) asked?.reject(new Error(message.reason));
      else asked?.resolve(message.answer);
    });
    worker.on('exit', () => {
      this.#worker = undefined;
      for (const { reject } of this.#asked.values()) reject(new StoreDown('The reader of events.db ended.'));
      this.#asked.clear();
    });
    return worker;
  }
}
