import type { FastifyInstance } from 'fastify';

/**
 * Says once in the log that a proxy seems to stand in front that nobody told us of: to rate limits all its visitors are
 * one address, and what we call ourselves is `http`.
 */
export function warnOfUnknownProxy(app: FastifyInstance): void {
  let warned = false;
  app.addHook('onRequest', ({ headers }, _, done) => {
    done();
    if (warned || !('x-forwarded-for' in headers)) return;
    warned = true;
    app.log.warn(
      'A request has X-Forwarded-For, but no proxy is trusted: if one is yours, set VITRINE_TRUST_PROXY to its address. Until then all its visitors share one rate limit.',
    );
  });
}
