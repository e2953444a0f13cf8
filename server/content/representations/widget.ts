import type { WidgetInstance, WidgetStyle } from '../../../src/content/resources.ts';
import type { CustomerRecord, InstanceRecord, StyleRecord } from '../../store/content/content-store.ts';
import type { Links } from '../links.ts';
import { customerOf } from './customer.ts';
import { analytics, entity, stub } from './entity.ts';

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
  const { id, name, type, settings, streamId, categoryId } = instance;
  return {
    ...entity(links, `/widgets/${id}`, id),
    _embedded: {
      customer: customerOf(links, customer),
      setting: styleOf(links, style),
      ...(categoryId !== null && { category: stub(links, `/categories/${categoryId}`, categoryId) }),
      ...(streamId !== null && { stream: stub(links, `/streams/${streamId}`, streamId) }),
    },
    name,
    type,
    settings: { ...INSTANCE_SETTINGS, ...settings },
  };
}

/** A style's own settings stand beside its other keys, as each type of widget has its own. */
export function styleOf(links: Links, { id, type, name, settings }: StyleRecord): WidgetStyle {
  return {
    views: '',
    ...settings,
    ...entity(links, `/widgets/settings/${id}`, id),
    type,
    name,
    _analytics: analytics('widget', id),
  };
}
