import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Rates } from '../config.ts';
import type { Token } from '../store/access.ts';
import type { Caller } from './caller.ts';
import { clientNetwork } from './client-address.ts';
import { type RateWindow, Windows } from './fixed-window.ts';

/** What a request costs us; each kind has a limit of its own. */
export type RateKind = 'read' | 'track' | 'upload' | 'admin';

export interface RateLimiter {
  /**
   * Counts a request for its token and address. One with a token that is not known counts as a guess, and an address
   * that guesses gets no private token accepted either until its window ends, so that it learns nothing from a hit;
   * public tokens are no secret, and shoppers behind the same address are not made to wait.
   * @param amount events in it, where they are known by then
   * @throws {TooMany} with `Retry-After` on the reply
   */
  admit(request: FastifyRequest, reply: FastifyReply, kind: RateKind, caller: Caller | null, amount?: number): void;
  /** The same for a request that named no token, or is refused with the one it named. */
  admitNobody(request: FastifyRequest, reply: FastifyReply, kind: RateKind, amount?: number): void;
  /**
   * Counts the events of a request that was admitted as one of them, when its body is read. The first request of a
   * window passes whole, since a batch that is larger than what is allowed would else never pass.
   * @throws {TooMany}
   */
  charge(request: FastifyRequest, reply: FastifyReply, caller: Caller | null, events: number): void;
  /** Lets nobody through to a secret whose address guesses. @throws {TooMany} */
  secret(request: FastifyRequest, reply: FastifyReply): void;
  /** Counts a secret that was wrong. @throws {TooMany} */
  guessed(request: FastifyRequest, reply: FastifyReply): void;
}

declare module 'fastify' {
  interface FastifyInstance {
    rates: RateLimiter;
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
const pass = () => {};
const UNLIMITED: RateLimiter = { admit: pass, admitNobody: pass, charge: pass, secret: pass, guessed: pass };

interface Limit {
  /** Requests in a window, or events where they are counted. */
  most: number;
  windows: Windows;
}

/**
 * Sets `app.rates`. Plugins call it where they know who asks, and their error handlers tell a `TooMany` in the words of
 * their protocol.
 * @param rates requests or events a second; without them nothing is limited
 * @param count hears of each request that has to wait
 */
export function limitRates(
  app: FastifyInstance,
  rates?: Rates,
  count: (kind: RateKind | 'guess') => void = () => {},
): void {
  app.decorate('rates', rates ? limited(rates, count) : UNLIMITED);
}

function limited(rates: Rates, count: (kind: RateKind | 'guess') => void): RateLimiter {
  const limit = (perSecond: number): Limit => ({
    most: (perSecond * WINDOW_MS) / 1000,
    windows: new Windows(WINDOW_MS),
  });
  const ofKinds = (times: number): Record<RateKind, Limit> => ({
    read: limit(rates.read * times),
    track: limit(rates.track * times),
    upload: limit(rates.upload * times),
    // Only private tokens administer.
    admin: limit(rates.admin),
  });
  const limits = { public: ofKinds(1), private: ofKinds(rates.private) };
  const guesses = limit(rates.failed);

  function check({ most }: Limit, window: RateWindow | undefined, reply: FastifyReply, kind: RateKind | 'guess'): void {
    if (!window || window.counted <= most) return;
    count(kind);
    // Its end may have come since it was read.
    const seconds = Math.max(1, Math.ceil((window.ends - performance.now()) / 1000));
    reply.header('retry-after', seconds);
    throw new TooMany(tooMany(seconds));
  }
  /** @param whole what the request counts in all, of which `amount` is not counted yet */
  function take(
    of: Token['kind'],
    kind: RateKind,
    sender: string,
    reply: FastifyReply,
    amount: number,
    whole = amount,
  ) {
    const limit = limits[of][kind];
    const window = limit.windows.count(sender, amount);
    if (window.counted > whole) check(limit, window, reply, kind);
  }
  const rateLimiter: RateLimiter = {
    admit(request, reply, kind, caller, amount = 1) {
      if (!caller || 'refused' in caller) {
        if (caller?.unknown) return rateLimiter.guessed(request, reply);
        // That a private token is refused to pages would tell who guesses that it is one.
        if (caller?.secret) rateLimiter.secret(request, reply);
        return rateLimiter.admitNobody(request, reply, kind, amount);
      }
      const { id, kind: of } = caller.token;
      if (of === 'private') rateLimiter.secret(request, reply);
      take(of, kind, `${id} ${clientNetwork(request)}`, reply, amount);
    },
    admitNobody(request, reply, kind, amount = 1) {
      take('public', kind, clientNetwork(request), reply, amount);
    },
    charge(request, reply, caller, events) {
      if (!caller || 'refused' in caller || events <= 1) return;
      const { id, kind: of } = caller.token;
      take(of, 'track', `${id} ${clientNetwork(request)}`, reply, events - 1, events);
    },
    secret(request, reply) {
      check(guesses, guesses.windows.read(clientNetwork(request)), reply, 'guess');
    },
    guessed(request, reply) {
      check(guesses, guesses.windows.count(clientNetwork(request)), reply, 'guess');
    },
  };
  return rateLimiter;
}
