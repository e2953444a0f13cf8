import type { FastifyInstance } from 'fastify';
import { hasBody } from './bodies.ts';

/** A body that is compressed; the message is for the sender. */
class EncodedBodyError extends Error {
  override name = 'EncodedBodyError';
  readonly statusCode = 415;
}

/**
 * Refuses bodies with a `Content-Encoding`, of every route. Read as they are they would be taken for broken JSON, and
 * unpacked they could be any size. With 415, `Accept-Encoding` says what to send instead (RFC 9110, section 12.5.3).
 *
 * It has to be called before `guardBodies`, which then counts no byte of a refused body.
 */
export function refuseEncodedBodies(app: FastifyInstance): void {
  app.addHook('preParsing', (request, reply, payload, done) => {
    if (!hasBody(request.raw) || isIdentity(request.headers['content-encoding'])) return done(null, payload);
    reply.header('accept-encoding', 'identity');
    done(new EncodedBodyError('body: no Content-Encoding is supported; send it uncompressed'));
  });
}

/** A list with the code `identity` alone says that the body is as it is. */
function isIdentity(codings = ''): boolean {
  return /^(?:[\s,]|identity(?=[\s,]|$))*$/i.test(codings);
}
