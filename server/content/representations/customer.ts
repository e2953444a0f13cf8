import type { Customer, CustomerSettings, Entity } from '../../../src/content/resources.ts';
import type { CustomerRecord } from '../../store/content/content-store.ts';
import type { Links } from '../links.ts';
import { entity, linked, stub } from './entity.ts';
import { customerForms } from './forms.ts';

/** What a customer has until an operator sets something else. */
const SETTINGS: CustomerSettings = {
  force_viewer_modal: false,
  column_number: '3',
  items_per_page: 10,
  uploader_actions: 'listSources,labeling,login,finish',
  show_in_home: false,
  show_in_home_id: '0',
  force_https: false,
  ab_testing: 0,
  olapicU: 'enabled',
  customer_dependant: { viewer: 'default', widget: 'default', uploader: 'default', assets2: 'default' },
  analytics_cookie_domain: null,
  premoderation: false,
  tagging: false,
  analytics_api_version: 'v1',
  analytics_checkout_file_prefix: null,
  analytics_dashboard_engagement: false,
  analytics_conversion_interval: '30-minutes',
  currency: '$',
  analytics_enterprise_analytics: false,
};

export function customerOf(links: Links, customer: CustomerRecord): Customer {
  const { id, name, domain, key, language } = customer;
  const { goals: _, goalNumber: __, reportThreshold: ___, permissions: ____, ...settings } = customer.settings;
  const path = pathOf(id);
  const list = (sorting: string) => ({ ...linked(links, `${path}/media/${sorting}`), _fixed: false });
  return {
    ...entity(links, path, id),
    name,
    domain,
    template_dir: key,
    language,
    settings: { ...SETTINGS, ...settings },
    views: { viewer: 'default', uploader: 'default' },
    _embedded: {
      user: stub(links, `/users/${customer.userId}`, customer.userId),
      media: list('recent'),
      'media:recent': list('recent'),
      'media:shuffled': list('shuffled'),
      'media:photorank': list('photorank'),
      'media:rated': list('rated'),
    },
    _forms: customerForms(links, id),
  };
}

export function customerStub(links: Links, id: number): Entity {
  return stub(links, pathOf(id), id);
}

function pathOf(id: number): string {
  return `/customers/${id}`;
}
