import type { Customer, CustomerSettings, Entity } from '../../../src/content/resources.ts';
import type { CustomerRecord } from '../../store/content/content-store.ts';
import type { Links } from '../paging/links.ts';
import { entity, linked, stub } from './entity.ts';
import { customerForms } from './forms.ts';

/** The `customer_dependant` setting, with every key of the specification's examples. */
const CUSTOMER_DEPENDANT = {
  ...{ photos: 'default', facebook: 'facebook2', viewer: 'default', widget: 'default', uploader: 'default' },
  ...{ premoderation: 'default', admin: 'default', social: 'default', profile: 'default', default: 'default' },
  ...{ bo: 'default', signup: 'default', api: 'default', developers: 'default', docs: 'default', editor: 'default' },
  ...{ slideshow: 'default', assets: 'default', assets2: 'default' },
};

/** The default settings of a customer. Where the specification's examples differ in type, the value is a string. */
const SETTINGS: CustomerSettings = {
  force_viewer_modal: false,
  column_number: '3',
  items_per_page: '10',
  uploader_actions: 'listSources,labeling,login,finish',
  show_in_home: 'bestphotos',
  show_in_home_id: '0',
  force_https: false,
  ab_testing: 0,
  olapicU: 'enabled',
  customer_dependant: CUSTOMER_DEPENDANT,
  analytics_cookie_domain: '',
  premoderation: false,
  tagging: false,
  analytics_api_version: 'v1',
  analytics_checkout_file_prefix: '',
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

/**
 * The answer for one customer. The specification has its fields in `data`; a client of version 2.2 reads them from
 * `_embedded`, as in the root and in widgets.
 */
export function ownCustomerOf(links: Links, customer: CustomerRecord): Customer {
  const own = customerOf(links, customer);
  return { ...own, _embedded: { ...own._embedded, customer: own } };
}

/** The answer of the root. */
export function rootOf(links: Links, customer: CustomerRecord) {
  return { ...linked(links, '/'), _embedded: { customer: customerOf(links, customer) } };
}

export function customerStub(links: Links, id: number): Entity {
  return stub(links, pathOf(id), id);
}

function pathOf(id: number): string {
  return `/customers/${id}`;
}
