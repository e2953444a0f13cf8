/** Writes that may ever wait for the disk, under way or not; about 20 MB. Past it, submissions are refused. */
export const MAX_WAITING = 20_000;
/** Writes in one transaction. */
export const MAX_BATCH_SIZE = 1_000;
/**
 * Writes that may wait however slow the disk is: a batch, and another to follow it. With less, no batch would be large
 * enough to show that the disk is fast again.
 */
const MIN_WAITING = 2 * MAX_BATCH_SIZE;
/** Milliseconds that the last write in the queue waits at most, as fast as the disk lately was. */
const MAX_WAIT_MS = 50;
/** Writes of the smallest batch that is measured. The time of a smaller one is the disk's own latency. */
const MIN_MEASURED_SIZE = MAX_BATCH_SIZE / 2;
/** The share of earlier batches that counts beside a new one. */
const MEMORY = 7 / 8;

/** How many writes may wait, by how fast the disk lately was. */
export class QueueCapacity {
  #limit = MAX_WAITING;
  /** Writes of the batches lately written, and their time: older batches count for less. */
  #writes = 0;
  #ms = 0;
  #lastAnswerAt = 0;

  get limit(): number {
    return this.#limit;
  }

  /**
   * Learns from a batch that was answered.
   * @param size how many writes it has
   * @param postedAt when the writer got it, in milliseconds by the same clock as `now`
   */
  measure(size: number, postedAt: number, now: number): void {
    // The writer began with it when it got it, or when it had ended the batch before.
    const ms = now - Math.max(postedAt, this.#lastAnswerAt);
    this.#lastAnswerAt = now;
    if (size < MIN_MEASURED_SIZE) return;
    // Summed before dividing: of two batches that end in one turn of the event loop, one seems to take all of the time.
    this.#writes = this.#writes * MEMORY + size;
    this.#ms = this.#ms * MEMORY + ms;
    this.#limit = Math.min(Math.max((this.#writes / this.#ms) * MAX_WAIT_MS, MIN_WAITING), MAX_WAITING);
  }
}
