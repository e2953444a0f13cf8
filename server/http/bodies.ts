import type { IncomingMessage } from 'node:http';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { clientNetwork } from './client-address.ts';
import { RETRY_AFTER_SECONDS } from './errors.ts';
import { fairOrder } from './fair-order.ts';
import { endRequest } from './raw-answers.ts';

/** Bytes of memory that all arriving bodies may hold together. Past it, `#makeRoom` ends the largest bodies. */
const MAX_HELD_BYTES = 67_108_864;
/** Bytes that may still be held after `#makeRoom`. The gap lets one costly sort end many bodies. */
const HELD_BYTES_AFTERWARDS = 58_720_256;
/** Bytes of memory that a chunk of a body costs beside its content. Measured: a megabyte in chunks of one byte takes 400 MB. */
const BYTES_PER_CHUNK = 400;
/** Bytes that a multipart form counts as: its fields, and the buffers through which its files go to the disk. */
const BYTES_PER_FORM = 262_144;
/** Milliseconds in which at least `MIN_PROGRESS_BYTES` of a body must arrive. Past it, the body is ended with 408. */
const STALL_MS = 20_000;
/** Bytes. A body that trickles in more slowly than this per `STALL_MS` would not bring 2 KB in the time of a request. */
const MIN_PROGRESS_BYTES = 100;
/** Milliseconds without an ended body after which the next one is logged again. */
const EPISODE_MS = 60_000;

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Whether multipart forms of this route are streamed to the disk, so that their files are never in memory. */
    streamsForms?: boolean;
  }
}

/** A body that is still arriving. */
interface Body {
  raw: IncomingMessage;
  reply: FastifyReply;
  network: string;
  /** Bytes of memory that it holds. */
  bytes: number;
  /** `bytesRead` of its connection when it last made progress. */
  readBytes: number;
  /** When it last made progress, by `performance.now()`. */
  progressAt: number;
  /** Stops counting its memory. */
  release: () => void;
}

interface BodyLog {
  warn(message: string): void;
}

/**
 * Watches the bodies of all routes while they arrive. It bounds the memory that they hold together, and ends bodies that
 * stall.
 *
 * No address has a bound of its own: all visitors behind an unknown proxy are one address, and they do no harm while
 * there is room. When memory is short, the largest bodies of the address that holds most are ended until there is room.
 * An address that holds less than its share loses nothing to one that holds more. Behind one address, the small bodies
 * of shoppers outlive the large bodies of an attacker.
 */
class BodyGuard {
  readonly #log: BodyLog;
  readonly #stallMs: number;
  /** In order of arrival. */
  readonly #bodies = new Map<IncomingMessage, Body>();
  #heldBytes = 0;
  #endedAt = Number.NEGATIVE_INFINITY;

  constructor(log: BodyLog, stallMs: number) {
    this.#log = log;
    this.#stallMs = stallMs;
  }

  /** Counts the memory of a body until it has arrived. */
  trackBody(request: FastifyRequest, reply: FastifyReply): void {
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
      // The framework refuses a body that is too long, and discards the rest of it.
      if (received > (routeOptions.bodyLimit ?? Number.POSITIVE_INFINITY)) body.release();
      else hold(length + BYTES_PER_CHUNK);
    };
    body.release = () => {
      raw.off('data', count);
      this.#heldBytes -= body.bytes;
      body.bytes = 0;
    };
    if (isStreamedForm(request)) hold(BYTES_PER_FORM);
    else raw.on('data', count);
  }

  /** Goes on watching a body whose request is answered already. The rest of the body is discarded, and holds no memory. */
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

  /** Ends the bodies that made no progress for too long. */
  endStalled(): void {
    const now = performance.now();
    for (const body of this.#bodies.values()) {
      const { bytesRead } = body.raw.socket;
      // Unread data means that the service is the slow side, as when its disk is slow.
      if (bytesRead - body.readBytes >= MIN_PROGRESS_BYTES || body.raw.readableLength > 0) {
        body.readBytes = bytesRead;
        body.progressAt = now;
      } else if (now - body.progressAt >= this.#stallMs) {
        this.#end(body, 408, `The body stalled for ${this.#stallMs / 1000} seconds.`);
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
    // Of bodies of one size, the oldest is ended first.
    const bySize = [...this.#bodies.values()].reverse().sort((one, other) => one.bytes - other.bytes);
    const order = fairOrder(
      bySize,
      ({ network }) => network,
      ({ bytes }) => bytes,
    );
    while (this.#heldBytes > HELD_BYTES_AFTERWARDS) {
      const body = order.pop();
      if (!body) return;
      this.#end(body, 503, `Too many large requests are arriving; try again in ${RETRY_AFTER_SECONDS} seconds.`);
    }
  }

  #end(body: Body, status: 408 | 503, detail: string): void {
    this.#bodies.delete(body.raw);
    body.release();
    endRequest(body.raw, body.reply.raw, status, detail);
  }
}

/**
 * Bounds the memory of arriving bodies, and how long a body may stall.
 * @param stallMs shorter in tests
 */
export function guardBodies(app: FastifyInstance, stallMs = STALL_MS): void {
  const guard = new BodyGuard(app.log, stallMs);
  app.addHook('preParsing', (request, reply, payload, done) => {
    if (hasBody(request.raw)) guard.trackBody(request, reply);
    done(null, payload);
  });
  app.addHook('onResponse', (request, reply, done) => {
    if (!request.raw.complete && !request.raw.destroyed && hasBody(request.raw)) guard.trackRest(request, reply);
    done();
  });
  const stallTimer = setInterval(() => guard.endStalled(), stallMs / 4).unref();
  app.addHook('onClose', async () => clearInterval(stallTimer));
}

export function hasBody({ headers }: IncomingMessage): boolean {
  return headers['content-length'] !== undefined || headers['transfer-encoding'] !== undefined;
}

function isStreamedForm({ headers, routeOptions }: FastifyRequest): boolean {
  return routeOptions.config.streamsForms === true && /^multipart\/form-data/i.test(headers['content-type'] ?? '');
}
