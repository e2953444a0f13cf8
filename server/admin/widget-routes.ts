import type { FastifyInstance } from 'fastify';
import Type from 'typebox';
import { ANSWERS } from './examples.ts';
import type { AdminOptions } from './options.ts';
import { adminRoutes, ListedId } from './route.ts';
import { addInstance, addStyle, NewInstance, NewStyle, removeInstance, removeStyle } from './widgets.ts';

const InstanceId = Type.Object({ id: Type.String({ description: '32 hex digits.' }) });

/** `/admin/v1/styles` and `/admin/v1/instances`. */
export function widgetRoutes(app: FastifyInstance, { archive: { contentStore } }: AdminOptions): void {
  const route = adminRoutes(app);

  route.get('/admin/v1/styles', { summary: 'Widget styles', response: ANSWERS.styles }, async ({ customerId }) => ({
    styles: await contentStore.styles(customerId),
  }));
  route.add(
    '/admin/v1/styles',
    { summary: 'Add or change a widget style', body: NewStyle, response: ANSWERS.style },
    ({ customerId, body }) => addStyle(contentStore, customerId, body),
  );
  route.remove(
    '/admin/v1/styles/:id',
    { summary: 'Remove a widget style', params: ListedId },
    ({ customerId, params }) => removeStyle(contentStore, customerId, params.id),
  );

  route.get(
    '/admin/v1/instances',
    { summary: 'Widget instances', response: ANSWERS.instances },
    async ({ customerId }) => ({ instances: await contentStore.instances(customerId) }),
  );
  route.add(
    '/admin/v1/instances',
    { summary: 'Add or change a widget instance', body: NewInstance, response: ANSWERS.instance },
    ({ customerId, body }) => addInstance(contentStore, customerId, body),
  );
  route.remove(
    '/admin/v1/instances/:id',
    { summary: 'Remove a widget instance', params: InstanceId },
    ({ customerId, params }) => removeInstance(contentStore, customerId, params.id),
  );
}
