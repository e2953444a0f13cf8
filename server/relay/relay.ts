import { activities } from '../../src/wires/activities/encode.ts';
import type { Outcome } from '../../src/wires/wire.ts';
import { macOf } from '../collect/activities/signature.ts';
import type { Relays, SigningRelay } from '../store/content/content-store.ts';
import type { RelayedActivity, RelayQueue } from '../store/relay-queue/queue.ts';
import { type Answer, openAgents, post } from './post.ts';

/** How activities are sent on, with what tests and operators may change of it. */
export interface RelayOptions {
  /** Whether relays may lead to private addresses, and to this machine without TLS. */
  allowPrivate: boolean;
  /** How long an answer may take, all of it. */
  timeoutMs: number;
  /** The pause after a first failure is between nothing and this; it doubles with each further one. */
  firstPauseMs: number;
}

export const RELAY_DEFAULTS: RelayOptions = { allowPrivate: false, timeoutMs: 10_000, firstPauseMs: 2_000 };
const LONGEST_PAUSE_MS = 15 * 60_000;
/** A server that asks for more is asked again sooner. */
const LONGEST_RETRY_AFTER_MS = 3_600_000;
/** Requests at a time to a server that answers well; one that does not is asked by one alone. */
const MOST_UNDER_WAY = 4;
const MOST_TRIES = 100;
const OLDEST_MS = 3 * 86_400_000;

/** What became of an activity: sent, or why it was given up. */
export type RelayOutcome = 'delivered' | 'refused' | 'tried too often' | 'too old' | 'relay removed';

export interface RelayParts {
  content: Relays;
  queue: RelayQueue;
  options: RelayOptions;
  log: { warn(details: object, message: string): void; error(details: object, message: string): void };
  count(outcome: RelayOutcome, activities: number): void;
}

/** Sends on what waits: each relay at its own pace, so that a slow one holds up no other. */
export class RelaySender {
  readonly #parts: RelayParts;
  readonly #lanes = new Map<number, Lane>();
  readonly #agents = openAgents();
  readonly #stopping = new AbortController();

  constructor(parts: RelayParts) {
    this.#parts = parts;
  }

