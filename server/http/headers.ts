import helmet from '@fastify/helmet';
import type { FastifyInstance, FastifyReply } from 'fastify';

/** Headers of every answer whose route does not set others: no browser shows it as a page, runs it or frames it. */
export const PROTECTION = {
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'x-content-type-options': 'nosniff',
};

/** Sets `PROTECTION` on every answer, before the hooks of plugins and routes, which may replace it. */
export function protectAnswers(app: FastifyInstance): void {
  // This hook runs for every event: a promise would double what it costs.
  app.addHook('onRequest', (_, reply, done) => {
    reply.headers(PROTECTION);
    done();
  });
}

/** Adds names to `Vary`: the headers of the request on which the answer depends. */
export function varyBy(reply: FastifyReply, names: string): void {
  const before = reply.getHeader('vary');
  reply.header('vary', before ? `${before}, ${names}` : names);
}

export interface PagePolicy {
  /** The Content-Security-Policy, by directive. */
  directives: Record<string, string[]>;
  /** The Referrer-Policy. */
  referrer?: 'no-referrer' | 'strict-origin-when-cross-origin';
}

/** Sets the headers of a scope that serves pages for people. No other site can frame them. */
export async function protectPages(app: FastifyInstance, { directives, referrer = 'no-referrer' }: PagePolicy) {
  app.addHook('onRequest', async (_, reply) => {
    // Fastify's headers replace those that helmet writes, so `PROTECTION` has to go first.
    reply.removeHeader('content-security-policy');
  });
  await app.register(helmet, {
    contentSecurityPolicy: {
      useDefaults: false,
      directives: { ...directives, objectSrc: ["'none'"], formAction: ["'none'"], frameAncestors: ["'none'"] },
    },
    xFrameOptions: { action: 'deny' },
    // Only the operator, who puts TLS in front of the service, can promise that it stays.
    strictTransportSecurity: false,
    // Pages of other origins may load the demo's files.
    crossOriginResourcePolicy: false,
    // Without TLS, browsers warn of these two headers in the console.
    crossOriginOpenerPolicy: false,
    originAgentCluster: false,
    referrerPolicy: { policy: referrer },
  });
}
