import type { FastifyInstance } from 'fastify';
import type { Caller } from './caller.ts';

declare module 'fastify' {
  interface FastifyInstance {
    /** Set by `logRefusals`; a test may do without. */
    refusals?: RefusalLog;
  }
}

/** Whoever makes up origins and keys writes no more lines than this in `WINDOW_MS`. */
const MAX_LINES = 50;
const WINDOW_MS = 3_600_000;
/** Characters of a key that was mistyped, and may be nearly a secret. */
const SHOWN_OF_KEY = 4;

/** The part of a logger that it needs. */
interface WarnLog {
  warn(details: object, message: string): void;
}

/**
 * Tells the log once an hour of each origin and each key that is refused: the shop that forgot to register its second
 * address sees no events, and its operator nothing else.
 */
export class RefusalLog {
  readonly #log: WarnLog;
  readonly #now: () => number;
  #told = new Set<string>();
  #began = Number.NEGATIVE_INFINITY;

  /** @param now milliseconds; a test has its own */
  constructor(log: WarnLog, now = () => performance.now()) {
    this.#log = log;
    this.#now = now;
  }

  /** @param raw the token, as it was sent */
  log(caller: Caller, raw: string | undefined): void {
    if (!('refused' in caller)) return;
    if (caller.unknown) this.#once({ key: `${raw?.slice(0, SHOWN_OF_KEY)}…` }, 'a key is refused that nobody has');
    else if (caller.origin) this.#once({ reason: caller.refused }, 'pages of an origin are refused');
  }

  #once(details: Record<string, string>, message: string): void {
    const now = this.#now();
    if (now - this.#began > WINDOW_MS) {
      this.#began = now;
      this.#told = new Set();
    }
    const what = Object.values(details).join();
    if (this.#told.has(what) || this.#told.size >= MAX_LINES) return;
    this.#told.add(what);
    this.#log.warn(details, message);
  }
}

export function logRefusals(app: FastifyInstance): void {
  app.decorate('refusals', new RefusalLog(app.log));
}
