import { once } from 'node:events';
import { MessageChannel, type MessagePort, receiveMessageOnPort, Worker } from 'node:worker_threads';
import type { OnMigrating } from '../../migrating.ts';
import { NewerVersionError } from '../../opening.ts';
import { StorageError } from '../../storage-error.ts';
import { notStored } from './batch.ts';
import type { StoreLog } from './failure-log.ts';
import type { BatchAnswer, FromWriter, ToWriter, WriterData } from './writer-thread.ts';

const WRITER_THREAD = new URL('./writer-thread.ts', import.meta.url);
/** What the writer has written is garbage at once. A larger young generation would only hold more of it. */
const HEAP_LIMITS = { maxYoungGenerationSizeMb: 12 };
const RESTART_DELAY_MS = 1_000;

export interface WriterThreadOptions {
  /** Of `events.db`. */
  path: string;
  log: StoreLog;
  /** The worker's code; a test gives code that dies. */
  module?: URL | undefined;
  onMigrating?: OnMigrating | undefined;
  /** Is called with the answer to each batch. */
  onAnswer(answer: BatchAnswer): void;
  /** Is called when the thread has ended. Whatever it had was perhaps written. @returns how many submissions are lost */
  onEnd(): number;
}

/** A worker, and a channel to it that can be read within a turn of the event loop; a worker's own channel cannot. */
interface Running {
  worker: Worker;
  port: MessagePort;
  receive(message: FromWriter): void;
}

/** The thread that writes `events.db`. Another takes its place when it ends unexpectedly. */
export class WriterThread {
  readonly #options: WriterThreadOptions;
  #running: Running | undefined;
  #closing = false;

  constructor(options: WriterThreadOptions) {
    this.#options = options;
  }

  get running(): boolean {
    return this.#running !== undefined;
  }

  /** @throws {NewerVersionError} @throws {StorageError} when the database cannot be opened */
  async start(): Promise<void> {
    const { path, log, module = WRITER_THREAD } = this.#options;
    const { port1: port, port2: workerPort } = new MessageChannel();
    const worker = new Worker(module, {
      workerData: { path, port: workerPort } satisfies WriterData,
      transferList: [workerPort],
      resourceLimits: HEAP_LIMITS,
    });
    await new Promise<void>((resolve, reject) => {
      const ready = () => {
        // Set before the promise resolves: a thread that ends in between has to be replaced, too.
        this.#running = running;
        resolve();
      };
      const running: Running = { worker, port, receive: (message) => this.#receive(message, ready, reject) };
      port.on('message', running.receive);
      worker.on('error', (error) => log.error({ err: error }, 'the writer of events.db crashed'));
      worker.once('exit', () => {
        // Its last messages may not have been read yet.
        readAll(running);
        port.close();
        reject(notStored('The writer of events.db ended before it was ready.'));
        this.#ended(running);
      });
    });
    // Closing may have begun while this thread took the place of a dead one.
    if (this.#closing) this.post({ kind: 'close' });
  }

  post(message: ToWriter): void {
    this.#running?.port.postMessage(message);
  }

  /** Reads the answers that have arrived, without waiting for the end of this turn of the event loop. */
  readAnswers(): void {
    if (this.#running) readAll(this.#running);
  }

  /** Ends the thread after all that was posted to it. */
  async close(): Promise<void> {
    this.#closing = true;
    if (!this.#running) return;
    const exited = once(this.#running.worker, 'exit');
    this.post({ kind: 'close' });
    await exited;
  }

  #receive(message: FromWriter, ready: () => void, reject: (error: Error) => void): void {
    const { log, onMigrating, onAnswer } = this.#options;
    if (message.kind === 'migrating') onMigrating?.(message.migrating);
    else if (message.kind === 'ready') ready();
    else if (message.kind === 'unusable') reject(openingErrorOf(message));
    else if (message.kind === 'erasure failed')
      log.error({ reason: message.reason }, 'what refusals erase cannot be erased; it is tried again');
    else onAnswer(message);
  }

  #ended(running: Running): void {
    if (running !== this.#running) return;
    this.#running = undefined;
    const lost = this.#options.onEnd();
    if (this.#closing) return;
    this.#options.log.error({ rows: lost }, 'the writer of events.db ended unexpectedly; starting another');
    this.#restart();
  }

  #restart(): void {
    if (this.#closing) return;
    this.start().catch((error) => {
      this.#options.log.error(
        { err: error },
        `the writer of events.db does not start; next try in ${RESTART_DELAY_MS} ms`,
      );
      setTimeout(() => this.#restart(), RESTART_DELAY_MS).unref();
    });
  }
}

function readAll({ port, receive }: Running): void {
  for (let read = receiveMessageOnPort(port); read; read = receiveMessageOnPort(port)) receive(read.message);
}

function openingErrorOf({ reason, problem }: FromWriter & { kind: 'unusable' }): Error {
  return problem ? new StorageError(problem, reason, { store: 'events' }) : new NewerVersionError(reason);
}
