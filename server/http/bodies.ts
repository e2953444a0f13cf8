import type { IncomingMessage } from 'node:http';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { clientNetwork } from './client-address.ts';
import { endRequest, RETRY_AFTER } from './errors.ts';
import { fairOrder } from './fair-order.ts';

/** Bytes of memory that all bodies under way may hold together. Past it, bodies are ended: see `makeRoom`. */
const MAX_HELD_BYTES = 67_108_864;
/** Bytes that remain held when bodies were ended. Sorting them costs something, so that it is done for many at a time. */
const HELD_BYTES_AFTERWARDS = 58_720_256;
/** Bytes that a piece of a body costs beside its content, measured: a megabyte in pieces of one byte takes 400 MB. */
const BYTES_PER_PIECE = 400;
/** Bytes that a multipart form is taken to hold: its fields, and the buffers through which its files go to the disk. */
const BYTES_PER_FORM = 262_144;
/** A body of which less than `MIN_PROGRESS_BYTES` come in this time is ended with 408. */
const STALL_MS = 20_000;
/** Bytes. A byte now and then is no progress: at this rate not even 2 KB would arrive in the time of a request. */
const MIN_PROGRESS_BYTES = 100;
/** A minute without an ended body ends an episode: the next one is logged again. */
const EPISODE_MS = 60_000;

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Whether multipart forms of this route are read piece by piece, so that their files never are in memory. */
    streamsForms?: boolean;
  }
}

/** A body that is still arriving. */
interface Body {
  raw: IncomingMessage;
  reply: FastifyReply;
  network: string;
  /** Of memory. */
  bytes: number;
  /** `bytesRead` of its connection when it last made progress, and when that was. */
  readBytes: number;
  progressAt: number;
  /** Stops counting what it holds. */
  release: () => void;
}

/** The part of a logger that it needs. */
interface BodyLog {
  warn(message: string): void;
}

/**
 * Watches bodies while they arrive, of every route: it bounds the memory that all of them hold together, and ends those
 * that do not go on.
 *
 * No address has a bound of its own, since all visitors behind a proxy that was not named are one address, and nothing
 * is wrong with them while there is room. When there is none, the largest bodies of the address that holds most are
 * ended, until there is. So an address that holds less than its share loses nothing to one that holds more, and behind
 * one address the small bodies of shoppers outlive the large ones of whoever fills the memory.
 */
class BodyGuard {
  readonly #log: BodyLog;
  readonly #stallMs: number;
  /** In the order in which they came. */
  readonly #bodies = new Map<IncomingMessage, Body>();
  #heldBytes = 0;
  #endedAt = Number.NEGATIVE_INFINITY;

  constructor(log: BodyLog, stallMs: number) {
    this.#log = log;
    this.#stallMs = stallMs;
  }

  /** Counts what a body holds until all of it is there. */
  track(request: FastifyRequest, reply: FastifyReply): void {
    const { raw, routeOptions } = request;
    const body = this.#watch(request, reply);
    const hold = (bytes: number) => {
      body.bytes += bytes;
      this.#heldBytes += bytes;
      if (this.#heldBytes > MAX_HELD_BYTES) this.#makeRoom();
    };
    let received = 0;
    const count = ({ length }: Buffer) => {
      received += length;
      // A body that is too long is refused, and what still comes of it is thrown away.
      if (received > (routeOptions.bodyLimit ?? Number.POSITIVE_INFINITY)) body.release();
      else hold(length + BYTES_PER_PIECE);
    };
    body.release = () => {
      raw.off('data', count);
      this.#heldBytes -= body.bytes;
      body.bytes = 0;
    };
    if (isStreamedForm(request)) hold(BYTES_PER_FORM);
    else raw.on('data', count);
  }

  /** Goes on watching a body whose request has been answered already: what still comes of it is thrown away. */
  trackRest(request: FastifyRequest, reply: FastifyReply): void {
    const body = this.#bodies.get(request.raw) ?? this.#watch(request, reply);
    body.release();
  }

  #watch(request: FastifyRequest, reply: FastifyReply): Body {
    const { raw } = request;
    const body: Body = {
      ...{ raw, reply, network: clientNetwork(request), bytes: 0, release: () => {} },
      readBytes: raw.socket.bytesRead,
      progressAt: performance.now(),
    };
    this.#bodies.set(raw, body);
    raw.once('close', () => {
      this.#bodies.delete(raw);
      body.release();
    });
    return body;
  }

  /** Ends the bodies that have not gone on for too long. */
  endStalled(): void {
    const now = performance.now();
    for (const body of this.#bodies.values()) {
      const { bytesRead } = body.raw.socket;
      // While a disk is slow, it is we who do not read on.
      if (bytesRead - body.readBytes >= MIN_PROGRESS_BYTES || body.raw.readableLength > 0) {
        body.readBytes = bytesRead;
        body.progressAt = now;
      } else if (now - body.progressAt >= this.#stallMs) {
        this.#end(body, 408, `Nothing more of the body came for ${this.#stallMs / 1000} seconds.`);
      }
    }
  }

  #makeRoom(): void {
    const now = performance.now();
    if (now - this.#endedAt > EPISODE_MS)
      this.#log.warn(
        `bodies that are still arriving hold more than ${MAX_HELD_BYTES / 1_048_576} MB; the largest of the addresses that hold most are ended`,
      );
    this.#endedAt = now;
    // Of bodies of one size, the one that holds its bytes longest goes first.
    const bySize = [...this.#bodies.values()].reverse().sort((one, other) => one.bytes - other.bytes);
    const order = fairOrder(
      bySize,
      ({ network }) => network,
      ({ bytes }) => bytes,
    );
    while (this.#heldBytes > HELD_BYTES_AFTERWARDS) {
      const body = order.pop();
      if (!body) return;
      this.#end(body, 503, `Too much is arriving; come again in ${RETRY_AFTER} seconds.`);
    }
  }

  #end(body: Body, status: 408 | 503, detail: string): void {
    this.#bodies.delete(body.raw);
    body.release();
    endRequest(body.raw, body.reply.raw, status, detail);
  }
}

/**
 * Bounds what bodies hold of memory while they arrive, and how long they may pause.
 * @param stallMs tests wait less
 */
export function guardBodies(app: FastifyInstance, stallMs = STALL_MS): void {
  const guard = new BodyGuard(app.log, stallMs);
  app.addHook('preParsing', (request, reply, payload, done) => {
    if (hasBody(request.raw)) guard.track(request, reply);
    done(null, payload);
  });
  app.addHook('onResponse', (request, reply, done) => {
    if (!request.raw.complete && !request.raw.destroyed && hasBody(request.raw)) guard.trackRest(request, reply);
    done();
  });
  const looking = setInterval(() => guard.endStalled(), stallMs / 4).unref();
  app.addHook('onClose', async () => clearInterval(looking));
}

export function hasBody({ headers }: IncomingMessage): boolean {
  return headers['content-length'] !== undefined || headers['transfer-encoding'] !== undefined;
}

function isStreamedForm({ headers, routeOptions }: FastifyRequest): boolean {
  return routeOptions.config.streamsForms === true && /^multipart\/form-data/i.test(headers['content-type'] ?? '');
}
