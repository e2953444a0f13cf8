import type { OutgoingHttpHeaders } from 'node:http';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { EventStore } from '../store/events/event-store.ts';
import { PROTECTION, RETRY_AFTER } from './errors.ts';

declare module 'fastify' {
  interface FastifyInstance {
    load: Load;
  }
}

/**
 * What one turn of the event loop may last while the turn before was long, in milliseconds, from its first new request
 * on. A request waits for the turn that reads it, is decoded in it, and is answered in a later one, when the disk has it:
 * so the slowest waits for about four turns.
 */
const TURN_MS = 40;
/**
 * What it may give of that to the requests that it takes, however long it takes to refuse the others: else the more there
 * are to refuse, the fewer are taken. A turn that lasted longer was a long one.
 */
const LEAST_MS = 25;
/** And what a turn may give that follows no long one: when thousands come at once, this one alone keeps them waiting. */
const FIRST_TURN_MS = 60;
/** Two turns with more than this between them are not of one rush: the loop had nothing to do. */
const IDLE_MS = 5;
/** An operator reads of an overload that goes on so often. */
const SAY_EVERY_MS = 60_000;

/** Milliseconds that have passed, and milliseconds that this thread has worked. */
interface Clock {
  now(): number;
  worked(): number;
}

/** Before Node 22.19 only the whole process tells: what its other threads do counts, too. */
const cpuUsage = (process as Partial<typeof process>).threadCpuUsage ?? process.cpuUsage;

const CLOCK: Clock = {
  now: () => performance.now(),
  worked() {
    const { user, system } = cpuUsage.call(process);
    return (user + system) / 1000;
  },
};

/** The part of the event store that it needs. */
type Events = Pick<EventStore, 'full' | 'drain'>;

/** The part of a logger that it needs. */
interface LoadLog {
  warn(message: string): void;
}

/**
 * Knows when more requests arrive than this process can serve. Node takes every request that has arrived at once, so
 * without a limit each waits for all that came before it, and past what the process can do for ever longer. Time is
 * what is short, so it is time that is measured: a limit in requests would be wrong for large ones or small ones, on a
 * fast machine or a slow one, and those that arrive byte by byte would fill it.
 */
export class Load {
  readonly #log: LoadLog;
  readonly #clock: Clock;
  readonly #events: Events;
  /** When this turn read its first request; nothing when it has read none. */
  #began: number | undefined;
  /** And what the thread had worked by then. */
  #worked = 0;
  /** Whether it has taken all that it may. */
  #late = false;
  /** When it refused the first; nothing when it has refused none. */
  #refused: number | undefined;
  #ended = 0;
  /** Whether the turn before was long, and this one followed at once. */
  #rush = false;
  #long = false;
  /** What it may give to the requests that it takes, when it is one of a rush. */
  #most = TURN_MS;
  #said = Number.NEGATIVE_INFINITY;

  /**
   * @param events when their queue is full, decoding more of them is in vain
   * @param clock a test has its own
   */
  constructor(log: LoadLog, events: Events, clock = CLOCK) {
    this.#log = log;
    this.#clock = clock;
    this.#events = events;
  }

  /** Whether the request that just arrived is one too many. To be asked once for each. */
  exceeded(): boolean {
    const now = this.#clock.now();
    if (this.#began === undefined) {
      this.#began = now;
      this.#worked = this.#clock.worked();
      // One long turn may be an accident, as when memory is tidied up. Two in a row are a rush.
      this.#rush = this.#long && now - this.#ended < IDLE_MS;
      setImmediate(() => this.#end(now));
    }
    this.#late ||= this.#isLate(now - this.#began);
    if (!this.#late && !this.#events.full) return false;
    this.#refused ??= now;
    // This turn goes on for as long as there are others to refuse, and those that were taken would wait for all of it.
    this.#events.drain();
    this.#say();
    return true;
  }

  /**
   * By this thread's own work: where a container's quota or its neighbours take the core away in the midst of a turn, the
   * few requests of that turn are no rush.
   * @param took milliseconds of this turn so far
   */
  #isLate(took: number): boolean {
    const most = this.#rush ? this.#most : FIRST_TURN_MS;
    // Who has worked for so long has taken as long: asking the cheaper clock first saves a system call.
    return took > most && this.#clock.worked() - this.#worked > most;
  }

  #say(): void {
    const now = this.#clock.now();
    if (now - this.#said <= SAY_EVERY_MS) return;
    this.#said = now;
    this.#log.warn('more requests arrive than can be served; some senders are told to come again');
  }

  #end(began: number): void {
    this.#ended = this.#clock.now();
    // By the wall, which is cheap to ask: what is refused is decided by the work of the turn that follows.
    this.#long = this.#ended - began > LEAST_MS;
    // What the refusals of this one took, those of the next one will.
    this.#most = Math.max(LEAST_MS, TURN_MS - (this.#ended - (this.#refused ?? this.#ended)));
    this.#refused = undefined;
    this.#late = false;
    this.#began = undefined;
  }
}

/** How a wire tells its senders to come again. */
export interface ComeAgain {
  headers: OutgoingHttpHeaders;
  body: string | Buffer;
}

/** @param more headers that answers of this wire carry */
export function comeAgain(type: string, body: string | Buffer, more: OutgoingHttpHeaders = {}): ComeAgain {
  const headers = {
    ...PROTECTION,
    ...more,
    vary: 'Origin',
    'cache-control': 'no-store',
    'content-length': Buffer.byteLength(body),
    'content-type': type,
    'retry-after': RETRY_AFTER,
  };
  return { headers, body };
}

/**
 * Tells senders of this scope to come again when there is an excess, before anything of the body is read. It is for
 * what trackers send, who keep it and come again: a page that waits for a picture would go without.
 *
 * To be called before the scope's other hooks, and it writes its answer itself: at four times what can be served there
 * are three refusals and more to each request that is taken, and by the framework's way of an error they took so long
 * that too few were. Who calls is not looked up either: this answer says nothing of anybody, so every page may read it.
 * @param answer in the words of the wire, see `comeAgain`
 */
export function refuseExcess(app: FastifyInstance, answer: (request: FastifyRequest) => ComeAgain): void {
  const { load } = app;
  app.addHook('onRequest', (request, reply, done) => {
    if (!load.exceeded()) return done();
    const { headers, body } = answer(request);
    const { origin } = request.headers;
    const readable = { 'access-control-allow-origin': origin, 'access-control-expose-headers': 'Retry-After' };
    reply.hijack();
    reply.raw.writeHead(503, origin === undefined ? headers : { ...headers, ...readable }).end(body);
  });
}
