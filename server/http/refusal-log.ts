import type { FastifyInstance } from 'fastify';
import type { Caller } from './caller.ts';

declare module 'fastify' {
  interface FastifyInstance {
    /** Set by `logRefusals`; optional in tests. */
    refusals?: RefusalLog;
  }
}

/** Lines in `WINDOW_MS`. Past it nothing is logged, so that a sender of random origins and keys cannot fill the log. */
const MAX_LINES = 50;
const WINDOW_MS = 3_600_000;
/** Characters that are logged of an unknown key: it may be a secret with a typing error. */
const SHOWN_OF_KEY = 4;

interface WarnLog {
  warn(details: object, message: string): void;
}

/**
 * Logs each refused origin and each unknown key once an hour. It is how an operator learns that a shop has forgotten to
 * register its second address.
 */
export class RefusalLog {
  readonly #log: WarnLog;
  readonly #now: () => number;
  #logged = new Set<string>();
  #windowBegan = Number.NEGATIVE_INFINITY;

  /** @param now milliseconds; replaced by tests */
  constructor(log: WarnLog, now = () => performance.now()) {
    this.#log = log;
    this.#now = now;
  }

  /** @param raw the token, as it was sent */
  log(caller: Caller, raw: string | undefined): void {
    if (!('refused' in caller)) return;
    if (caller.unknown) this.#once({ key: `${raw?.slice(0, SHOWN_OF_KEY)}…` }, 'an unknown key is refused');
    else if (caller.origin) this.#once({ reason: caller.refused }, 'pages of an origin are refused');
  }

  #once(details: Record<string, string>, message: string): void {
    const now = this.#now();
    if (now - this.#windowBegan > WINDOW_MS) {
      this.#windowBegan = now;
      this.#logged = new Set();
    }
    const refused = Object.values(details).join();
    if (this.#logged.has(refused) || this.#logged.size >= MAX_LINES) return;
    this.#logged.add(refused);
    this.#log.warn(details, message);
  }
}

export function logRefusals(app: FastifyInstance): void {
  app.decorate('refusals', new RefusalLog(app.log));
}
