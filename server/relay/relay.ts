import { macOf } from '../collect/activities/signature.ts';
import type { Relays, SigningRelay } from '../store/content/content-store.ts';
import type { RelayedActivity, RelayQueue } from '../store/relay-queue/queue.ts';
import { Lane, type LaneParts } from './lane.ts';
import { type Answer, openAgents, post } from './post.ts';

/** What tests and operators may change of the sending. */
export interface RelayOptions {
  /** Whether relays may lead to private addresses, and to this machine without TLS. */
  allowPrivate: boolean;
  /** Milliseconds for a whole answer. Past it, the request has failed. */
  timeoutMs: number;
  /** Milliseconds. The pause after a first failure is at most this long; the maximum doubles with each further failure. */
  firstPauseMs: number;
}

export const RELAY_DEFAULTS: RelayOptions = { allowPrivate: false, timeoutMs: 10_000, firstPauseMs: 2_000 };

export interface RelayParts extends Pick<LaneParts, 'log' | 'count'> {
  relays: Relays;
  queue: RelayQueue;
  options: RelayOptions;
}

/** Signs and sends on the activities that wait. Each relay has a lane of its own, so that a slow one delays no other. */
export class RelaySender {
  readonly #parts: RelayParts;
  readonly #lanes = new Map<number, Lane>();
  readonly #agents = openAgents();
  readonly #stopping = new AbortController();

  constructor(parts: RelayParts) {
    this.#parts = parts;
  }

  /** Sends on what an earlier process left in the queue. */
  async start(): Promise<void> {
    for (const relayId of await this.#parts.queue.relays()) this.schedule(relayId);
  }

  /** Call it when an activity waits for a relay. */
  schedule(relayId: number): void {
    if (this.#stopping.signal.aborted) return;
    let lane = this.#lanes.get(relayId);
    if (!lane) {
      const { options, ...parts } = this.#parts;
      lane = new Lane(relayId, {
        ...parts,
        firstPauseMs: options.firstPauseMs,
        send: (relay, activity) => this.#send(relay, activity),
        stopping: this.#stopping.signal,
      });
      this.#lanes.set(relayId, lane);
    }
    lane.drain();
  }

  /** Aborts requests in progress; their activities stay in the queue. Resolves when nothing is written any more. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    await Promise.all([...this.#lanes.values()].map((lane) => lane.idle()));
    for (const agent of Object.values(this.#agents)) agent.destroy();
  }

  #send({ url, datamart, keyId, secret }: SigningRelay, { body, clock }: RelayedActivity): Promise<Answer> {
    const now = Date.now();
    const uri = `datamarts/${datamart}/user_activities`;
    // The sender's clock has gone on while the activity waited.
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
