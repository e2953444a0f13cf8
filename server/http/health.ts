import { setTimeout } from 'node:timers/promises';
import type { FastifyInstance } from 'fastify';
import { reasonOf } from '../reason.ts';
import { example } from './example.ts';

/** What an answer waits for a check, in milliseconds since the check began. Past it, the part is failing. */
const MAX_CHECK_MS = 1_000;
const FAILING = 'cannot be read and written; the log says why';
const BUSY = 'busy: another process holds it, or the disk is slow';

const schema = {
  summary: 'Whether the service can work',
  description:
    '200 when both databases and the media folder could be read and written just now, else 503 with what is wrong. The answer waits a second at most.',
  tags: ['operation'],
  security: [],
  response: {
    200: example('All parts work.', { status: 'ok', parts: { content: 'ok', events: 'ok', media: 'ok' } }),
    503: example('Some do not.', { status: 'failing', parts: { content: BUSY, events: FAILING, media: 'ok' } }),
  },
};

/**
 * `GET /healthz`: asks each part, by name, whether it can work. A check writes to the disk, before the shoppers' events,
 * and anybody may ask: those who ask while one is under way share its answer. No check blocks this thread, and none is
 * waited for when it takes long, as while another process holds a database.
 */
export function healthRoute(app: FastifyInstance, checks: Record<string, () => unknown>): void {
  const parts = Object.entries(checks).map(([name, check]) => new Part(name, check));
  const log = new HealthLog(app.log);
  app.get('/healthz', { schema }, async (_, reply) => {
    const states = Object.fromEntries(
      await Promise.all(parts.map(async (part) => [part.name, await part.state()] as const)),
    );
    log.tell(states);
    const told = Object.entries(states).map(([name, { say }]) => [name, say] as const);
    const healthy = told.every(([, say]) => say === 'ok');
    reply.code(healthy ? 200 : 503).header('cache-control', 'no-store');
    return { status: healthy ? 'ok' : 'failing', parts: Object.fromEntries(told) };
  });
}

interface State {
  /** What everybody may read. */
  say: 'ok' | typeof FAILING | typeof BUSY;
  /** For the log. */
  error?: unknown;
}

/** One part of the service, with the check that is under way. */
class Part {
  readonly name: string;
  readonly #check: () => unknown;
  #underWay: { state: Promise<State>; late: Promise<State> } | undefined;

  constructor(name: string, check: () => unknown) {
    this.name = name;
    this.#check = check;
  }

  state(): Promise<State> {
    this.#underWay ??= this.#begin();
    return Promise.race([this.#underWay.state, this.#underWay.late]);
  }

  #begin() {
    const state = this.#run();
    void state.then(() => {
      this.#underWay = undefined;
    });
    return { state, late: setTimeout<State>(MAX_CHECK_MS, { say: BUSY }, { ref: false }) };
  }

  async #run(): Promise<State> {
    try {
      await this.#check();
      return { say: 'ok' };
    } catch (error) {
      return { say: FAILING, error };
    }
  }
}

/**
 * Tells the log what changed since it was told last: one line for all parts that fail, since a full disk takes all of
 * them at once, and one for all that work again.
 */
class HealthLog {
  readonly #log: FastifyInstance['log'];
  readonly #told = new Map<string, State['say']>();

  constructor(log: FastifyInstance['log']) {
    this.#log = log;
  }

  tell(states: Record<string, State>): void {
    const changed = Object.entries(states).filter(([name, { say }]) => say !== (this.#told.get(name) ?? 'ok'));
    for (const [name, { say }] of changed) this.#told.set(name, say);
    const failing = changed.filter(([, { say }]) => say !== 'ok');
    const well = changed.filter(([, { say }]) => say === 'ok');
    if (failing.length > 0) {
      const reasons = failing.map(([name, { say, error }]) => [name, error === undefined ? say : reasonOf(error)]);
      this.#log.error({ parts: Object.fromEntries(reasons) }, 'a health check failed');
    }
    if (well.length > 0)
      this.#log.warn({ parts: well.map(([name]) => name) }, 'what failed its health check works again');
  }
}
