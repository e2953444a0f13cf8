import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import type { FastifyInstance } from 'fastify';
import Type from 'typebox';
import type { ContentStore, Slice } from '../../store/content/content-store.ts';
import { answers, ok } from '../answer.ts';
import { ownCustomer, owned } from '../entities.ts';
import { pageByKey } from '../paging/by-page-key.ts';
import { pageByPreviousId } from '../paging/by-previous-id.ts';
import { CustomerId, InstanceId, Paging, PagingById, Reading, StyleId } from '../parameters.ts';
import { customerOf } from '../representations/customer.ts';
import {
  COLLECTED,
  INSTANCE_EXAMPLE,
  pageByIdExample,
  pageExample,
  STYLE_EXAMPLE,
} from '../representations/examples.ts';
import { instanceInList, instanceOf, styleOf } from '../representations/widget.ts';
import { asking } from '../request-context.ts';

const tags = ['widgets'];

export function widgetRoutes(plain: FastifyInstance, store: ContentStore): void {
  const app = plain.withTypeProvider<TypeBoxTypeProvider>();

  app.get(
    '/widgets/:instance_id',
    {
      schema: {
        tags,
        summary: 'A widget instance',
        params: InstanceId,
        querystring: Reading,
        response: answers('The instance with its customer and style.', INSTANCE_EXAMPLE),
      },
    },
    async (request) => {
      const { token, links } = asking(request);
      const { instance_id: id } = request.params;
      const instance = owned(await store.instance(id.toLowerCase()), token, 'Widget', id);
      const style = owned(await store.style(instance.styleId), token, 'WidgetSetting', instance.styleId);
      return ok(instanceOf(links, instance, await ownCustomer(store, token), style));
    },
  );
  app.get(
    '/customers/:customer_id/widgets',
    {
      schema: {
        tags,
        summary: 'Widget instances of a customer',
        params: CustomerId,
        querystring: Type.Interface([Reading, Paging], {}),
        response: answers('A page of instances.', pageExample('/customers/1/widgets', COLLECTED.widgetinstance)),
      },
    },
    async (request) => {
      const { token, links } = asking(request);
      const customer = await ownCustomer(store, token, request.params.customer_id);
      const path = `/customers/${customer.id}/widgets`;
      const read = (slice: Slice<string>) => store.instancesOfCustomer(customer.id, slice);
      const { entities, _links } = await pageByKey(store, links, { path, read }, request.query, Date.now());
      const widgetinstance = entities.map((instance) => instanceInList(links, instance));
      return ok({ _links, _embedded: { widgetinstance, customer: customerOf(links, customer) } });
    },
  );

  app.get(
    '/widgets/settings/:style_id',
    {
      schema: {
        tags,
        summary: 'A widget style',
        params: StyleId,
        querystring: Reading,
        response: answers('The style. The keys between `name` and `_analytics` depend on its type.', STYLE_EXAMPLE),
      },
    },
    async (request) => {
      const { token, links } = asking(request);
      const { style_id: id } = request.params;
      return ok(styleOf(links, owned(await store.style(id), token, 'WidgetSetting', id)));
    },
  );
  app.get(
    '/customers/:customer_id/widgets/settings',
    {
      schema: {
        tags,
        summary: 'Widget styles of a customer',
        params: CustomerId,
        querystring: Type.Interface([Reading, PagingById], {}),
        response: answers('A page of styles.', pageByIdExample('/customers/1/widgets/settings', COLLECTED.widget)),
      },
    },
    async (request) => {
      const { token, links } = asking(request);
      const { id } = await ownCustomer(store, token, request.params.customer_id);
      const path = `/customers/${id}/widgets/settings`;
      const read = (slice: Slice) => store.stylesOfCustomer(id, slice);
      const { entities, _links } = await pageByPreviousId(links, { path, filters: {}, read }, request.query);
      return ok({ _links, _embedded: { widget: entities.map((style) => styleOf(links, style)) } });
    },
  );
}
