import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import type { FastifyInstance } from 'fastify';
import type { ContentStore } from '../../store/content/content-store.ts';
import { ok } from '../answer.ts';
import { asking } from '../ask.ts';
import { ownCustomer, owned } from '../entities.ts';
import { Common, InstanceId, StyleId } from '../parameters.ts';
import { instanceOf, styleOf } from '../representations/widget.ts';

const tags = ['widgets'];

export function widgetRoutes(plain: FastifyInstance, store: ContentStore): void {
  const app = plain.withTypeProvider<TypeBoxTypeProvider>();

  app.get(
    '/widgets/:instance_id',
    { schema: { tags, summary: 'A widget instance', params: InstanceId, querystring: Common } },
    async (request) => {
      const { token, links } = asking(request);
      const { instance_id: id } = request.params;
      const instance = owned(await store.instance(id.toLowerCase()), token, 'Widget', id);
      const style = owned(await store.style(instance.styleId), token, 'WidgetSetting', instance.styleId);
      return ok(instanceOf(links, instance, await ownCustomer(store, token), style));
    },
  );

  app.get(
    '/widgets/settings/:style_id',
    { schema: { tags, summary: 'A widget style', params: StyleId, querystring: Common } },
    async (request) => {
      const { token, links } = asking(request);
      const { style_id: id } = request.params;
      return ok(styleOf(links, owned(await store.style(id), token, 'WidgetSetting', id)));
    },
  );
}
