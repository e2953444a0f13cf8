import { activities } from '../../src/wires/activities/encode.ts';
import type { Outcome } from '../../src/wires/wire.ts';
import type { Relays, SigningRelay } from '../store/content/content-store.ts';
import type { RelayedActivity, RelayQueue } from '../store/relay-queue/queue.ts';
import type { Answer } from './post.ts';

/** Milliseconds of the longest pause after failures, before the time that the server asks for is added. */
const MAX_PAUSE_MS = 15 * 60_000;
/** Milliseconds of `Retry-After` that are honoured. A server that asks for more is tried again sooner. */
const MAX_RETRY_AFTER_MS = 3_600_000;
/** Requests at a time to a server that answers well. A server that fails gets one at a time. */
const MAX_CONCURRENT = 4;
/** Tries of one activity. Past it, the activity is discarded. */
const MAX_TRIES = 100;
/** Milliseconds since its arrival after which an activity is discarded. */
const MAX_AGE_MS = 3 * 86_400_000;

/** What became of an activity: delivered, or why it was discarded. */
export type RelayOutcome = 'delivered' | 'refused' | 'tried too often' | 'too old' | 'relay removed';

export interface LaneParts {
  relays: Relays;
  queue: RelayQueue;
  /** Milliseconds of the longest first pause. */
  firstPauseMs: number;
  log: { warn(details: object, message: string): void; error(details: object, message: string): void };
  count(outcome: RelayOutcome, activities: number): void;
  send(relay: SigningRelay, activity: RelayedActivity): Promise<Answer>;
  /** Aborted when the service stops. */
  stopping: AbortSignal;
}

/** Drains the queue of one relay, at the pace of its server. */
export class Lane {
  readonly #relayId: number;
  readonly #parts: LaneParts;
  readonly #inProgress = new Map<number, Promise<void>>();
  #failures = 0;
  /** The loop that asks the queue, while it runs. */
  #draining: Promise<void> | undefined;
  /** Whether the loop asks the queue at least once more. */
  #drainAgain = false;
  #pause: NodeJS.Timeout | undefined;
  /** When the pause ends, by `performance.now()`. */
  #pausedUntil = 0;
  /** The removal of the whole queue, shared by all activities that find the relay removed. */
  #discarding: Promise<void> | undefined;

