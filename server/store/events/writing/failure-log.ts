import type { StorageProblem } from '../../storage-error.ts';

/** The part of a logger that the event store needs. */
export interface StoreLog {
  error(details: object, message: string): void;
}

/**
 * Milliseconds without a failure after which writes count as working again. A full disk fails by turns: a small
 * transaction still finds room where a larger one did not.
 */
const RECOVERY_MS = 5_000;

/** Writes that fail, one after another, for one reason. */
interface Failure {
  reason: string;
  problem: StorageProblem | undefined;
  failures: number;
  began: number;
  last: number;
}

/**
 * Logs failures of writing: one line when they begin and one when they are over, however many senders meet them
 * meanwhile.
 */
export class FailureLog {
  readonly #log: StoreLog;
  readonly #clock: () => number;
  /** The failure that is not over, or of which that is not known yet. */
  #failure: Failure | undefined;

  /** @param clock milliseconds; a test has its own */
  constructor(log: StoreLog, clock: () => number = () => performance.now()) {
    this.#log = log;
    this.#clock = clock;
  }

  /** The failure of writes; nothing when none has failed lately. */
  get current(): Pick<Failure, 'reason' | 'problem'> | undefined {
    return this.#failure && this.#clock() - this.#failure.last < RECOVERY_MS ? this.#failure : undefined;
  }

  /** A transaction was not written. */
  failed(reason: string, problem?: StorageProblem): void {
    const time = this.#clock();
    // Another reason is another failure, which may ask something else of the operator.
    if (this.#failure?.reason === reason) {
      this.#failure.failures++;
      this.#failure.last = time;
      return;
    }
    this.#failure = { reason, problem, failures: 1, began: time, last: time };
    this.#log.error({ reason }, 'events.db cannot be written; senders are told to come again, until it can');
  }

  /** A transaction was written. */
  worked(): void {
    if (!this.#failure || this.current) return;
    const { reason, failures, began } = this.#failure;
    this.#failure = undefined;
    const seconds = Math.round((this.#clock() - began) / 1000);
    this.#log.error({ reason, failures, seconds }, 'events.db is written again');
  }
}
