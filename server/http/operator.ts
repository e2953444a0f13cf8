import { createHash, timingSafeEqual } from 'node:crypto';
import type { FastifyRequest } from 'fastify';
import { isFromPage } from './caller.ts';

/**
 * Whether a request carries the operator's token, as `Authorization: Bearer`. Where no token is set, no request does.
 * @throws {TooManyRequestsError} for an address that guesses
 */
export type IsOperator = (request: FastifyRequest) => boolean;

/** @param token the operator's token in clear text; it stands above all customers */
export function operatorOf(token: string | undefined): IsOperator {
  const wanted = token === undefined ? undefined : digest(token);
  return (request) => {
    const { rates } = request.server;
    const [, bearer] = /^Bearer +(\S+)$/i.exec(request.headers.authorization ?? '') ?? [];
    if (bearer === undefined) return false;
    rates.refuseGuesser(request);
    // The comparison needs texts of equal length, which digests are, and its time tells nothing of them.
    if (wanted && !isFromPage(request.headers) && timingSafeEqual(digest(bearer), wanted)) return true;
    rates.countGuess(request);
    return false;
  };
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
