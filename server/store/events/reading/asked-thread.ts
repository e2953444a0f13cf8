import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { codeOf, kindOfCode, StorageError, type StorageProblem } from '../../storage-error.ts';
import type { StoreLog } from '../writing/failure-log.ts';

/** What goes to such a thread. After `close` it answers what is open and ends. */
export type ToThread<Question> = { kind: 'ask'; call: number; question: Question } | { kind: 'close' };
/** What comes from it. */
export type FromThread =
  | { call: number; answer: unknown }
  /** `problem` where storage fails; without it the question, or the code, is wrong. */
  | { call: number; reason: string; problem: StorageProblem | undefined };

/** What a thread answers when a question fails. */
export function failureOf(error: unknown): { reason: string; problem: StorageProblem | undefined } {
  return { reason: (error as Error).message, problem: kindOfCode(codeOf(error)) };
}

export interface ThreadOptions {
  /** The thread's module. */
  module: URL;
  /** Of the database. */
  path: string;
  /** What the log calls it. */
  name: string;
  /** Questions that may wait for their turn. */
  maxWaiting: number;
  /** The error of a question that the thread could not answer. */
  failure: (reason: string, problem: StorageProblem | undefined) => Error;
}

interface Asked {
  resolve(answer: unknown): void;
  reject(error: Error): void;
}

/** A thread that answers questions about `events.db`. It starts with the first of them, and anew after a crash. */
export class AskedThread<Question> {
  readonly #options: ThreadOptions;
  readonly #log: StoreLog;
  #worker: Worker | undefined;
  #asked = new Map<number, Asked>();
  #calls = 0;
  #closed = false;

  constructor(options: ThreadOptions, log: StoreLog) {
    this.#options = options;
    this.#log = log;
  }

  /** @throws {StorageError} when too many questions wait, or when the thread ended; else what `failure` returns */
  ask<T>(question: Question): Promise<T> {
    const { name, maxWaiting } = this.#options;
    if (this.#closed) return Promise.reject(unavailable('The event store is closed.'));
    if (this.#asked.size >= maxWaiting) return Promise.reject(unavailable(`Too many wait for the ${name}.`));
    this.#worker ??= this.#start();
    const call = ++this.#calls;
    return new Promise((resolve, reject) => {
      this.#asked.set(call, { resolve: resolve as Asked['resolve'], reject });
      this.#worker?.postMessage({ kind: 'ask', call, question } satisfies ToThread<Question>);
    });
  }

  async close(): Promise<void> {
    this.#closed = true;
    if (!this.#worker) return;
    const exited = once(this.#worker, 'exit');
    this.#worker.postMessage({ kind: 'close' } satisfies ToThread<Question>);
    await exited;
  }

  #start(): Worker {
    const { module, path, name, failure } = this.#options;
    const worker = new Worker(module, { workerData: { path } });
    worker.on('error', (error) => this.#log.error({ err: error }, `the ${name} of events.db crashed`));
    worker.on('message', (message: FromThread) => {
      const asked = this.#asked.get(message.call);
      this.#asked.delete(message.call);
      if ('reason' in message) asked?.reject(failure(message.reason, message.problem));
      else asked?.resolve(message.answer);
    });
    worker.on('exit', () => {
      this.#worker = undefined;
      for (const { reject } of this.#asked.values()) reject(unavailable(`The ${name} of events.db ended.`));
      this.#asked.clear();
    });
    return worker;
  }
}

function unavailable(reason: string): StorageError {
  return new StorageError('busy', reason, { store: 'events', silent: true });
}
