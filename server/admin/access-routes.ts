import type { FastifyInstance } from 'fastify';
import Type from 'typebox';
import {
  addHost,
  addOrigin,
  addToken,
  NewHost,
  NewOrigin,
  NewToken,
  removeHost,
  removeOrigin,
  removeToken,
} from './access.ts';
import { ANSWERS } from './examples.ts';
import type { AdminOptions } from './options.ts';
import { adminRoutes, ListedId } from './route.ts';

const Origin = Type.Object(NewOrigin.properties);
const Host = Type.Object(NewHost.properties);

/** `/admin/v1/tokens`, `/admin/v1/origins` and `/admin/v1/hosts`. */
export function accessRoutes(app: FastifyInstance, { archive: { contentStore } }: AdminOptions): void {
  const route = adminRoutes(app);

  route.get(
    '/admin/v1/tokens',
    { summary: 'Tokens, without their clear text', response: ANSWERS.tokens },
    async ({ customerId }) => ({ tokens: await contentStore.tokens(customerId) }),
  );
  route.add(
    '/admin/v1/tokens',
    { summary: 'Add a token; its clear text is in this answer only', body: NewToken, response: ANSWERS.token },
    ({ customerId, body }) => addToken(contentStore, customerId, body),
  );
  route.remove('/admin/v1/tokens/:id', { summary: 'Remove a token', params: ListedId }, ({ customerId, params }) =>
    removeToken(contentStore, customerId, params.id),
  );

  route.get(
    '/admin/v1/origins',
    { summary: 'Origins of the shop’s pages', response: ANSWERS.origins },
    async ({ customerId }) => ({ origins: await contentStore.origins(customerId) }),
  );
  route.add(
    '/admin/v1/origins',
    { summary: 'Register an origin', body: NewOrigin, response: ANSWERS.origin },
    async ({ customerId, body }) => ({ origin: await addOrigin(contentStore, customerId, body.origin) }),
  );
  route.remove('/admin/v1/origins', { summary: 'Remove an origin', querystring: Origin }, ({ customerId, query }) =>
    removeOrigin(contentStore, customerId, query.origin),
  );

  route.get(
    '/admin/v1/hosts',
    { summary: 'Hosts that products may lead to', response: ANSWERS.hosts },
    async ({ customerId }) => ({ hosts: await contentStore.hosts(customerId) }),
  );
  route.add(
    '/admin/v1/hosts',
    { summary: 'Register a host', body: NewHost, response: ANSWERS.host },
    async ({ customerId, body }) => ({ host: await addHost(contentStore, customerId, body.host) }),
  );
  route.remove('/admin/v1/hosts', { summary: 'Remove a host', querystring: Host }, ({ customerId, query }) =>
    removeHost(contentStore, customerId, query.host),
  );
}
