import type { FastifyInstance } from 'fastify';

/** Answers every path of this scope with a slash at its end, too. HEAD comes along with GET. */
export function acceptTrailingSlash(app: FastifyInstance): void {
  app.addHook('onRoute', function (this: FastifyInstance, route) {
    // In the scope of the route itself, whose hooks it needs.
    if (!/[/*]$/.test(route.url) && route.method !== 'HEAD')
      this.route({ ...route, url: `${route.routePath}/`, schema: { ...route.schema, hide: true } });
  });
}
