import type { OnMigrating } from '../../migrating.ts';
import type { StorageProblem } from '../../storage-error.ts';
import type { RowOutcome, RowValues } from '../event-row.ts';
import {
  type Batch,
  batchOf,
  measureBatch,
  notStored,
  type QueuedSubmission,
  resolveBatch,
  takeSubmissions,
} from './batch.ts';
import { MAX_WAITING, QueueCapacity } from './capacity.ts';
import { FailureLog, type StoreLog } from './failure-log.ts';
import { decodeOutcomes } from './outcomes.ts';
import type { SideWrite } from './submission.ts';
import { WriterThread } from './thread.ts';
import type { BatchAnswer, ToWriter } from './writer-thread.ts';

/** Batches that the writer has at a time: it writes one while the next are there already. */
const MAX_BATCHES_UNDER_WAY = 3;
/** Writes for which a second batch goes to the writer. Fewer wait for the batch under way: a flush costs more than it. */
const MIN_SECOND_BATCH_SIZE = 24;
/** Submissions that go to the writer before the sockets have delivered all that there is. */
const MIN_EARLY_SUBMISSIONS = 24;

/**
 * The queue of the writer, with group commit: what is submitted while a transaction is written shares the next one. So an
 * idle service answers after one flush of the disk, and a busy one pays for few flushes.
 */
export class EventQueue {
  readonly #thread: WriterThread;
  readonly #log: StoreLog;
  readonly #failures: FailureLog;
  readonly #capacity = new QueueCapacity();
  #queue: QueuedSubmission[] = [];
  readonly #underWay = new Map<number, Batch>();
  #batches = 0;
  #waiting = 0;
  #scheduled = false;
  #checking: Promise<void> | undefined;
  #closing = false;
  readonly outcomes: Record<RowOutcome | 'failed', number> = { accepted: 0, repeated: 0, refused: 0, failed: 0 };

