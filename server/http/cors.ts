import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Access } from '../store/access.ts';
import { AUTH_TOKEN, type Caller, callerOf } from './caller.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** Set by `answerPages`; null on routes without it. */
    caller: Caller | null;
  }
}

/**
 * Says for every request of this scope who calls. Pages of the token's registered origins may read the answers, mistakes
 * included, and a page that is refused may read why: a refusal holds no secret, and without CORS it would look like a
 * lost connection. Call it once in a plugin's own scope; routes then read `request.caller` and refuse who is refused.
 * @param tracks which requests bring events
 */
export function answerPages(
  app: FastifyInstance,
  access: Access,
  place = AUTH_TOKEN,
  tracks: (request: FastifyRequest) => boolean = () => false,
): void {
  app.decorateRequest('caller', null);
  app.addHook('onRequest', async (request, reply) => {
    request.caller = await callerOf(request, access, place, tracks(request));
    app.refusals?.tell(request.caller, place.rawTokenOf(request));
    allow(request.caller, request.headers.origin, reply);
  });
}

/**
 * The preflight of a page: OPTIONS on a path. It says nothing of who asks, since the headers of the request that follows
 * are not with it; that request is judged by its own token and Origin, and can be read when it is refused.
 */
export function preflight(methods: string) {
  return async (request: FastifyRequest, reply: FastifyReply) =>
    reply
      .headers({
        allow: `${methods}, OPTIONS`,
        'access-control-allow-methods': methods,
        'access-control-allow-headers': allowedHeaders(request, 'Authorization', 'Content-Type', 'If-None-Match'),
        'access-control-max-age': '7200',
      })
      .code(204)
      .send();
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

function allow(caller: Caller, asking: string | undefined, reply: FastifyReply): void {
  reply.header('vary', 'Origin');
  const origin = 'refused' in caller ? asking && '*' : caller.origin;
  if (!origin) return;
  reply.header('access-control-allow-origin', origin);
  // Without this a page's fetch sees the answer and not how long it shall wait.
  reply.header('access-control-expose-headers', 'Retry-After');
}
