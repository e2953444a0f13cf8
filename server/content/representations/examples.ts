import type {
  CategoryRecord,
  CustomerRecord,
  InstanceRecord,
  MediaRecord,
  StreamRecord,
  StyleRecord,
  UserRecord,
} from '../../store/content/content-store.ts';
import { createLinks, NOWHERE } from '../paging/links.ts';
import type { Related } from '../related.ts';
import { categoryInList, categoryOf } from './category.ts';
import { customerOf, ownCustomerOf, rootOf } from './customer.ts';
import { mediaOf } from './media.ts';
import { stashOf } from './stash.ts';
import { streamInList, streamOf } from './stream.ts';
import { instagramUserOf, userOf } from './user.ts';
import { instanceInList, instanceOf, styleOf } from './widget.ts';

/**
 * The example answers of the OpenAPI document. The functions that make real answers make them from the records of one
 * small shop, so the examples always match the answers.
 */

const links = createLinks({ scheme: 'https', host: 'api.example' }, 'PUBLIC_TOKEN', 'v2.2');

const CUSTOMER: CustomerRecord = {
  ...{ id: 1, key: 'atelier', name: 'Atelier', domain: 'shop.example', language: 'en_US' },
  ...{ userId: 1, settings: { currency: '€' } },
};
const USER: UserRecord = {
  ...{ id: 7, customerId: 1, source: 'instagram', username: 'mila', name: 'Mila', sourceId: '1067424' },
  ...{ avatarUrl: 'https://shop.example/mila.jpg', language: 'en_US' },
};
const MEDIA: MediaRecord = {
  ...{ id: 3042, customerId: 1, userId: 7, type: 'IMAGE', hash: '6b86b273'.repeat(8), imageExt: 'jpg', videoExt: null },
  ...{ width: 1600, height: 1200, source: 'instagram', sourceId: '993149623896032103' },
  ...{ originalSource: 'https://instagram.com/p/3IYFItIsNn/', shareUrl: null, caption: 'On my wall' },
  ...{ latitude: 43.3, longitude: -2, favorite: false, likes: 23, status: 'approved', rights: true },
  ...{ submittedAt: Date.UTC(2026, 2, 18, 18, 9), publishedAt: Date.UTC(2026, 2, 18, 19, 30) },
  ...{ listed: true, photorank: 0.7, avif: 'done', reviewed: true, pixelHash: null, perceptualHash: null },
};
const CATEGORY: CategoryRecord = {
  ...{ id: 12, customerId: 1, key: 'prints', name: 'Prints', productUrl: 'https://shop.example/prints' },
};
const STREAM: StreamRecord = {
  ...{ id: 219, customerId: 1, key: 'print-50', name: 'Print, 50 cm', description: null, status: 'available' },
  ...{ productUrl: 'https://shop.example/print-50', shopButtonUrl: null, hideFromRelated: false },
  ...{ price: '€24.00', availability: 'in stock', stock: '12', color: null, baseMediaId: null, coverMediaId: 3042 },
};
const STYLE: StyleRecord = {
  ...{ id: 4, customerId: 1, type: 'olapic_slidev3', name: 'Slides', settings: { photos_limit: '20' } },
};
const INSTANCE: InstanceRecord = {
  ...{ id: 'c0ffee'.padEnd(32, '0'), customerId: 1, name: 'Product page', type: 'by_stream', settings: {} },
  ...{ styleId: 4, streamId: 219, categoryId: null },
};

const pictures = new Map([[MEDIA.id, MEDIA]]);
const related: Related = {
  users: new Map([[USER.id, USER]]),
  streams: new Map([[MEDIA.id, [STREAM]]]),
  categories: new Map([[MEDIA.id, [CATEGORY]]]),
  pictures,
};

export const CUSTOMER_EXAMPLE = customerOf(links, CUSTOMER);
export const OWN_CUSTOMER_EXAMPLE = ownCustomerOf(links, CUSTOMER);
export const ROOT_EXAMPLE = rootOf(links, CUSTOMER);
export const USER_EXAMPLE = userOf(links, USER);
export const INSTAGRAM_USER_EXAMPLE = instagramUserOf(links, USER);
export const STREAM_EXAMPLE = streamOf(links, STREAM, CUSTOMER, pictures);
export const CATEGORY_EXAMPLE = categoryOf(links, CATEGORY, CUSTOMER);
export const STYLE_EXAMPLE = styleOf(links, STYLE);
export const INSTANCE_EXAMPLE = instanceOf(links, INSTANCE, CUSTOMER, STYLE);
export const MEDIA_EXAMPLE = mediaOf(links, MEDIA, related, {
  ...{ streams: true, categories: true, taggedGalleries: true, inactiveGalleries: false },
});

export const STASH_EXAMPLE = stashOf(links, 'fAcxTCXCq0u9d3sVb2mLEw');
/** A user who gave an e-mail address, and her upload to a customer who moderates before showing. */
const UPLOADER: UserRecord = { ...USER, id: 8, source: 'email', username: '9f2c1d7a40b8e365', sourceId: null };
export const UPLOADER_EXAMPLE = userOf(links, UPLOADER, '8170141183460469231731687303715884105727');
export const UPLOAD_EXAMPLE = mediaOf(
  links,
  {
    ...MEDIA,
    ...{ id: 3043, userId: UPLOADER.id, source: 'harddrive', sourceId: null, originalSource: null },
    ...{ likes: 0, status: 'pending', rights: false },
  },
  { users: new Map([[UPLOADER.id, UPLOADER]]), streams: new Map(), categories: new Map(), pictures },
  { streams: true, categories: true, taggedGalleries: true, inactiveGalleries: false },
);

/** The only page of a collection, with links by `page_key`. */
export function pageExample(path: string, _embedded: object) {
  const self = links.to(path, { page_key: 'cf31ba68ebf3e4da', page_number: 1 });
  return { _links: { first: self, self, prev: NOWHERE, next: NOWHERE }, _embedded };
}

/** The first page of a collection, with links by `prev_id`. */
export function pageByIdExample(path: string, _embedded: object) {
  const self = links.to(path, { count: 1 });
  return { _links: { self, first: self, prev: links.to(path, { prev_id: 219, count: 1 }) }, _embedded };
}

/** The `_embedded` of each kind of collection. */
export const COLLECTED = {
  media: { media: [MEDIA_EXAMPLE], customer: CUSTOMER_EXAMPLE },
  stream: { stream: [streamInList(links, STREAM, pictures)] },
  gallery: { gallery: [streamInList(links, STREAM, pictures)] },
  category: { category: [categoryInList(links, CATEGORY)] },
  widgetinstance: { widgetinstance: [instanceInList(links, INSTANCE)], customer: CUSTOMER_EXAMPLE },
  widget: { widget: [STYLE_EXAMPLE] },
};
