import { setTimeout } from 'node:timers/promises';
import type { FastifyInstance } from 'fastify';
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
  const parts = Object.entries(checks).map(([name, check]) => new Part(app, name, check));
  app.get('/healthz', { schema }, async (_, reply) => {
    const states = await Promise.all(parts.map(async (part) => [part.name, await part.state()] as const));
    const healthy = states.every(([, state]) => state === 'ok');
    reply.code(healthy ? 200 : 503).header('cache-control', 'no-store');
    return { status: healthy ? 'ok' : 'failing', parts: Object.fromEntries(states) };
  });
}

type State = 'ok' | typeof FAILING | typeof BUSY;

/** One part of the service, with the check that is under way. */
class Part {
  readonly name: string;
  readonly #log: FastifyInstance['log'];
  readonly #check: () => unknown;
  #underWay: { state: Promise<State>; late: Promise<State> } | undefined;
  /** What the log was told last. */
  #logged: State = 'ok';

  constructor({ log }: FastifyInstance, name: string, check: () => unknown) {
    this.name = name;
    this.#log = log;
    this.#check = check;
  }

  async state(): Promise<State> {
    this.#underWay ??= this.#begin();
    const state = await Promise.race([this.#underWay.state, this.#underWay.late]);
    if (state === BUSY) this.#tell(BUSY);
    return state;
  }

  #begin() {
    const state = this.#run();
    void state.then(() => {
      this.#underWay = undefined;
    });
    return { state, late: setTimeout<State>(MAX_CHECK_MS, BUSY, { ref: false }) };
  }

  async #run(): Promise<State> {
    try {
      await this.#check();
      this.#tell('ok');
      return 'ok';
    } catch (error) {
      this.#tell(FAILING, error);
      return FAILING;
    }
  }

  /** Of what goes on, the log is told once. */
  #tell(state: State, error?: unknown): void {
    if (state === this.#logged) return;
    this.#logged = state;
    const details = { part: this.name, ...(error !== undefined && { err: error }) };
    if (state === 'ok') this.#log.warn(details, 'a part that failed its health check works again');
    else this.#log.error(details, state === BUSY ? `a health check takes long: ${BUSY}` : 'a health check failed');
  }
}
