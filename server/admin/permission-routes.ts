import type { FastifyInstance } from 'fastify';
import { example } from '../http/example.ts';
import { PERMISSIONS } from '../store/access.ts';
import type { AdminOptions } from './options.ts';
import { ChangedPermissions, permissionsOf, setPermissions } from './permissions.ts';
import { adminRoutes } from './route.ts';

const response = { 200: example('The permissions now', PERMISSIONS) };

/** `/admin/v1/permissions`. */
export function permissionRoutes(app: FastifyInstance, { archive: { contentStore } }: AdminOptions): void {
  const route = adminRoutes(app);
  route.get(
    '/admin/v1/permissions',
    { summary: 'What is allowed without a private token', response },
    ({ customerId }) => permissionsOf(contentStore, customerId),
  );
  route.put(
    '/admin/v1/permissions',
    { summary: 'Set what is allowed without a private token', body: ChangedPermissions, response },
    ({ customerId, body }) => setPermissions(contentStore, customerId, body),
  );
}
