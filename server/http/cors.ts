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
 * The headers with which a page of this origin can read an answer. Without the second one, the page's `fetch` sees the
 * answer but not its `Retry-After`.
 * @param origin an origin, or `*`
 */
export function corsHeaders(origin: string) {
  return { 'access-control-allow-origin': origin, 'access-control-expose-headers': 'Retry-After' };
}

/**
 * Sets `request.caller` for every request of this scope, and the CORS headers of its answer. Pages of the token's
 * registered origins can read every answer. A page that is refused can read the refusal, which holds no secret; without
 * CORS it would look like a lost connection. Call it once in a plugin's own scope; the routes refuse callers.
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
    const caller = await callerOf(request, access, place, tracks(request));
    request.caller = caller;
    app.refusals?.log(caller, place.rawTokenOf(request));
    reply.header('vary', 'Origin');
    const { origin } = request.headers;
    const reader = 'refused' in caller ? origin && '*' : caller.origin;
    if (reader) reply.headers(corsHeaders(reader));
  });
}

/** Request headers that a page may always send. */
const ALLOWED_HEADERS = ['Authorization', 'Content-Type', 'If-None-Match'];
/** Headers that one preflight may ask for; those past it are not allowed. */
const MAX_ASKED = 50;

/**
 * Answers a CORS preflight: OPTIONS on a path. The preflight names no token, so any page may send the request that
 * follows. That request is judged by its own token and Origin, and the page can read its refusal.
 * @param methods what the path answers beside OPTIONS, as `GET, HEAD`
 * @param allowed request headers that are allowed unasked
 */
export function preflight(methods: string, allowed: readonly string[] = ALLOWED_HEADERS) {
  return async (request: FastifyRequest, reply: FastifyReply) =>
    reply
      .headers({
        allow: `${methods}, OPTIONS`,
        'access-control-allow-methods': methods,
        'access-control-allow-headers': [...allowed, ...askedHeaders(request)].join(', '),
        'access-control-max-age': '7200',
      })
      .code(204)
      .send();
}

/**
 * The headers that a preflight asks for. All are allowed: tools that watch a page's requests add `traceparent`, `baggage`
 * and others, and the browser sends no request with a header that is not allowed. A header allows nothing that a program
 * without a browser could not do.
 */
function askedHeaders({ headers }: FastifyRequest): string[] {
  const asked = headers['access-control-request-headers'] ?? '';
  // `*` is left out: it would allow every header.
  const names = asked.split(',', MAX_ASKED).filter((name) => /^\s*[\w-]{1,64}\s*$/.test(name));
  return names.map((name) => name.trim());
}
