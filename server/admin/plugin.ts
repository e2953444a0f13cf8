import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import Type from 'typebox';
import { type Caller, callerOf, rawTokenOf, type TokenPlace } from '../http/caller.ts';
import { COMMON_ERRORS, handleErrors } from '../http/error-handler.ts';
import { HttpError } from '../http/errors.ts';
import type { IsOperator } from '../http/operator.ts';
import { Id } from '../http/validation.ts';
import type { ContentStore } from '../store/content/content-store.ts';
import type { EventStore } from '../store/events/event-store.ts';
import {
  addCustomer,
  addHost,
  addInstance,
  addOrigin,
  addStyle,
  addToken,
  removeCustomer,
  removeHost,
  removeInstance,
  removeOrigin,
  removeStyle,
  removeToken,
} from './actions.ts';
import { ANSWERS, BODIES } from './examples.ts';
import { moderationRoutes } from './moderation-routes.ts';
import { permissionRoutes } from './permission-routes.ts';
import { relayRoutes } from './relay-routes.ts';
import type { Removals } from './removal.ts';
import { robotsRoute } from './robots-routes.ts';
import { visitorRoutes } from './visitor-routes.ts';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Only who runs the service may do this; no customer's token does. */
    operator?: true;
  }
  interface FastifyRequest {
    /** The customer whose private token asks; 0 outside of `/admin/v1`. */
    administered: number;
  }
}

const tags = ['administration'];
const security: Record<string, string[]>[] = [{ bearer: [] }, { privateToken: [] }];
const ListedId = Type.Object({ id: Id('Its id, as its list has it.') });
const Text = (description: string) => Type.String({ maxLength: 2048, description });
const Settings = Type.Record(Type.String(), Type.Unknown());

export interface AdminOptions {
  store: ContentStore;
  events: EventStore;
  /** Removes what is left of removed customers. */
  removals: Pick<Removals, 'start'>;
  /** The data folder. */
  data: string;
  isOperator: IsOperator;
  /** Whether relays may lead to private addresses; not unless told. */
  allowPrivateRelays?: boolean;
}

/**
 * `/admin/v1`: what the `admin` command does, for a private token and its customer, by `Authorization: Bearer` or
 * `auth_token`. Never for pages: a request with an Origin is refused.
 */
