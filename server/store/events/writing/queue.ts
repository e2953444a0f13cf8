import { once } from 'node:events';
import { MessageChannel, type MessagePort, receiveMessageOnPort, Worker } from 'node:worker_threads';
import type { OnMigrating } from '../../migrating.ts';
import { NewerVersionError } from '../../opening.ts';
import { StorageError, type StorageProblem } from '../../storage-error.ts';
import { type PersonProblem, PersonRefused } from '../../user-points/user-points.ts';
import type { RowValues } from '../event-row.ts';
import type { RowOutcome } from '../event-store.ts';
import { type StoreLog, Trouble } from './failure-log.ts';
import { type Act, OUTCOMES, PROBLEMS, type Whole } from './writer.ts';
import type { FromWriter, ToWriter, WriterData } from './writer-thread.ts';

/** Rows that may ever wait for the disk, written or not; about 20 MB. Past it, senders are told to come again. */
export const MOST_WAITING = 20_000;
/** Rows in one transaction. */
const MOST_IN_BATCH = 1_000;
/**
 * Rows that may wait however slow the disk is: a batch, and another to follow it. With less, none would be large enough
 * to learn from that it is fast again.
 */
const LEAST_WAITING = 2 * MOST_IN_BATCH;
/** One batch is written while the next ones already lie at the writer's door, if they are worth a transaction. */
const BATCHES_UNDER_WAY = 3;
/** And so many that the last of them waits no longer than this, as fast as the disk lately was. */
const LONGEST_WAIT_MS = 50;
/** Rows that are. Fewer wait for the batch under way: what they would wait less, all others would pay for. */
const WORTH_A_BATCH = 24;
/** Submissions that go to the writer before the sockets have delivered all that there is. */
const WORTH_A_START = 24;
/** What the writer has written is garbage at once: with more room for it, it would only come to more. */
const WRITER_HEAP = { maxYoungGenerationSizeMb: 12 };
const WRITER_THREAD = new URL('./writer-thread.ts', import.meta.url);
const RESTART_AFTER_MS = 1_000;

/** The writer's thread, and a channel to it that can be read in the midst of a turn, which a worker's own cannot. */
interface Writer {
  worker: Worker;
  port: MessagePort;
  hear(message: FromWriter): void;
}

/** What the writer has at its door. */
interface Batch {
  submissions: Submission[];
  posted: number;
}

interface Submission {
  /** What is to be written, until the writer has its copy: thousands that wait for an answer would hold one more. */
  whole: Whole | undefined;
  /** How many rows it has, which its first outcomes are of. */
  rows: number;
  /** How many rows and acts. */
  size: number;
  resolve(outcomes: RowOutcome[]): void;
  reject(error: Error): void;
}

/**
 * Group commit: what is submitted while a transaction is being written shares the next one, so that an idle service
 * answers after one flush of the disk and a busy one pays for few. The database lives in a worker.
 */
export class Ingest {
  readonly #path: string;
  readonly #log: StoreLog;
  readonly #thread: URL;
  readonly #trouble: Trouble;
  #writer: Writer | undefined;
  #queue: Submission[] = [];
  #underWay = new Map<number, Batch>();
  #batches = 0;
  #waiting = 0;
  /** Rows that may wait now. */
  #most = MOST_WAITING;
  /** Rows of the batches lately written, and how long they took: older ones count for less. */
  #written = { rows: 0, ms: 0 };
  #lastDone = 0;
  #scheduled = false;
  #checking: Promise<void> | undefined;
  #closing = false;
  readonly outcomes: Record<RowOutcome | 'failed', number> = { accepted: 0, repeated: 0, refused: 0, failed: 0 };

  private constructor(path: string, log: StoreLog, thread: URL) {
    this.#path = path;
    this.#log = log;
    this.#trouble = new Trouble(log);
    this.#thread = thread;
  }

  /**
   * @param thread the worker's code; a test gives one that dies
   * @param onMigrating told when the database is of an earlier version
   * @throws {NewerVersionError} @throws {StorageError} when the database cannot be opened
   */
  static async open(
    path: string,
    log: StoreLog,
    thread = WRITER_THREAD,
    onMigrating: OnMigrating = () => {},
  ): Promise<Ingest> {
    const ingest = new Ingest(path, log, thread);
    await ingest.#startWorker(onMigrating);
    return ingest;
  }

  get waiting(): number {
    return this.#waiting;
  }

  /** Whether as many rows wait as may. */
  get full(): boolean {
    return this.#waiting >= this.#most;
  }

  submit(rows: RowValues[], acts: Act[] = []): Promise<RowOutcome[]> {
    if (this.full || this.#waiting + rows.length + acts.length > MOST_WAITING) {
      this.outcomes.failed += rows.length;
      return Promise.reject(failure('Too many events are waiting.'));
    }
    return this.#enqueue(rows, acts);
  }

