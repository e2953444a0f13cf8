import type { FastifyInstance } from 'fastify';
import { answerPages } from '../../http/cors.ts';
import { handleErrors } from '../../http/error-handler.ts';
import { example } from '../../http/example.ts';
import { rejectExcess } from '../../http/overload-guard.ts';
import { acceptTrailingSlash } from '../../http/trailing-slash.ts';
import { BEARER } from './caller.ts';
import { createRoute } from './create.ts';
import { PRODUCT_EVENT_ERRORS, UNAVAILABLE } from './errors.ts';
import type { ProductEventsOptions } from './options.ts';
import { productEventRoutes } from './reading/events.ts';
import { viewsRoute } from './reading/views.ts';

/** The API of `002-product-events.txt`: events are created, listed, read and counted. */
export async function productEventsPlugin(app: FastifyInstance, options: ProductEventsOptions): Promise<void> {
  rejectExcess(app, () => UNAVAILABLE);
  answerPages(app, options.contentStore.access, BEARER, ({ method }) => method === 'POST');
  app.addHook('onRequest', async (request) => {
    if (request.method === 'OPTIONS') return;
    app.rates.admit(request, request.method === 'POST' ? 'track' : 'read', request.caller);
  });
  handleErrors(app, PRODUCT_EVENT_ERRORS);
  acceptTrailingSlash(app);
  createRoute(app, options);
  productEventRoutes(app, options);
  viewsRoute(app, options);
  app.get('/api/analytics/healthcheck', { schema: HEALTH }, async () => {
    await options.eventStore.check();
    return HEALTHY;
  });
}

const HEALTHY = { status: 'ok' };
const HEALTH = {
  summary: 'Whether events can be created',
  tags: ['product events'],
  security: [],
  response: { 200: example('The database was read and written just now.', HEALTHY) },
};
