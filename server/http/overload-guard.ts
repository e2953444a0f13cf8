import type { OutgoingHttpHeaders } from 'node:http';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { EventStore } from '../store/events/event-store.ts';
import { corsHeaders } from './cors.ts';
import { RETRY_AFTER_SECONDS } from './errors.ts';
import { PROTECTION } from './headers.ts';

declare module 'fastify' {
  interface FastifyInstance {
    overload: OverloadGuard;
  }
}

/**
 * Milliseconds that one turn of the event loop may take, counted from its first new request, where the turn before was
 * long. A request waits for the turn that reads it, is decoded in that turn, and is answered in a later one, when it is
 * on disk: the slowest waits for about four turns.
 */
const MAX_TURN_MS = 40;
/**
 * Milliseconds of a turn that always go to accepted requests, however long the rejections of the turn before took.
 * Otherwise more arriving requests would mean fewer accepted ones. A longer turn counts as long.
 */
const MIN_TURN_MS = 25;
/** Milliseconds of a turn that follows no long one. It is a bound for the case that thousands arrive at once. */
const MAX_FIRST_TURN_MS = 60;
/** Milliseconds between two turns. With more than this between them the loop was idle, and they are not of one rush. */
const IDLE_MS = 5;
/** Milliseconds between two log lines of an overload that goes on. */
const LOG_EVERY_MS = 60_000;

/** Time that has passed, and time that this thread has worked. */
interface Clock {
  nowMs(): number;
  workedMs(): number;
}

/** Before Node 22.19 there is only the usage of the process, which includes its other threads. */
const cpuUsage = (process as Partial<typeof process>).threadCpuUsage ?? process.cpuUsage;

const CLOCK: Clock = {
  nowMs: () => performance.now(),
  workedMs() {
    const { user, system } = cpuUsage.call(process);
    return (user + system) / 1000;
  },
};

type Events = Pick<EventStore, 'full' | 'drain'>;

interface OverloadLog {
  warn(message: string): void;
}

/**
 * Decides when more requests arrive than this process can serve. Node reads every request that has arrived at once, so
 * without a limit each request waits for all before it, and in an overload ever longer. The limit is one of time, which
 * is what is short: a limit in requests would be wrong for large or small ones, for a fast or a slow machine, and
 * requests that arrive byte by byte would fill it.
 */
export class OverloadGuard {
  readonly #log: OverloadLog;
  readonly #clock: Clock;
  readonly #events: Events;
  /** When this turn read its first request; undefined while it has read none. */
  #beganAt: number | undefined;
  /** What the thread had worked at `#beganAt`. */
  #workedAtBegin = 0;
  /** Whether this turn has accepted all that it may. */
  #isFull = false;
  /** When this turn rejected its first request; undefined while it has rejected none. */
  #firstRejectionAt: number | undefined;
  /** When the turn before ended. */
  #endedAt = 0;
  /** Whether the turn before was long. */
  #wasLong = false;
  /** Whether the turn before was long and this one followed at once. */
  #isRush = false;
  /** Milliseconds that this turn may give to accepted requests in a rush. */
  #maxTurnMs = MAX_TURN_MS;
  #loggedAt = Number.NEGATIVE_INFINITY;

  /**
   * @param events while the queue of events is full, decoding more of them is in vain
   * @param clock replaced by tests
   */
  constructor(log: OverloadLog, events: Events, clock = CLOCK) {
    this.#log = log;
    this.#clock = clock;
    this.#events = events;
  }

  /** Whether the request that has just arrived is one too many. Call it once for each request. */
  shouldReject(): boolean {
    const now = this.#clock.nowMs();
    if (this.#beganAt === undefined) {
      this.#beganAt = now;
      this.#workedAtBegin = this.#clock.workedMs();
      // One long turn may be an accident, as a collection of garbage. Two in a row are a rush.
      this.#isRush = this.#wasLong && now - this.#endedAt < IDLE_MS;
      setImmediate(() => this.#endTurn(now));
    }
    this.#isFull ||= this.#isOverTime(now - this.#beganAt);
    if (!this.#isFull && !this.#events.full) return false;
    this.#firstRejectionAt ??= now;
    // The turn lasts while requests are rejected. Events that were accepted do not wait for its end.
    this.#events.drain();
    this.#logOverload(now);
    return true;
  }

  /**
   * Whether this turn's own work takes too long. Time in which a container's quota or its neighbours take the core away
   * does not count: the few requests of such a turn are no rush.
   * @param passedMs since the turn began
   */
  #isOverTime(passedMs: number): boolean {
    const maxMs = this.#isRush ? this.#maxTurnMs : MAX_FIRST_TURN_MS;
    // A thread that worked so long took at least as long. Asking the cheap clock first saves a system call.
    return passedMs > maxMs && this.#clock.workedMs() - this.#workedAtBegin > maxMs;
  }

  #logOverload(now: number): void {
    if (now - this.#loggedAt <= LOG_EVERY_MS) return;
    this.#loggedAt = now;
    this.#log.warn('more requests arrive than can be served; some senders are told to try again');
  }

  #endTurn(beganAt: number): void {
    this.#endedAt = this.#clock.nowMs();
    // The wall clock is cheap and does no harm here: a request of the next turn is rejected by that turn's work.
    this.#wasLong = this.#endedAt - beganAt > MIN_TURN_MS;
    // The next turn's rejections will take as long as this one's did.
    const rejectingMs = this.#endedAt - (this.#firstRejectionAt ?? this.#endedAt);
    this.#maxTurnMs = Math.max(MIN_TURN_MS, MAX_TURN_MS - rejectingMs);
    this.#firstRejectionAt = undefined;
    this.#isFull = false;
    this.#beganAt = undefined;
  }
}

/** A whole 503 of one protocol, made once. */
export interface Unavailable {
  headers: OutgoingHttpHeaders;
  body: string | Buffer;
}

/** @param more headers that the protocol adds to every answer */
export function unavailable(contentType: string, body: string | Buffer, more: OutgoingHttpHeaders = {}): Unavailable {
  const headers = {
    ...PROTECTION,
    ...more,
    vary: 'Origin',
    'cache-control': 'no-store',
    'content-length': Buffer.byteLength(body),
    'content-type': contentType,
    'retry-after': String(RETRY_AFTER_SECONDS),
  };
  return { headers, body };
}

/**
 * Answers 503 in an overload, before anything of the body is read. It is for requests of trackers, which keep their
 * events and try again: a page that waits for a picture would go without it.
 *
 * Call it before the scope's other hooks. It writes the answer itself: at four times what can be served, three requests
 * are rejected for each that is accepted, and by the framework's way of an error that took so long that too few were
 * accepted. The caller is not looked up either: the answer has no data of a customer, so every page may read it.
 * @param answer the protocol's 503, see `unavailable`
 */
export function rejectExcess(app: FastifyInstance, answer: (request: FastifyRequest) => Unavailable): void {
  const { overload } = app;
  app.addHook('onRequest', (request, reply, done) => {
    if (!overload.shouldReject()) return done();
    const { headers, body } = answer(request);
    const { origin } = request.headers;
    reply.hijack();
    reply.raw.writeHead(503, origin === undefined ? headers : { ...headers, ...corsHeaders(origin) }).end(body);
  });
}