  /**
   * Hears what the writer has said, and gives it what waits, without waiting for the end of this turn of the event loop,
   * which may be long.
   */
  advance(): void {
    if (!this.#writer) return;
    hearAll(this.#writer);
    this.#flush();
  }

  /**
   * Resolves once a row of the writer's own is written. Those who ask while one is under way share it: strangers ask,
   * and a write for each would leave none for events.
   * @throws {StorageError} also when that row found room and an event lately did not
   */
  check(now: number): Promise<void> {
    this.#checking ??= this.#check(now).finally(() => {
      this.#checking = undefined;
    });
    return this.#checking;
  }

  async #check(time: number): Promise<void> {
    await this.#send((batch) => ({ kind: 'check', batch, now: time }));
    const { now } = this.#trouble;
    if (now) throw failure(now.reason, now.problem);
  }

  /** Writes what waits, then ends the worker. */
  async close(): Promise<void> {
    // Where a batch fails, those who wait for it are told.
    while (this.#waiting > 0 && this.#writer) await this.#enqueue([], []).catch(() => {});
    this.#closing = true;
    if (!this.#writer) return;
    const exited = once(this.#writer.worker, 'exit');
    say(this.#writer, { kind: 'close' });
    await exited;
  }

  #enqueue(rows: RowValues[], acts: Act[]): Promise<RowOutcome[]> {
    if (this.#closing || !this.#writer) {
      this.outcomes.failed += rows.length;
      return Promise.reject(failure('The event store is not running.'));
    }
    return new Promise((resolve, reject) => {
      const size = rows.length + acts.length;
      this.#queue.push({ whole: { rows, acts }, rows: rows.length, size, resolve, reject });
      this.#waiting += size;
      // The writer shall have something to do all the while the rest is read from the sockets: from many of them, that
      // takes longer than to write a batch.
      if (this.#queue.length >= WORTH_A_START) this.#flush();
      if (this.#scheduled) return;
      this.#scheduled = true;
      // Everything that the sockets deliver in this turn of the event loop goes together.
      setImmediate(() => {
        this.#scheduled = false;
        this.#flush();
      });
    });
  }

  #flush(): void {
    while (this.#queue.length > 0 && this.#underWay.size < BATCHES_UNDER_WAY) {
      let total = 0;
      let count = 0;
      for (const { size } of this.#queue) {
        if (count > 0 && total + size > MOST_IN_BATCH) break;
        total += size;
        count++;
      }
      if (this.#underWay.size > 0 && total < WORTH_A_BATCH) return;
      const submissions = this.#queue.splice(0, count);
      const wholes = takeWholes(submissions);
      this.#post(submissions, (batch) => ({ kind: 'write', batch, wholes }));
    }
  }

  #send(message: (batch: number) => ToWriter): Promise<RowOutcome[]> {
    if (this.#closing || !this.#writer) return Promise.reject(failure('The event store is not running.'));
    return new Promise((resolve, reject) =>
      this.#post([{ whole: undefined, rows: 0, size: 0, resolve, reject }], message),
    );
  }

  #post(submissions: Submission[], message: (batch: number) => ToWriter): void {
    const batch = ++this.#batches;
    this.#underWay.set(batch, { submissions, posted: performance.now() });
    if (this.#writer) say(this.#writer, message(batch));
  }

  #receive(message: FromWriter): void {
    if (message.kind !== 'done' && message.kind !== 'failed') return;
    const batch = this.#underWay.get(message.batch);
    const submissions = batch?.submissions ?? [];
    this.#underWay.delete(message.batch);
    if (batch) this.#learn(batch);
    if (message.kind === 'failed') {
      // Whoever asked for a check is told, and no event was turned away.
      if (submissions.some(isOfEvents)) this.#trouble.failed(message.reason, message.problem);
      this.#reject(submissions, message.reason, message.problem);
    } else {
      if (submissions.some(isOfEvents)) this.#trouble.worked();
      for (const reason of message.refusals) this.#log.error({ reason }, 'events.db refused an event');
      let at = 0;
      for (const { rows, size, resolve, reject } of submissions) {
        const outcomes: RowOutcome[] = [];
        let problem: PersonProblem | undefined;
        for (const end = at + size; at < end; at++) {
          const letter = message.outcomes[at] as string;
          const outcome = OUTCOMES[letter] ?? 'refused';
          problem ??= PROBLEMS[letter];
          if (outcomes.push(outcome) <= rows) this.outcomes[outcome]++;
        }
        this.#waiting -= size;
        if (problem) reject(new PersonRefused(problem));
        else resolve(outcomes);
      }
    }
    this.#flush();
  }

  /** From how long the writer had a batch, how many rows it can write in the longest time that one may wait. */
  #learn({ submissions, posted }: Batch): void {
    const now = performance.now();
    const took = now - Math.max(posted, this.#lastDone);
    this.#lastDone = now;
    const rows = submissions.reduce((sum, { size }) => sum + size, 0);
    // What a small batch takes is the disk's own time, and says nothing of a large one's.
    if (rows < MOST_IN_BATCH / 2) return;
    // Together, since two that are done in one turn of the event loop seem to have taken all of the time and none of it.
    this.#written = { rows: (this.#written.rows * 7) / 8 + rows, ms: (this.#written.ms * 7) / 8 + took };
    const most = (this.#written.rows / this.#written.ms) * LONGEST_WAIT_MS;
    this.#most = Math.min(Math.max(most, LEAST_WAITING), MOST_WAITING);
  }

  #reject(submissions: Submission[], reason: string, problem?: StorageProblem): void {
    for (const { rows, size, reject } of submissions) {
      this.#waiting -= size;
      this.outcomes.failed += rows;
      reject(failure(reason, problem));
    }
  }

  async #startWorker(onMigrating: OnMigrating = () => {}): Promise<void> {
    const { port1: port, port2: itsPort } = new MessageChannel();
    const worker = new Worker(this.#thread, {
      workerData: { path: this.#path, port: itsPort } satisfies WriterData,
      transferList: [itsPort],
      resourceLimits: WRITER_HEAP,
    });
    await new Promise<void>((resolve, reject) => {
      const hear = (message: FromWriter) => {
        if (message.kind === 'migrating') onMigrating(message.migrating);
        else if (message.kind === 'not erased')
          this.#log.error({ reason: message.reason }, 'what refusals erase cannot be erased; it is tried again');
        else if (message.kind === 'unusable') {
          const { problem, reason } = message;
          reject(problem ? new StorageError(problem, reason, { store: 'events' }) : new NewerVersionError(reason));
        } else if (message.kind === 'ready') {
          // Not only when this promise has resolved: one that ends before that has to be replaced, too.
          this.#writer = writer;
          resolve();
        } else this.#receive(message);
      };
      const writer: Writer = { worker, port, hear };
      port.on('message', hear);
      worker.on('error', (error) => this.#log.error({ err: error }, 'the writer of events.db crashed'));
      worker.once('exit', () => {
        // What it said last may not have been heard yet.
        hearAll(writer);
        port.close();
        reject(failure('The writer of events.db ended before it was ready.'));
        this.#exited(writer);
      });
    });
    // Closing may have begun while a new worker took the place of a dead one.
    if (this.#closing && this.#writer) say(this.#writer, { kind: 'close' });
  }

  /** Whatever the worker had was perhaps written and perhaps not: senders repeat it, and ids make that harmless. */
  #exited(writer: Writer): void {
    if (writer !== this.#writer) return;
    this.#writer = undefined;
    const lost = [...[...this.#underWay.values()].flatMap(({ submissions }) => submissions), ...this.#queue];
    this.#underWay.clear();
    this.#queue = [];
    this.#reject(lost, 'The writer of events.db ended.');
    if (this.#closing) return;
    this.#log.error({ rows: lost.length }, 'the writer of events.db ended unexpectedly; starting another');
    this.#restart();
  }

  #restart(): void {
    if (this.#closing) return;
    this.#startWorker().catch((error) => {
      this.#log.error({ err: error }, `the writer of events.db does not start; next try in ${RESTART_AFTER_MS} ms`);
      setTimeout(() => this.#restart(), RESTART_AFTER_MS).unref();
    });
  }
}

function say({ port }: Writer, message: ToWriter): void {
  port.postMessage(message);
}

function hearAll({ port, hear }: Writer): void {
  for (let said = receiveMessageOnPort(port); said; said = receiveMessageOnPort(port)) hear(said.message);
}

/** Rows without acts stand each for itself, so those of several submissions travel as one whole: it is less to copy. */
function takeWholes(submissions: Submission[]): Whole[] {
  const wholes: { rows: RowValues[]; acts: readonly Act[] }[] = [];
  for (const submission of submissions) {
    if (!submission.whole) continue;
    const { rows, acts } = submission.whole;
    submission.whole = undefined;
    const last = wholes.at(-1);
    if (last && acts.length + last.acts.length === 0) last.rows.push(...rows);
    else wholes.push({ rows: [...rows], acts });
  }
  return wholes;
}

function isOfEvents({ size }: Submission): boolean {
  return size > 0;
}

/** The log has it once, in the words of `FailureLog`. */
function failure(reason: string, problem: StorageProblem = 'busy'): StorageError {
  return new StorageError(problem, reason, { store: 'events', silent: true });
}
