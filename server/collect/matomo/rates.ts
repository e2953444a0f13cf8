import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { type Caller, UNKNOWN_TOKEN } from '../../http/caller.ts';
import type { Access } from '../../store/access.ts';
import type { Body } from './body.ts';

/**
 * Counts the events of a request for the tokens they carry. Here tokens stand in parameters, and each item of a bulk may
 * have its own: a token that is not known counts each time, or a thousand could be guessed in one request.
 */
export function admission({ rates }: FastifyInstance, access: Access) {
  return async (request: FastifyRequest, reply: FastifyReply, body: Body): Promise<void> => {
    for (const [raw, events] of eventsByToken(body)) {
      if (raw === '') rates.admitNobody(request, reply, 'track', events);
      else rates.admit(request, reply, 'track', await callerOf(raw, access), events);
    }
  };
}

async function callerOf(raw: string, access: Access): Promise<Caller> {
  const token = await access.token(raw);
  return token ? { token } : { refused: `token_auth: ${UNKNOWN_TOKEN}`, unknown: true };
}

/** How many events are said with which token; under an empty one, those without any. */
function eventsByToken(body: Body): Map<string, number> {
  if (body.kind === 'one') return new Map([[body.parameters.get('token_auth') ?? '', 1]]);
  if (body.kind !== 'bulk') return new Map([['', 1]]);
  const shared = body.token ?? '';
  const counts = new Map<string, number>();
  for (const { parameters } of body.items) {
    const token = ('status' in parameters ? undefined : parameters.get('token_auth')) || shared;
    counts.set(token, (counts.get(token) ?? 0) + 1);
  }
  // A token is guessed, too, where nothing is said with it.
  if (counts.size === 0 || (shared && !counts.has(shared))) counts.set(shared, 1);
  return counts;
}
