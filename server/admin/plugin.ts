import type { FastifyInstance, FastifyRequest } from 'fastify';
import { type Caller, callerOf, rawTokenOf, type TokenPlace } from '../http/caller.ts';
import { COMMON_ERRORS, handleErrors } from '../http/error-handler.ts';
import type { Access } from '../store/access.ts';
import { accessRoutes } from './access-routes.ts';
import { customerRoutes } from './customer-routes.ts';
import { AdminError } from './errors.ts';
import { moderationRoutes } from './moderation-routes.ts';
import type { AdminOptions } from './options.ts';
import { permissionRoutes } from './permission-routes.ts';
import { relayRoutes } from './relay-routes.ts';
import { robotsRoute } from './robots-routes.ts';
import { visitorRoutes } from './visitor-routes.ts';
import { widgetRoutes } from './widget-routes.ts';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Only the operator may call this route, with no customer's token. */
    operator?: true;
  }
  interface FastifyRequest {
    /** The customer of the request's private token; 0 outside of `/admin/v1`. */
    administered: number;
  }
}

/** The ways to send a private token, for the OpenAPI document. */
const SECURITY: Record<string, string[]>[] = [{ bearer: [] }, { privateToken: [] }];

/**
 * `/admin/v1`: the actions of the `admin` command, for a private token and its customer. The token is sent as
 * `Authorization: Bearer` or `auth_token`. A request with an Origin is refused, since no page may administer.
 */
export async function adminPlugin(app: FastifyInstance, options: AdminOptions): Promise<void> {
  const { archive, isOperator } = options;
  const { access } = archive.contentStore;
  app.decorateRequest('administered', 0);
  app.addHook('onRoute', (route) => {
    route.schema = { security: SECURITY, ...route.schema };
  });
  app.addHook('onRequest', async (request, reply) => {
    reply.header('cache-control', 'private, no-store');
    if (request.routeOptions.config.operator) {
      if (isOperator(request)) return;
      throw new AdminError(403, OPERATOR_ONLY);
    }
    const caller = await callerOf(request, access, BEARER);
    app.rates.admit(request, 'admin', caller);
    request.administered = await customerOf(request, caller, access);
  });
  handleErrors(app, { ...COMMON_ERRORS, logMessage: 'administration failed' });
  for (const register of ROUTES) register(app, options);
}

const ROUTES = [
  customerRoutes,
  accessRoutes,
  widgetRoutes,
  relayRoutes,
  robotsRoute,
  moderationRoutes,
  permissionRoutes,
  visitorRoutes,
];

const OPERATOR_ONLY =
  'Only the operator of the service adds customers: "npm run admin -- customer add", or VITRINE_OPERATOR_TOKEN as Authorization: Bearer.';

const BEARER: TokenPlace = {
  name: 'Authorization',
  rawTokenOf(request) {
    const [, bearer] = /^Bearer +(\S+)$/i.exec(request.headers.authorization ?? '') ?? [];
    return bearer ?? rawTokenOf(request);
  },
};

/** The customer of the request's private token. @throws {AdminError} 401, 403 */
async function customerOf(request: FastifyRequest, caller: Caller, access: Access): Promise<number> {
  const raw = BEARER.rawTokenOf(request);
  const token = raw === undefined ? undefined : await access.token(raw);
  if (!token) throw new AdminError(401, 'Send a private token: Authorization: Bearer TOKEN.');
  if (token.kind !== 'private') throw new AdminError(403, 'A public token cannot administer: send a private one.');
  if ('refused' in caller) throw new AdminError(403, 'A private token must not be used in a page.');
  return token.customerId;
}
