import rateLimit, { normalizeIP } from '@fastify/rate-limit';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Rates } from '../config.ts';
import type { Caller } from './caller.ts';
import { MOST_SENDERS, Windows } from './windows.ts';

/** What a request costs us; each kind has a limit of its own. */
export type RateKind = 'read' | 'track' | 'upload' | 'admin';

export interface RateLimiter {
  /**
   * Counts a request for its token and address. One with a token that is not known counts as a guess, and an address
   * that guesses gets no private token accepted either until its window ends, so that it learns nothing from a hit;
   * public tokens are no secret, and shoppers behind the same address are not made to wait.
   * @throws {TooMany} with `Retry-After` on the reply
   */
  admit(request: FastifyRequest, reply: FastifyReply, kind: RateKind, caller: Caller | null): Promise<void>;
  /** The same for a request that named no token, or is refused with the one it named. */
  admitNobody(request: FastifyRequest, reply: FastifyReply, kind: RateKind): Promise<void>;
  /** Lets nobody through to a secret whose address guesses. @throws {TooMany} */
  secret(request: FastifyRequest, reply: FastifyReply): Promise<void>;
  /** Counts a secret that was wrong. @throws {TooMany} */
  guessed(request: FastifyRequest, reply: FastifyReply): Promise<void>;
}

declare module 'fastify' {
  interface FastifyInstance {
    rates: RateLimiter;
  }
  interface FastifyRequest {
    /** What the request is counted under. */
    rateKey: string;
  }
}

/** What somebody is told who has to wait. */
export const tooMany = (seconds: number) => `Too many requests from this address; come again in ${seconds} seconds.`;

/** Too many requests; the message is for the sender. */
export class TooMany extends Error {
  override name = 'TooMany';
  readonly statusCode = 429;
}

/** Short, so that who had to wait does not wait long; a burst of this long is what a rate a second allows. */
const WINDOW_MS = 10_000;
const pass = async () => {};
const UNLIMITED: RateLimiter = { admit: pass, admitNobody: pass, secret: pass, guessed: pass };

/**
 * Sets `app.rates`. Plugins call it where they know who asks, and their error handlers tell a `TooMany` in the words of
 * their protocol.
 * @param rates requests a second; without them nothing is limited
 * @param count hears of each request that has to wait
 */
export async function limitRates(
  app: FastifyInstance,
  rates?: Rates,
  count: (kind: RateKind | 'guess') => void = () => {},
): Promise<void> {
  app.decorateRequest('rateKey', '');
  if (!rates) {
    app.decorate('rates', UNLIMITED);
    return;
  }
  await app.register(rateLimit, { global: false, store: Windows });
  const limit = (perSecond: number) =>
    app.createRateLimit({
      max: (perSecond * WINDOW_MS) / 1000,
      timeWindow: WINDOW_MS,
      keyGenerator: ({ rateKey }) => rateKey,
    });
  const ofKinds = (times: number): Record<RateKind, ReturnType<typeof limit>> => ({
    read: limit(rates.read * times),
    track: limit(rates.track * times),
    upload: limit(rates.upload * times),
    // Only private tokens administer.
    admin: limit(rates.admin),
  });
  const limits = { public: ofKinds(1), private: ofKinds(rates.private) };
  const guesses = limit(rates.failed);
  const addressOf = createAddresses();

  async function check(
    limiter: ReturnType<typeof limit>,
    request: FastifyRequest,
    reply: FastifyReply,
    kind: RateKind | 'guess',
    increment = true,
  ): Promise<void> {
    const state = await limiter(request, { increment });
    if (state.isAllowed || !state.isExceeded) return;
    count(kind);
    reply.header('retry-after', state.ttlInSeconds);
    throw new TooMany(tooMany(state.ttlInSeconds));
  }
  const rateLimiter: RateLimiter = {
    async admit(request, reply, kind, caller) {
      if (!caller || 'refused' in caller) {
        if (caller?.unknown) return rateLimiter.guessed(request, reply);
        // That a private token is refused to pages would tell who guesses that it is one.
        if (caller?.secret) await rateLimiter.secret(request, reply);
        return rateLimiter.admitNobody(request, reply, kind);
      }
      const address = addressOf(request.ip);
      const { id, kind: of } = caller.token;
      if (of === 'private') await rateLimiter.secret(request, reply);
      request.rateKey = `${id} ${address}`;
      await check(limits[of][kind], request, reply, kind);
    },
    async admitNobody(request, reply, kind) {
      request.rateKey = addressOf(request.ip);
      await check(limits.public[kind], request, reply, kind);
    },
    async secret(request, reply) {
      request.rateKey = addressOf(request.ip);
      await check(guesses, request, reply, 'guess', false);
    },
    async guessed(request, reply) {
      request.rateKey = addressOf(request.ip);
      await check(guesses, request, reply, 'guess');
    },
  };
  app.decorate('rates', rateLimiter);
}

/**
 * Addresses as they are counted: of IPv6 the network, since a household or a server has 2^64 of its own. Working it out
 * takes 6 µs, a tenth of a request, so the latest are remembered.
 */
function createAddresses(): (ip: string) => string {
  const known = new Map<string, string>();
  return (ip) => {
    if (!ip.includes(':')) return ip;
    let address = known.get(ip);
    if (address === undefined) {
      if (known.size >= MOST_SENDERS) known.clear();
      address = normalizeIP(ip);
      known.set(ip, address);
    }
    return address;
  };
}
