import type { FastifyInstance, FastifySchema } from 'fastify';

/** Gives the route of a folder a schema, since `@fastify/static` registers it without one. Call it before that. */
export function describeFiles(app: FastifyInstance, url: string, schema: FastifySchema): void {
  app.addHook('onRoute', (route) => {
    if (route.url === url) route.schema = schema;
  });
}
