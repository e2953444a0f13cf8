import type { FastifyInstance, FastifySchema } from 'fastify';

/** Describes the route by which a folder is served, which is registered without a word. Call it before that. */
export function describeFiles(app: FastifyInstance, url: string, schema: FastifySchema): void {
  app.addHook('onRoute', (route) => {
    if (route.url === url) route.schema = schema;
  });
}
