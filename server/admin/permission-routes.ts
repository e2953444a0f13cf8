import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import type { FastifyInstance } from 'fastify';
import Type from 'typebox';
import { example } from '../http/example.ts';
import { PERMISSIONS } from '../store/access.ts';
import { permissionsOf, setPermissions } from './permissions.ts';
import type { AdminOptions } from './plugin.ts';

const tags = ['administration'];
const Permissions = Type.Object(
  {
    trackers: Type.Optional(
      Type.Boolean({
        description:
          'Whether senders that name no page (apps, servers, pages that hide where they are) track without a private token. Default true.',
      }),
    ),
    views: Type.Optional(
      Type.Boolean({ description: 'Whether pages count product events with a public token. Default false.' }),
    ),
  },
  {
    // What says neither is a mistake, and not to be answered as if it had changed something.
    anyOf: [{ required: ['trackers'] }, { required: ['views'] }],
    examples: [PERMISSIONS],
  },
);
const answers = { 200: example('As it is now', PERMISSIONS) };

/** `/admin/v1/permissions`, in the scope of the other administration. */
export function permissionRoutes(plain: FastifyInstance, { store }: AdminOptions): void {
  const app = plain.withTypeProvider<TypeBoxTypeProvider>();
  const summary = 'What is allowed without a private token';
  app.get('/admin/v1/permissions', { schema: { tags, summary, response: answers } }, async ({ administered }) =>
    permissionsOf(store, administered),
  );
  app.put(
    '/admin/v1/permissions',
    { schema: { tags, summary: 'Say what is allowed without a private token', body: Permissions, response: answers } },
    async ({ administered, body }) => setPermissions(store, administered, body),
  );
}