export async function adminPlugin(plain: FastifyInstance, options: AdminOptions): Promise<void> {
  const { store, removals, isOperator, allowPrivateRelays = false } = options;
  const app = plain.withTypeProvider<TypeBoxTypeProvider>();
  app.decorateRequest('administered', 0);
  app.addHook('onRoute', (route) => {
    route.schema = { security, ...route.schema };
  });
  app.addHook('onRequest', async (request, reply) => {
    reply.header('cache-control', 'private, no-store');
    if (request.routeOptions.config.operator) {
      if (isOperator(request)) return;
      throw new HttpError(403, OPERATOR_ONLY);
    }
    const caller = await callerOf(request, store.access, BEARER);
    app.rates.admit(request, 'admin', caller);
    request.administered = await administeredBy(request, caller, store);
  });
  handleErrors(app, { ...COMMON_ERRORS, logMessage: 'administration failed' });

  const Customer = Type.Object(
    {
      key: Text('A short name in lower case.'),
      name: Text('As people read it.'),
      domain: Text('Host name of the shop.'),
      language: Type.Optional(Text('As `en_US`.')),
      currency: Type.Optional(Text('ISO 4217, as `EUR`.')),
      cookieDomain: Type.Optional(Text('Domain that shop and checkout share, as `.shop.example`.')),
    },
    { examples: [BODIES.customer] },
  );
  app.get(
    '/admin/v1/customers',
    { schema: { tags, summary: 'The token’s customer', response: ANSWERS.customers } },
    async ({ administered }) => {
      return { customers: [await store.customer(administered)] };
    },
  );
  app.post(
    '/admin/v1/customers',
    {
      config: { operator: true },
      schema: {
        tags,
        security: [{ operator: [] }],
        summary: 'Add a customer; the answer holds its first private token, once',
        description:
          'For whoever runs the service, as `npm run admin -- customer add` is: no customer’s token does it.',
        body: Customer,
        response: ANSWERS.customer,
      },
    },
    async ({ body }, reply) => {
      const customer = await addCustomer(store, body);
      const token = await addToken(store, customer.id, { kind: 'private', label: 'made with the customer' });
      return reply.code(201).send({ customer, token });
    },
  );
  app.delete(
    '/admin/v1/customers/:id',
    {
      schema: {
        tags,
        summary: 'Remove the token’s customer with all its content',
        description:
          'Nobody finds it from now on. Its content, user points and media files go in the background. Its events and their totals stay in the database, unless `withEvents` says otherwise.',
        params: ListedId,
        querystring: Type.Object({
          withEvents: Type.Optional(Type.Boolean({ description: 'Erase its events and their totals, too.' })),
        }),
        response: ANSWERS.removed,
      },
    },
    async ({ params: { id }, query: { withEvents }, administered }, reply) => {
      if (id !== administered) throw new HttpError(403, 'A token removes only its own customer.');
      await removeCustomer(store, id, withEvents);
      removals.start();
      return reply.code(204).send();
    },
  );

  const NewToken = Type.Object(
    { kind: Text('`public` or `private`.'), label: Type.Optional(Text('For people.')) },
    { examples: [BODIES.token] },
  );
  app.get(
    '/admin/v1/tokens',
    { schema: { tags, summary: 'Tokens, without their clear text', response: ANSWERS.tokens } },
    async (request) => ({ tokens: await store.tokens(request.administered) }),
  );
  app.post(
    '/admin/v1/tokens',
    {
      schema: {
        tags,
        summary: 'Add a token; its clear text is in this answer only',
        body: NewToken,
        response: ANSWERS.token,
      },
    },
    async ({ body, administered }, reply) => reply.code(201).send(await addToken(store, administered, body)),
  );
  app.delete(
    '/admin/v1/tokens/:id',
    { schema: { tags, summary: 'Remove a token', params: ListedId, response: ANSWERS.removed } },
    async ({ params, administered }, reply) => {
      await removeToken(store, administered, params.id);
      return reply.code(204).send();
    },
  );

  const Origin = Type.Object({ origin: Text('As `https://www.shop.example`.') });
  app.get(
    '/admin/v1/origins',
    { schema: { tags, summary: 'Origins of the shop’s pages', response: ANSWERS.origins } },
    async (request) => ({ origins: await store.origins(request.administered) }),
  );
  app.post(
    '/admin/v1/origins',
    {
      schema: {
        tags,
        summary: 'Register an origin',
        body: { ...Origin, examples: [BODIES.origin] },
        response: ANSWERS.origin,
      },
    },
    async ({ body, administered }, reply) =>
      reply.code(201).send({ origin: await addOrigin(store, administered, body.origin) }),
  );
  app.delete(
    '/admin/v1/origins',
    { schema: { tags, summary: 'Remove an origin', querystring: Origin, response: ANSWERS.removed } },
    async ({ query, administered }, reply) => {
      await removeOrigin(store, administered, query.origin);
      return reply.code(204).send();
    },
  );

  const Host = Type.Object({ host: Text('As `www.shop.example`.') });
  app.get(
    '/admin/v1/hosts',
    { schema: { tags, summary: 'Hosts that products may lead to', response: ANSWERS.hosts } },
    async (request) => ({ hosts: await store.hosts(request.administered) }),
  );
  app.post(
    '/admin/v1/hosts',
    {
      schema: {
        tags,
        summary: 'Register a host',
        body: { ...Host, examples: [BODIES.host] },
        response: ANSWERS.host,
      },
    },
    async ({ body, administered }, reply) =>
      reply.code(201).send({ host: await addHost(store, administered, body.host) }),
  );
  app.delete(
    '/admin/v1/hosts',
    { schema: { tags, summary: 'Remove a host', querystring: Host, response: ANSWERS.removed } },
    async ({ query, administered }, reply) => {
      await removeHost(store, administered, query.host);
      return reply.code(204).send();
    },
  );

  const Style = Type.Object(
    {
      name: Text('Unique within the customer.'),
      type: Text('As `olapic_slidev3`.'),
      settings: Type.Optional(Settings),
    },
    { examples: [BODIES.style] },
  );
  app.get(
    '/admin/v1/styles',
    { schema: { tags, summary: 'Widget styles', response: ANSWERS.styles } },
    async (request) => ({ styles: await store.styles(request.administered) }),
  );
  app.post(
    '/admin/v1/styles',
    { schema: { tags, summary: 'Add or change a widget style', body: Style, response: ANSWERS.style } },
    async ({ body, administered }, reply) => reply.code(201).send(await addStyle(store, administered, body)),
  );
  app.delete(
    '/admin/v1/styles/:id',
    { schema: { tags, summary: 'Remove a widget style', params: ListedId, response: ANSWERS.removed } },
    async ({ params, administered }, reply) => {
      await removeStyle(store, administered, params.id);
      return reply.code(204).send();
    },
  );

  const InstanceId = Type.Object({ id: Type.String({ description: '32 hex digits.' }) });
  const Instance = Type.Object(
    {
      id: Type.Optional(Text('32 hex digits; a new one without it.')),
      name: Text('For people.'),
      type: Text('`best_photos`, `by_category` or `by_stream`.'),
      style: Type.Optional(Text('Name or id of a style.')),
      stream: Type.Optional(Text('Key of the stream it shows.')),
      category: Type.Optional(Text('Key of the category it shows.')),
      sorting: Type.Optional(Text('One of the five sort orders.')),
    },
    { examples: [BODIES.instance] },
  );
  app.get(
    '/admin/v1/instances',
    { schema: { tags, summary: 'Widget instances', response: ANSWERS.instances } },
    async (request) => ({ instances: await store.instances(request.administered) }),
  );
  app.post(
    '/admin/v1/instances',
    {
      schema: { tags, summary: 'Add or change a widget instance', body: Instance, response: ANSWERS.instance },
    },
    async ({ body, administered }, reply) => reply.code(201).send(await addInstance(store, administered, body)),
  );
  app.delete(
    '/admin/v1/instances/:id',
    { schema: { tags, summary: 'Remove a widget instance', params: InstanceId, response: ANSWERS.removed } },
    async ({ params, administered }, reply) => {
      await removeInstance(store, administered, params.id);
      return reply.code(204).send();
    },
  );

  relayRoutes(plain, store, allowPrivateRelays);
  robotsRoute(app, options);
  moderationRoutes(plain, options);
  permissionRoutes(plain, options);
  visitorRoutes(plain, options);
}

const OPERATOR_ONLY =
  'Only who runs the service adds customers: "npm run admin -- customer add", or VITRINE_OPERATOR_TOKEN as Authorization: Bearer.';

const BEARER: TokenPlace = {
  name: 'Authorization',
  rawTokenOf(request) {
    const [, bearer] = /^Bearer +(\S+)$/i.exec(request.headers.authorization ?? '') ?? [];
    return bearer ?? rawTokenOf(request);
  },
};

async function administeredBy(request: FastifyRequest, caller: Caller, store: ContentStore): Promise<number> {
  const raw = BEARER.rawTokenOf(request);
  const token = raw === undefined ? undefined : await store.access.token(raw);
  if (!token) throw new HttpError(401, 'Send a private token: Authorization: Bearer TOKEN.');
  if (token.kind !== 'private') throw new HttpError(403, 'A public token administers nothing: send a private one.');
  if ('refused' in caller) throw new HttpError(403, 'A private token does not belong into a page.');
  return token.customerId;
}
