import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Access } from '../store/access.ts';
import { type Caller, callerOf, type TokenPlace } from './caller.ts';
import { errorBody } from './errors.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** Set by `answerPages`; null on routes without it. */
    caller: Caller | null;
  }
}

/**
 * Says for every request of this scope who calls, and answers pages of the token's registered origins, mistakes
 * included. Call it once in a plugin's own scope; routes then read `request.caller`.
 */
export function answerPages(app: FastifyInstance, access: Access, place?: TokenPlace): void {
  app.decorateRequest('caller', null);
  app.addHook('onRequest', (request, reply, done) => {
    request.caller = callerOf(request, access, place);
    allow(request.caller, reply);
    done();
  });
}

/** The preflight of a page: OPTIONS on a path, which carries the same query as the request that follows. */
export function preflight(methods: string) {
  return async (request: FastifyRequest, reply: FastifyReply) => {
    const { caller } = request;
    if (!caller || 'refused' in caller) return reply.code(403).send(errorBody(403, caller?.refused ?? 'No caller.'));
    return reply
      .headers({
        allow: `${methods}, OPTIONS`,
        'access-control-allow-methods': methods,
        'access-control-allow-headers': allowedHeaders(request, 'Content-Type', 'If-None-Match'),
        'access-control-max-age': '7200',
      })
      .code(204)
      .send();
  };
}

/** Headers that one preflight may ask for; those past it are not allowed. */
const MAX_ASKED = 50;

/**
 * What a preflight allows: our own headers, and those it asks for. Tools that watch a page's requests add `traceparent`,
 * `baggage` and the like to all of them, and the browser sends none of which one header is not allowed. A header allows
 * nothing that a program without a browser could not do.
 */
export function allowedHeaders({ headers }: FastifyRequest, ...own: string[]): string {
  const asked = headers['access-control-request-headers'] ?? '';
  // No `*`, which would stand for all of them.
  const names = asked.split(',', MAX_ASKED).filter((name) => /^\s*[\w-]{1,64}\s*$/.test(name));
  return [...own, ...names.map((name) => name.trim())].join(', ');
}

function allow(caller: Caller, reply: FastifyReply): void {
  reply.header('vary', 'Origin');
  if (!('origin' in caller) || !caller.origin) return;
  reply.header('access-control-allow-origin', caller.origin);
  // Without this a page's fetch sees the answer and not how long it shall wait.
  reply.header('access-control-expose-headers', 'Retry-After');
}