  /** Resumes what an earlier process left. */
  async start(): Promise<void> {
    for (const relayId of await this.#parts.queue.relays()) this.wake(relayId);
  }

  /** Says that something waits for a relay. */
  wake(relayId: number): void {
    if (this.#stopping.signal.aborted) return;
    let lane = this.#lanes.get(relayId);
    if (!lane) {
      lane = new Lane(relayId, this.#parts, (relay, activity) => this.#send(relay, activity), this.#stopping.signal);
      this.#lanes.set(relayId, lane);
    }
    lane.drain();
  }

  /** What is under way is given up and stays in the queue. Resolves when nothing is written any more. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    await Promise.all([...this.#lanes.values()].map((lane) => lane.idle()));
    for (const agent of Object.values(this.#agents)) agent.destroy();
  }

  #send({ url, datamart, keyId, secret }: SigningRelay, { body, clock }: RelayedActivity): Promise<Answer> {
    const now = Date.now();
    const uri = `datamarts/${datamart}/user_activities`;
    // The sender's clock went on while the activity waited.
    const sent = clock === null ? body : body.replace('{', `{"sent_at":${now + clock},`);
    const { timeoutMs, allowPrivate } = this.#parts.options;
    return post(new URL(`${url}/v1/${uri}`), {
      headers: {
        'x-mics-key-id': keyId,
        'x-mics-ts': String(now),
        'x-mics-mac': macOf(secret, uri, keyId, String(now), sent).toString('hex'),
      },
      body: sent,
      signal: AbortSignal.any([this.#stopping.signal, AbortSignal.timeout(timeoutMs)]),
      agents: this.#agents,
      allowPrivate,
    });
  }
}

/** What waits for one relay, and how that fares. */
class Lane {
  readonly #relayId: number;
  readonly #parts: RelayParts;
  readonly #send: (relay: SigningRelay, activity: RelayedActivity) => Promise<Answer>;
  readonly #stopping: AbortSignal;
  readonly #underWay = new Map<number, Promise<void>>();
  #failures = 0;
  /** The loop that asks the queue, while it runs. */
  #draining: Promise<void> | undefined;
  /** Whether it has to ask at least once more. */
  #wanted = false;
  #pause: NodeJS.Timeout | undefined;
  #pausedUntil = 0;
  /** Under way, once for all activities that find the relay gone. */
  #removal: Promise<void> | undefined;

  constructor(
    relayId: number,
    parts: RelayParts,
    send: (relay: SigningRelay, activity: RelayedActivity) => Promise<Answer>,
    stopping: AbortSignal,
  ) {
    this.#relayId = relayId;
    this.#parts = parts;
    this.#send = send;
    this.#stopping = stopping;
    stopping.addEventListener('abort', () => clearTimeout(this.#pause));
  }

  /**
   * Sends what waits, as much at a time as is allowed. One loop asks the queue, so that no activity is taken twice; a call
   * during its last question makes it ask once more.
   */
  drain(): void {
    this.#wanted = true;
    this.#draining ??= this.#takeAll().finally(() => {
      this.#draining = undefined;
      // Called between the last look of the loop and here.
      if (this.#wanted) this.drain();
    });
  }

  async #takeAll(): Promise<void> {
    while (this.#wanted) {
      this.#wanted = false;
      while (this.#maySend()) {
        const activity = await this.#next();
        if (!activity) break;
        // What changed during the question counts: the activity stays in the queue.
        if (this.#maySend()) this.#begin(activity);
      }
    }
  }

  #maySend(): boolean {
    if (this.#stopping.aborted || this.#pause) return false;
    return this.#underWay.size < (this.#failures > 0 ? 1 : MOST_UNDER_WAY);
  }

  #begin(activity: RelayedActivity): void {
    const done = this.#settle(activity)
      // The database fails: what was sent may be sent again.
      .catch((error) => this.#failed({ reason: (error as Error).message }))
      .finally(() => {
        this.#underWay.delete(activity.id);
        this.drain();
      });
    this.#underWay.set(activity.id, done);
  }

  async #next(): Promise<RelayedActivity | undefined> {
    try {
      return await this.#parts.queue.next(this.#relayId, [...this.#underWay.keys()]);
    } catch (error) {
      this.#failed({ reason: (error as Error).message });
      return undefined;
    }
  }

  /** Resolves when nothing is under way and nothing is asked of the queue; to be called when it is stopped. */
  async idle(): Promise<void> {
    while (this.#draining || this.#underWay.size > 0) await Promise.all([this.#draining, ...this.#underWay.values()]);
  }

  async #settle(activity: RelayedActivity): Promise<void> {
    const { content, queue, count } = this.#parts;
    const relay = await content.signingRelay(this.#relayId);
    if (!relay) {
      this.#removal ??= this.#giveUpAll();
      return this.#removal;
    }
    if (activity.receivedAt < Date.now() - OLDEST_MS) return this.#giveUp(activity, 'too old');
    let answer: Answer;
    try {
      answer = await this.#send(relay, activity);
    } catch (error) {
      if (this.#stopping.aborted) return;
      return this.#fail(activity, { reason: (error as Error).message });
    }
    const outcome = outcomeOf(answer);
    if (outcome === 'retry') return this.#fail(activity, { status: answer.status }, answer.retryAfter);
    this.#failures = 0;
    if (outcome === 'refused') return this.#giveUp(activity, 'refused', { status: answer.status });
    await queue.remove(activity.id);
    count('delivered', 1);
  }

  async #fail(activity: RelayedActivity, why: object, retryAfter?: number): Promise<void> {
    this.#failed(why, retryAfter);
    if (activity.tries + 1 >= MOST_TRIES) return this.#giveUp(activity, 'tried too often', why);
    await this.#parts.queue.tried(activity.id);
  }

  /** Full jitter, so that many services do not come back at one moment; never sooner than the server asks. */
  #failed(why: object, retryAfter = 0): void {
    if (this.#stopping.aborted) return;
    const { options, log } = this.#parts;
    const longest = Math.min(LONGEST_PAUSE_MS, options.firstPauseMs * 2 ** this.#failures);
    const pause = Math.min(retryAfter, LONGEST_RETRY_AFTER_MS) + Math.random() * longest;
    if (this.#failures === 0) log.warn({ relay: this.#relayId, ...why }, 'a relay fails; it is tried again');
    // Requests that were under way together fail together: once.
    if (!this.#pause) this.#failures++;
    // Of a clock that nobody sets.
    const until = performance.now() + pause;
    if (this.#pause && until <= this.#pausedUntil) return;
    this.#pausedUntil = until;
    clearTimeout(this.#pause);
    this.#pause = setTimeout(() => {
      this.#pause = undefined;
      this.drain();
    }, pause).unref();
  }

  async #giveUp({ id, tries }: RelayedActivity, outcome: RelayOutcome, why: object = {}): Promise<void> {
    await this.#parts.queue.remove(id);
    this.#parts.count(outcome, 1);
    this.#parts.log.warn({ relay: this.#relayId, outcome, tries, ...why }, 'a relayed activity is given up');
  }

  async #giveUpAll(): Promise<void> {
    const activities = await this.#parts.queue.removeAll(this.#relayId).finally(() => {
      this.#removal = undefined;
    });
    if (activities === 0) return;
    this.#parts.count('relay removed', activities);
    this.#parts.log.warn({ relay: this.#relayId, activities }, 'activities of a relay that was removed are given up');
  }
}

const { settle } = activities({ url: '', datamart: '' });

/** As our own client reads an answer, but that a wrong address, key or secret is the operator's to mend in time. */
function outcomeOf({ status, body }: Answer): Outcome {
  if ([401, 403, 404, 405, 407].includes(status)) return 'retry';
  return settle({ method: 'POST', url: '', ids: ['it'], beacon: false }, { status, body }).get('it') ?? 'retry';
}
