import type { FastifyInstance, FastifyRequest } from 'fastify';
import { type Caller, UNKNOWN_TOKEN } from '../../http/caller.ts';
import type { Access } from '../../store/access.ts';
import type { Body } from './body.ts';

/**
 * Counts the events of a request against the rate limits of their tokens. Tokens stand in parameters here, and each item
 * of a bulk may have its own. Each unknown token counts as a guess: otherwise one request could make a thousand guesses.
 */
export function admission({ rates }: FastifyInstance, access: Access) {
  return async (request: FastifyRequest, body: Body): Promise<void> => {
    for (const [raw, events] of eventsByToken(body)) {
      if (raw === '') rates.admitNobody(request, 'track', events);
      else rates.admit(request, 'track', await callerOf(raw, access), events);
    }
  };
}

async function callerOf(raw: string, access: Access): Promise<Caller> {
  const token = await access.token(raw);
  return token ? { token } : { refused: `token_auth: ${UNKNOWN_TOKEN}`, unknown: true };
}

/** The number of events by their token. Events without a token are under an empty one. */
function eventsByToken(body: Body): Map<string, number> {
  if (body.kind === 'one') return new Map([[body.parameters.get('token_auth') ?? '', 1]]);
  if (body.kind !== 'bulk') return new Map([['', 1]]);
  const shared = body.token ?? '';
  const counts = new Map<string, number>();
  for (const { parameters } of body.items) {
    const token = ('status' in parameters ? undefined : parameters.get('token_auth')) || shared;
    counts.set(token, (counts.get(token) ?? 0) + 1);
  }
  // A token without events is a guess, too.
  if (counts.size === 0 || (shared && !counts.has(shared))) counts.set(shared, 1);
  return counts;
}
