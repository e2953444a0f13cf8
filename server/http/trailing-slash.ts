import type { FastifyInstance } from 'fastify';

/** Adds to every route of this scope one with a slash at the end of its path. The framework adds HEAD to each GET. */
export function acceptTrailingSlash(app: FastifyInstance): void {
  app.addHook('onRoute', function (this: FastifyInstance, route) {
    // `this` is the scope of the original route, whose hooks the second one needs.
    if (!/[/*]$/.test(route.url) && route.method !== 'HEAD')
      this.route({ ...route, url: `${route.routePath}/`, schema: { ...route.schema, hide: true } });
  });
}
