import type { FastifyInstance, HTTPMethods } from 'fastify';
import { ContentError } from '../errors.ts';

const COLLECTIONS = ['customers', 'media', 'streams', 'categories', 'category', 'users', 'widgets', 'stashes'];
/** All paths of the content API but the root, as routes are written. */
export const CONTENT_PATHS = COLLECTIONS.flatMap((name) => [`/${name}`, `/${name}/*`]);
const METHODS: HTTPMethods[] = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'];

/**
 * What is under these paths and nothing answers, whatever the method: an error as any other of this API, which pages and
 * scripts can read. Without it the service's own 404 would answer, which knows no `wrap_responses` and no pages. Call it
 * when all other routes are there.
 */
export function unknownRoutes(app: FastifyInstance): void {
  for (const url of CONTENT_PATHS) {
    app.route({
      method: METHODS.filter((method) => !app.hasRoute({ method, url })),
      url,
      schema: { hide: true },
      // Before the body has come: nobody reads it.
      onRequest: async () => {
        throw new ContentError(404, 'There is nothing at this path.');
      },
      handler: () => undefined,
    });
  }
}
