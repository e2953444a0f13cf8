import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Rates } from '../config-values.ts';
import type { Token } from '../store/access.ts';
import type { Caller } from './caller.ts';
import { clientNetwork } from './client-address.ts';
import { HttpError } from './errors.ts';
import { FixedWindow, type RateWindow } from './fixed-window.ts';

/** What a request costs us; each kind has a limit of its own. */
export type RateKind = 'read' | 'track' | 'upload' | 'admin';

export interface RateLimiter {
  /**
   * Counts a request for its token and address. An unknown token counts as a guess. While an address has too many
   * guesses in a window, it gets no private token accepted either, so that it learns nothing from a hit. Public tokens
   * are no secret, and shoppers behind the same address do not wait.
   * @param amount events in the request, where they are known already
   * @throws {TooManyRequestsError}
   */
  admit(request: FastifyRequest, kind: RateKind, caller: Caller | null, amount?: number): void;
  /** Counts a request that named no token, or is refused with the one it named. @throws {TooManyRequestsError} */
  admitNobody(request: FastifyRequest, kind: RateKind, amount?: number): void;
  /**
   * Counts the events of a request that `admit` counted as one, when its body is read. The first request of a window
   * passes whole: a batch that is larger than the limit would never pass otherwise.
   * @throws {TooManyRequestsError}
   */
  charge(request: FastifyRequest, events: number): void;
  /** Refuses a request with a secret from an address that guesses. @throws {TooManyRequestsError} */
  refuseGuesser(request: FastifyRequest): void;
  /** Counts a wrong secret. @throws {TooManyRequestsError} */
  countGuess(request: FastifyRequest): void;
}

declare module 'fastify' {
  interface FastifyInstance {
    rates: RateLimiter;
  }
}

/** One address sends too many requests with one token. */
export class TooManyRequestsError extends HttpError {
  override name = 'TooManyRequestsError';

  /** @param seconds until the sender may try again */
  constructor(seconds: number) {
    super(429, `Too many requests from this address; try again in ${seconds} seconds.`, seconds);
  }
}

/** A rate a second allows a burst of this length. It is short, so that nobody waits long. */
const WINDOW_MS = 10_000;
const pass = () => {};
const UNLIMITED: RateLimiter = { admit: pass, admitNobody: pass, charge: pass, refuseGuesser: pass, countGuess: pass };

interface Limit {
  /** Requests in a window, or events where events are counted. */
  max: number;
  windows: FixedWindow;
}

/**
 * Sets `app.rates`. Plugins ask it as soon as they know the caller.
 * @param rates requests or events a second; without them nothing is limited
 * @param count called for each request that is refused
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
    max: (perSecond * WINDOW_MS) / 1000,
    windows: new FixedWindow(WINDOW_MS),
  });
  const ofKinds = (times: number): Record<RateKind, Limit> => ({
    read: limit(rates.read * times),
    track: limit(rates.track * times),
    upload: limit(rates.upload * times),
    // Only private tokens may administer, so their factor does not apply.
    admin: limit(rates.admin),
  });
  const limits = { public: ofKinds(1), private: ofKinds(rates.private) };
  const guesses = limit(rates.failed);

  function check({ max }: Limit, window: RateWindow | undefined, kind: RateKind | 'guess'): void {
    if (!window || window.counted <= max) return;
    count(kind);
    // The window may have ended since it was read.
    throw new TooManyRequestsError(Math.max(1, Math.ceil((window.endsAt - performance.now()) / 1000)));
  }
  /**
   * @param amount to be counted now
   * @param whole what the request counts in all, of which `amount` is not counted yet
   */
  function take(tokenKind: Token['kind'], kind: RateKind, sender: string, amount: number, whole = amount): void {
    const limit = limits[tokenKind][kind];
    const window = limit.windows.count(sender, amount);
    if (window.counted > whole) check(limit, window, kind);
  }
  const rateLimiter: RateLimiter = {
    admit(request, kind, caller, amount = 1) {
      if (!caller || 'refused' in caller) {
        if (caller?.unknown) return rateLimiter.countGuess(request);
        // The refusal of a private token in a page would confirm a guess.
        if (caller?.secret) rateLimiter.refuseGuesser(request);
        return rateLimiter.admitNobody(request, kind, amount);
      }
      if (caller.token.kind === 'private') rateLimiter.refuseGuesser(request);
      take(caller.token.kind, kind, senderOf(request, caller.token), amount);
    },
    admitNobody(request, kind, amount = 1) {
      take('public', kind, clientNetwork(request), amount);
    },
    charge(request, events) {
      const { caller } = request;
      if (!caller || 'refused' in caller || events <= 1) return;
      take(caller.token.kind, 'track', senderOf(request, caller.token), events - 1, events);
    },
    refuseGuesser(request) {
      check(guesses, guesses.windows.read(clientNetwork(request)), 'guess');
    },
    countGuess(request) {
      check(guesses, guesses.windows.count(clientNetwork(request)), 'guess');
    },
  };
  return rateLimiter;
}

function senderOf(request: FastifyRequest, { id }: Token): string {
  return `${id} ${clientNetwork(request)}`;
}