  private constructor(path: string, log: StoreLog, module: URL | undefined, onMigrating: OnMigrating | undefined) {
    this.#log = log;
    this.#failures = new FailureLog(log);
    this.#thread = new WriterThread({
      ...{ path, log, module, onMigrating },
      onAnswer: (answer) => this.#receive(answer),
      onEnd: () => this.#rejectAll(),
    });
  }

  /**
   * @param module the code of the thread; a test gives code that dies
   * @param onMigrating is called when the database is of an earlier version
   * @throws {NewerVersionError} @throws {StorageError} when the database cannot be opened
   */
  static async open(path: string, log: StoreLog, module?: URL, onMigrating?: OnMigrating): Promise<EventQueue> {
    const queue = new EventQueue(path, log, module, onMigrating);
    await queue.#thread.start();
    return queue;
  }

  /** Writes that wait, under way or not. */
  get waiting(): number {
    return this.#waiting;
  }

  /** Whether as many writes wait as may. */
  get full(): boolean {
    return this.#waiting >= this.#capacity.limit;
  }

  /** @throws {StorageError} @throws {UserPointError} */
  submit(rows: RowValues[], sideWrites: SideWrite[] = []): Promise<RowOutcome[]> {
    if (!this.full && this.#waiting + rows.length + sideWrites.length <= MAX_WAITING)
      return this.#enqueue(rows, sideWrites);
    this.outcomes.failed += rows.length;
    return Promise.reject(notStored('Too many events are waiting.'));
  }

  /**
   * Reads the writer's answers, and gives it what waits, without waiting for the end of this turn of the event loop, which
   * may be long.
   */
  drain(): void {
    if (!this.#thread.running) return;
    this.#thread.readAnswers();
    this.#postBatches();
  }

  /**
   * Resolves once a row of the writer's own is written. Callers during a check share it: anybody may ask for one, and a
   * write for each would leave no time for events.
   * @throws {StorageError} also when that row found room and an event lately did not
   */
  check(time: number): Promise<void> {
    this.#checking ??= this.#check(time).finally(() => {
      this.#checking = undefined;
    });
    return this.#checking;
  }

  async #check(now: number): Promise<void> {
    if (this.#closing || !this.#thread.running) throw notStored(NOT_RUNNING);
    await new Promise<unknown>((resolve, reject) => {
      const caller = { submission: undefined, rows: 0, size: 0, resolve, reject };
      this.#post([caller], (batch) => ({ kind: 'check', batch, now }));
    });
    const failure = this.#failures.current;
    if (failure) throw notStored(failure.reason, failure.problem);
  }

  /** Writes what waits, then ends the thread. */
  async close(): Promise<void> {
    // The callers of a batch that fails are answered; the rest is still to be written.
    while (this.#waiting > 0 && this.#thread.running) await this.#enqueue([], []).catch(() => {});
    this.#closing = true;
    await this.#thread.close();
  }

  #enqueue(rows: RowValues[], sideWrites: SideWrite[]): Promise<RowOutcome[]> {
    if (this.#closing || !this.#thread.running) {
      this.outcomes.failed += rows.length;
      return Promise.reject(notStored(NOT_RUNNING));
    }
    return new Promise((resolve, reject) => {
      const size = rows.length + sideWrites.length;
      this.#queue.push({ submission: { rows, sideWrites }, rows: rows.length, size, resolve, reject });
      this.#waiting += size;
      // Reading the sockets of many senders takes longer than writing a batch. The writer shall not wait for all of them.
      if (this.#queue.length >= MIN_EARLY_SUBMISSIONS) this.#postBatches();
      if (this.#scheduled) return;
      this.#scheduled = true;
      // Everything that the sockets deliver in this turn of the event loop goes together.
      setImmediate(() => {
        this.#scheduled = false;
        this.#postBatches();
      });
    });
  }

  #postBatches(): void {
    while (this.#queue.length > 0 && this.#underWay.size < MAX_BATCHES_UNDER_WAY) {
      const { count, size } = measureBatch(this.#queue);
      if (this.#underWay.size > 0 && size < MIN_SECOND_BATCH_SIZE) return;
      const queued = this.#queue.splice(0, count);
      const submissions = takeSubmissions(queued);
      this.#post(queued, (batch) => ({ kind: 'write', batch, submissions }));
    }
  }

  #post(submissions: QueuedSubmission[], message: (batch: number) => ToWriter): void {
    const batch = ++this.#batches;
    this.#underWay.set(batch, batchOf(submissions));
    this.#thread.post(message(batch));
  }

  #receive(answer: BatchAnswer): void {
    const batch = this.#underWay.get(answer.batch);
    this.#underWay.delete(answer.batch);
    if (!batch) return;
    this.#capacity.measure(batch.size, batch.postedAt, performance.now());
    // A failed check is told to its caller. It turns no event away, so the log says nothing of it.
    const hasEvents = batch.size > 0;
    if (answer.kind === 'failed') {
      if (hasEvents) this.#failures.failed(answer.reason, answer.problem);
      this.#reject(batch.submissions, answer.reason, answer.problem);
    } else {
      if (hasEvents) this.#failures.worked();
      for (const reason of answer.refusals) this.#log.error({ reason }, 'events.db refused an event');
      this.#waiting -= batch.size;
      resolveBatch(batch.submissions, decodeOutcomes(answer.outcomes), (outcome) => this.outcomes[outcome]++);
    }
    this.#postBatches();
  }

  #reject(submissions: readonly QueuedSubmission[], reason: string, problem?: StorageProblem): void {
    for (const { rows, size, reject } of submissions) {
      this.#waiting -= size;
      this.outcomes.failed += rows;
      reject(notStored(reason, problem));
    }
  }

  /** Senders repeat what was lost with the thread, and ids make a repetition harmless. */
  #rejectAll(): number {
    const underWay = [...this.#underWay.values()].flatMap(({ submissions }) => submissions);
    const lost = [...underWay, ...this.#queue];
    this.#underWay.clear();
    this.#queue = [];
    this.#reject(lost, 'The writer of events.db ended.');
    return lost.length;
  }
}

const NOT_RUNNING = 'The event store is not running.';
