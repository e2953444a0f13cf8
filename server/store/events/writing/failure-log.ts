import type { StorageProblem } from '../../storage-error.ts';

/** The part of a logger that the event store needs. */
export interface StoreLog {
  error(details: object, message: string): void;
}

/**
 * Without a failure for so long, the disk is taken as well again. A full disk fails in turns: what is small still finds
 * room where something larger did not.
 */
const CALM_MS = 5_000;

/** Writes that fail, one after another, for one reason. */
interface Failure {
  reason: string;
  problem: StorageProblem | undefined;
  failures: number;
  began: number;
  last: number;
}

/**
 * The database's refusals to be written, told to the operator as one sentence when they begin and one when they are
 * over, however many senders meet them meanwhile.
 */
export class Trouble {
  readonly #log: StoreLog;
  readonly #clock: () => number;
  /** What is failing now, and since when. */
  #now: Failure | undefined;

  /** @param clock milliseconds; a test has its own */
  constructor(log: StoreLog, clock: () => number = () => performance.now()) {
    this.#log = log;
    this.#clock = clock;
  }

  /** The failure of writes; nothing when none has failed lately. */
  get now(): Pick<Failure, 'reason' | 'problem'> | undefined {
    return this.#now && this.#clock() - this.#now.last < CALM_MS ? this.#now : undefined;
  }

  /** A transaction was not written. */
  failed(reason: string, problem?: StorageProblem): void {
    const time = this.#clock();
    // Another reason is another trouble, which may ask something else of the operator.
    if (this.#now?.reason === reason) {
      this.#now.failures++;
      this.#now.last = time;
      return;
    }
    this.#now = { reason, problem, failures: 1, began: time, last: time };
    this.#log.error({ reason }, 'events.db cannot be written; senders are told to come again, until it can');
  }

  /** A transaction was written. */
  worked(): void {
    if (!this.#now || this.now) return;
    const { reason, failures, began } = this.#now;
    this.#now = undefined;
    const seconds = Math.round((this.#clock() - began) / 1000);
    this.#log.error({ reason, failures, seconds }, 'events.db is written again');
  }
}