  constructor(relayId: number, parts: LaneParts) {
    this.#relayId = relayId;
    this.#parts = parts;
    parts.stopping.addEventListener('abort', () => clearTimeout(this.#pause));
  }

  /**
   * Sends the next activities, unless the lane is paused or has enough in progress. One loop asks the queue, so that no
   * activity is taken twice. A call while the loop waits for the queue makes the loop ask once more.
   */
  drain(): void {
    this.#drainAgain = true;
    this.#draining ??= this.#takeAll().finally(() => {
      this.#draining = undefined;
      // A call may come after the loop has ended and before this line.
      if (this.#drainAgain) this.drain();
    });
  }

  async #takeAll(): Promise<void> {
    while (this.#drainAgain) {
      this.#drainAgain = false;
      while (this.#canSend()) {
        const activity = await this.#next();
        if (!activity) break;
        // A lane that was stopped or paused meanwhile leaves the activity in the queue.
        if (this.#canSend()) this.#begin(activity);
      }
    }
  }

  #canSend(): boolean {
    if (this.#parts.stopping.aborted || this.#pause) return false;
    return this.#inProgress.size < (this.#failures > 0 ? 1 : MAX_CONCURRENT);
  }

  #begin(activity: RelayedActivity): void {
    const done = this.#process(activity)
      // A failure of the database: an activity that was sent may be sent again.
      .catch((error) => this.#pauseAfterFailure({ reason: (error as Error).message }))
      .finally(() => {
        this.#inProgress.delete(activity.id);
        this.drain();
      });
    this.#inProgress.set(activity.id, done);
  }

  /** Resolves when nothing is in progress and the queue is not asked. Call it when the lane is stopped. */
  async idle(): Promise<void> {
    while (this.#draining || this.#inProgress.size > 0)
      await Promise.all([this.#draining, ...this.#inProgress.values()]);
  }

  async #next(): Promise<RelayedActivity | undefined> {
    try {
      return await this.#parts.queue.next(this.#relayId, [...this.#inProgress.keys()]);
    } catch (error) {
      this.#pauseAfterFailure({ reason: (error as Error).message });
      return undefined;
    }
  }

  async #process(activity: RelayedActivity): Promise<void> {
    const { relays, queue, count, send, stopping } = this.#parts;
    const relay = await relays.signingRelay(this.#relayId);
    if (!relay) {
      this.#discarding ??= this.#discardAll();
      return this.#discarding;
    }
    if (activity.receivedAt < Date.now() - MAX_AGE_MS) return this.#discard(activity, 'too old');
    let answer: Answer;
    try {
      answer = await send(relay, activity);
    } catch (error) {
      if (stopping.aborted) return;
      return this.#retryLater(activity, { reason: (error as Error).message });
    }
    const outcome = outcomeOf(answer);
    if (outcome === 'retry') return this.#retryLater(activity, { status: answer.status }, answer.retryAfterMs);
    this.#failures = 0;
    if (outcome === 'refused') return this.#discard(activity, 'refused', { status: answer.status });
    await queue.remove(activity.id);
    count('delivered', 1);
  }

  async #retryLater(activity: RelayedActivity, why: object, retryAfterMs?: number): Promise<void> {
    this.#pauseAfterFailure(why, retryAfterMs);
    if (activity.tries + 1 >= MAX_TRIES) return this.#discard(activity, 'tried too often', why);
    await this.#parts.queue.tried(activity.id);
  }

  /** Pauses with full jitter, so that many services do not come back at one moment, and never less than the server asks. */
  #pauseAfterFailure(why: object, retryAfterMs = 0): void {
    const { firstPauseMs, log, stopping } = this.#parts;
    if (stopping.aborted) return;
    const maxJitterMs = Math.min(MAX_PAUSE_MS, firstPauseMs * 2 ** this.#failures);
    const pauseMs = Math.min(retryAfterMs, MAX_RETRY_AFTER_MS) + Math.random() * maxJitterMs;
    if (this.#failures === 0) log.warn({ relay: this.#relayId, ...why }, 'a relay fails; it is tried again');
    // Concurrent requests that fail together count as one failure.
    if (!this.#pause) this.#failures++;
    const until = performance.now() + pauseMs;
    if (this.#pause && until <= this.#pausedUntil) return;
    this.#pausedUntil = until;
    clearTimeout(this.#pause);
    this.#pause = setTimeout(() => {
      this.#pause = undefined;
      this.drain();
    }, pauseMs).unref();
  }

  async #discard({ id, tries }: RelayedActivity, outcome: RelayOutcome, why: object = {}): Promise<void> {
    await this.#parts.queue.remove(id);
    this.#parts.count(outcome, 1);
    this.#parts.log.warn({ relay: this.#relayId, outcome, tries, ...why }, 'a relayed activity is discarded');
  }

  async #discardAll(): Promise<void> {
    const activities = await this.#parts.queue.removeAll(this.#relayId).finally(() => {
      this.#discarding = undefined;
    });
    if (activities === 0) return;
    this.#parts.count('relay removed', activities);
    this.#parts.log.warn({ relay: this.#relayId, activities }, 'activities of a removed relay are discarded');
  }
}

const { settle } = activities({ url: '', datamart: '' });

/** Reads an answer as the wire does, except for a wrong address, key or secret, which the operator may correct in time. */
function outcomeOf({ status, body }: Answer): Outcome {
  if ([401, 403, 404, 405, 407].includes(status)) return 'retry';
  return settle({ method: 'POST', url: '', ids: ['it'], beacon: false }, { status, body }).get('it') ?? 'retry';
}
