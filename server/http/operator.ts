import { createHash, timingSafeEqual } from 'node:crypto';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { isFromPage } from './caller.ts';

/**
 * Whether a request carries the operator's token, as `Authorization: Bearer`; without a token set, none does.
 * @throws {TooMany} where somebody guesses
 */
export type IsOperator = (request: FastifyRequest, reply: FastifyReply) => boolean;

/** @param token the operator's token in clear text, which stands above all customers */
export function operatorOf(token: string | undefined): IsOperator {
  const wanted = token === undefined ? undefined : digest(token);
  return (request, reply) => {
    const { rates } = request.server;
    const [, bearer] = /^Bearer +(\S+)$/i.exec(request.headers.authorization ?? '') ?? [];
    if (bearer === undefined) return false;
    rates.secret(request, reply);
    // Digests are of equal length, which the comparison needs, and tell nothing of how much was right.
    if (wanted && !isFromPage(request.headers) && timingSafeEqual(digest(bearer), wanted)) return true;
    rates.guessed(request, reply);
    return false;
  };
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
