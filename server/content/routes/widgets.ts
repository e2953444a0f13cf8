import type { FastifyInstance } from 'fastify';
import Type from 'typebox';
import type { ContentStore, Slice } from '../../store/content/content-store.ts';
import { answers } from '../answer.ts';
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
import { contentRoutes } from '../route.ts';

export function widgetRoutes(app: FastifyInstance, contentStore: ContentStore): void {
  const route = contentRoutes(app, 'widgets');

  route.get(
    '/widgets/:instance_id',
    {
      summary: 'A widget instance',
      params: InstanceId,
      response: answers('The instance with its customer and style.', INSTANCE_EXAMPLE),
    },
    async ({ context: { entities, links }, params: { instance_id: id } }) => {
      const instance = entities.findOwned('Widget', id, await contentStore.instance(id.toLowerCase()));
      const { styleId } = instance;
      const style = entities.findOwned('WidgetSetting', styleId, await contentStore.style(styleId));
      return instanceOf(links, instance, await entities.findOwnCustomer(), style);
    },
  );
  route.get(
    '/customers/:customer_id/widgets',
    {
      summary: 'Widget instances of a customer',
      params: CustomerId,
      query: Type.Interface([Reading, Paging], {}),
      response: answers('A page of instances.', pageExample('/customers/1/widgets', COLLECTED.widgetinstance)),
    },
    async ({ context, params, query }) => {
      const { links } = context;
      const customer = await context.entities.findOwnCustomer(params.customer_id);
      const path = `/customers/${customer.id}/widgets`;
      const read = (slice: Slice<string>) => contentStore.instancesOfCustomer(customer.id, slice);
      const { entities, _links } = await pageByKey(contentStore, links, { path, read }, query, Date.now());
      const widgetinstance = entities.map((instance) => instanceInList(links, instance));
      return { _links, _embedded: { widgetinstance, customer: customerOf(links, customer) } };
    },
  );

  route.get(
    '/widgets/settings/:style_id',
    {
      summary: 'A widget style',
      params: StyleId,
      response: answers('The style. The keys between `name` and `_analytics` depend on its type.', STYLE_EXAMPLE),
    },
    async ({ context: { entities, links }, params: { style_id: id } }) =>
      styleOf(links, entities.findOwned('WidgetSetting', id, await contentStore.style(id))),
  );
  route.get(
    '/customers/:customer_id/widgets/settings',
    {
      summary: 'Widget styles of a customer',
      params: CustomerId,
      query: Type.Interface([Reading, PagingById], {}),
      response: answers('A page of styles.', pageByIdExample('/customers/1/widgets/settings', COLLECTED.widget)),
    },
    async ({ context, params, query }) => {
      const { links } = context;
      const { id } = await context.entities.findOwnCustomer(params.customer_id);
      const path = `/customers/${id}/widgets/settings`;
      const read = (slice: Slice) => contentStore.stylesOfCustomer(id, slice);
      const { entities, _links } = await pageByPreviousId(links, { path, filters: {}, read }, query);
      return { _links, _embedded: { widget: entities.map((style) => styleOf(links, style)) } };
    },
  );
}
