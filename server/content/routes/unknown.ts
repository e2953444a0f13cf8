import type { FastifyInstance, HTTPMethods } from 'fastify';
import { ContentError } from '../errors.ts';

const COLLECTIONS = ['customers', 'media', 'streams', 'categories', 'category', 'users', 'widgets', 'stashes'];
/** The route patterns of all paths of the content API except the root. */
export const CONTENT_PATHS = COLLECTIONS.flatMap((name) => [`/${name}`, `/${name}/*`]);
const METHODS: HTTPMethods[] = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'];

/**
 * Answers unknown paths and methods of the content API with an error of this API, which pages can read (CORS) and which
 * knows `wrap_responses`. The service's own 404 does neither. Call it after all other routes are registered.
 */
export function unknownRoutes(app: FastifyInstance): void {
  for (const url of CONTENT_PATHS) {
    app.route({
      method: METHODS.filter((method) => !app.hasRoute({ method, url })),
      url,
      schema: { hide: true },
      // The hook runs before the body is received, which no handler reads.
      onRequest: async () => {
        throw new ContentError(404, 'There is nothing at this path.');
      },
      handler: () => undefined,
    });
  }
}
