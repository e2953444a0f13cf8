import { setTimeout } from 'node:timers/promises';
import type { FastifyInstance } from 'fastify';
import { reasonOf } from '../reason.ts';
import { example } from './example.ts';

/** Milliseconds that an answer waits for a check, since the check began. Past it, the part is `BUSY`. */
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
 * `GET /healthz`: checks each part. A check writes to the disk, where it delays shoppers' events, and anybody may send the
 * request: requests during a check share its result. No check blocks this thread, and a long one, as while another
 * process holds a database, is not waited for.
 */
export function healthRoute(app: FastifyInstance, checks: Record<string, () => unknown>): void {
  const parts = Object.entries(checks).map(([name, check]) => new Part(name, check));
  const log = new HealthLog(app.log);
  app.get('/healthz', { schema }, async (_, reply) => {
    const states = Object.fromEntries(
      await Promise.all(parts.map(async (part) => [part.name, await part.state()] as const)),
    );
    log.update(states);
    const results = Object.entries(states).map(([name, { result }]) => [name, result] as const);
    const healthy = results.every(([, result]) => result === 'ok');
    reply.code(healthy ? 200 : 503).header('cache-control', 'no-store');
    return { status: healthy ? 'ok' : 'failing', parts: Object.fromEntries(results) };
  });
}

interface State {
  /** The public result. */
  result: 'ok' | typeof FAILING | typeof BUSY;
  /** For the log. */
  error?: unknown;
}

/** One part of the service, with its check in progress. */
class Part {
  readonly name: string;
  readonly #check: () => unknown;
  #inProgress: { state: Promise<State>; late: Promise<State> } | undefined;

  constructor(name: string, check: () => unknown) {
    this.name = name;
    this.#check = check;
  }

  state(): Promise<State> {
    this.#inProgress ??= this.#start();
    return Promise.race([this.#inProgress.state, this.#inProgress.late]);
  }

  #start() {
    const state = this.#run();
    void state.then(() => {
      this.#inProgress = undefined;
    });
    return { state, late: setTimeout<State>(MAX_CHECK_MS, { result: BUSY }, { ref: false }) };
  }

  async #run(): Promise<State> {
    try {
      await this.#check();
      return { result: 'ok' };
    } catch (error) {
      return { result: FAILING, error };
    }
  }
}

/**
 * Logs changes since the last check: one line for all parts that fail, since a full disk fails all of them at once, and
 * one for all parts that work again.
 */
class HealthLog {
  readonly #log: FastifyInstance['log'];
  readonly #logged = new Map<string, State['result']>();

  constructor(log: FastifyInstance['log']) {
    this.#log = log;
  }

  update(states: Record<string, State>): void {
    const changed = Object.entries(states).filter(([name, { result }]) => result !== (this.#logged.get(name) ?? 'ok'));
    for (const [name, { result }] of changed) this.#logged.set(name, result);
    const failing = changed.filter(([, { result }]) => result !== 'ok');
    const recovered = changed.filter(([, { result }]) => result === 'ok');
    if (failing.length > 0) {
      const reasons = failing.map(([name, { result, error }]) => [
        name,
        error === undefined ? result : reasonOf(error),
      ]);
      this.#log.error({ parts: Object.fromEntries(reasons) }, 'a health check failed');
    }
    if (recovered.length > 0) this.#log.warn({ parts: recovered.map(([name]) => name) }, 'a health check works again');
  }
}
