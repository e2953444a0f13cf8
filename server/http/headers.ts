import helmet from '@fastify/helmet';
import type { FastifyInstance, FastifyReply } from 'fastify';
import { PROTECTION } from './errors.ts';

/** Puts `PROTECTION` on every answer; a route or a plugin that serves something else to browsers says so after it. */
export function protectAnswers(app: FastifyInstance): void {
  // Every event passes: a promise would cost as much as this does.
  app.addHook('onRequest', (_, reply, done) => {
    reply.headers(PROTECTION);
    done();
  });
}

/** Adds to the headers of the request that an answer depends on. */
export function varyBy(reply: FastifyReply, names: string): void {
  const before = reply.getHeader('vary');
  reply.header('vary', before ? `${before}, ${names}` : names);
}

export interface PagePolicy {
  /** What the pages of this scope may load and run, by directive. */
  directives: Record<string, string[]>;
  /** What their links and requests say of the page. */
  referrer?: 'no-referrer' | 'strict-origin-when-cross-origin';
}

/** The headers of a scope that serves pages for people. No page of ours stands in a frame. */
export async function protectPages(app: FastifyInstance, { directives, referrer = 'no-referrer' }: PagePolicy) {
  app.addHook('onRequest', async (_, reply) => {
    // Fastify's headers count more than those that helmet writes.
    reply.removeHeader('content-security-policy');
  });
  await app.register(helmet, {
    contentSecurityPolicy: {
      useDefaults: false,
      directives: { ...directives, objectSrc: ["'none'"], formAction: ["'none'"], frameAncestors: ["'none'"] },
    },
    xFrameOptions: { action: 'deny' },
    // Whoever puts TLS in front of the service promises that it stays.
    strictTransportSecurity: false,
    // What other shops' pages load from the demo is theirs to load.
    crossOriginResourcePolicy: false,
    // Browsers complain of these in the console where there is no TLS.
    crossOriginOpenerPolicy: false,
    originAgentCluster: false,
    referrerPolicy: { policy: referrer },
  });
}
