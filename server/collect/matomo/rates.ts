import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Access } from '../../store/access.ts';
import type { Body } from './body.ts';

/**
 * Counts a request for the token it carries. Here tokens stand in parameters, and each item of a bulk may have its own:
 * a token that is not known counts each time, or a thousand could be guessed in one request.
 */
export function admission({ rates }: FastifyInstance, access: Access) {
  return (request: FastifyRequest, reply: FastifyReply, body: Body): void => {
    const tokens = tokensOf(body);
    if (tokens.size === 0) rates.admitNobody(request, reply, 'track');
    for (const raw of tokens) {
      const token = access.token(raw);
      const caller = token ? { token } : { refused: 'token_auth: is not known here', unknown: true as const };
      rates.admit(request, reply, 'track', caller);
    }
  };
}

function tokensOf(body: Body): Set<string> {
  if (body.kind === 'one') return new Set([body.parameters.get('token_auth') ?? ''].filter(Boolean));
  if (body.kind !== 'bulk') return new Set();
  const own = body.items.map(({ parameters }) => ('status' in parameters ? undefined : parameters.get('token_auth')));
  return new Set([body.token, ...own].filter((token) => token !== undefined && token !== '') as string[]);
}
