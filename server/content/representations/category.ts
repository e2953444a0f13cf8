import type { Category, Customer, Entity } from '../../../src/content/resources.ts';
import type { CategoryRecord, CustomerRecord } from '../../store/content/content-store.ts';
import type { Links } from '../paging/links.ts';
import { customerOf, customerStub } from './customer.ts';
import { entity, mediaLists } from './entity.ts';

export function categoryOf(links: Links, category: CategoryRecord, customer: CustomerRecord): Category {
  return represent(links, category, customerOf(links, customer));
}

/** A category in a list or in a media. It has only a link to the customer, who is elsewhere in the answer. */
export function categoryInList(links: Links, category: CategoryRecord): Category {
  return represent(links, category, customerStub(links, category.customerId));
}

function represent(links: Links, category: CategoryRecord, customer: Customer | Entity): Category {
  const { id, name, key, productUrl } = category;
  return {
    ...entity(links, `/categories/${id}`, id),
    name,
    key,
    product_url: productUrl,
    settings: { meta_title: null, meta_description: null, meta_keywords: null, meta_extras: null },
    _embedded: { customer, ...mediaLists(links, `/categories/${id}`, ['recent', 'shuffled', 'photorank', 'rated']) },
  };
}
