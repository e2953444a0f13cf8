import type { Customer, Entity, WidgetInstance, WidgetStyle } from '../../../src/content/resources.ts';
import type { CustomerRecord, InstanceRecord, StyleRecord } from '../../store/content/content-store.ts';
import type { Links } from '../paging/links.ts';
import { customerOf, customerStub } from './customer.ts';
import { analytics, entity, stub } from './entity.ts';
import { styleSettings } from './style-settings.ts';

const INSTANCE_SETTINGS: WidgetInstance['settings'] = {
  sorting: 'recent',
  mode: 'production',
  rights: null,
  precache: false,
  disable_base_styles: false,
  uploader_id: null,
  enable_tagging: false,
};

export function instanceOf(
  links: Links,
  instance: InstanceRecord,
  customer: CustomerRecord,
  style: StyleRecord,
): WidgetInstance {
  return represent(links, instance, customerOf(links, customer), styleOf(links, style));
}

/** An instance in a list. It has only links to its customer, who is elsewhere in the answer, and its style. */
export function instanceInList(links: Links, instance: InstanceRecord): WidgetInstance {
  const { customerId, styleId } = instance;
  return represent(links, instance, customerStub(links, customerId), stub(links, stylePathOf(styleId), styleId));
}

function represent(
  links: Links,
  { id, name, type, settings, streamId, categoryId }: InstanceRecord,
  customer: Customer | Entity,
  setting: WidgetStyle | Entity,
): WidgetInstance {
  return {
    ...entity(links, `/widgets/${id}`, id),
    _embedded: {
      customer,
      setting,
      ...(categoryId !== null && { category: stub(links, `/categories/${categoryId}`, categoryId) }),
      ...(streamId !== null && { stream: stub(links, `/streams/${streamId}`, streamId) }),
    },
    name,
    type,
    settings: { ...INSTANCE_SETTINGS, ...settings },
  };
}

/** The settings of a style are on one level with its other keys; each type of widget has settings of its own. */
export function styleOf(links: Links, { id, type, name, settings }: StyleRecord): WidgetStyle {
  return {
    views: '',
    ...styleSettings(type),
    ...settings,
    ...entity(links, stylePathOf(id), id),
    type,
    name,
    _analytics: analytics('widget', id),
  };
}

function stylePathOf(id: number): string {
  return `/widgets/settings/${id}`;
}
