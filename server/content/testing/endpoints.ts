import type { Furnished, Got } from './shop.ts';
import { FOREIGN_INSTANCE, INSTANCE, openFurnishedShop } from './shop.ts';

/** The furnished shop with more entities, so that each list has a second page and leaves something out. */
export interface CompleteShop extends Furnished {
  ids: Furnished['ids'] & Record<'all' | 'best' | 'button', number>;
}

/** A widget of the category `all`. */
export const SECOND_INSTANCE = 'd0d0'.padEnd(32, '0');

export async function openCompleteShop(): Promise<CompleteShop> {
  const shop = await openFurnishedShop();
  const { contentStore, customerId, ids } = shop;
  const { id: all } = await contentStore.upsertCategory(customerId, { key: 'all', name: 'All' });
  await contentStore.upsertStream(customerId, { key: 'p2', name: 'Poster', categoryIds: [ids.category, all] });
  await contentStore.upsertStream(customerId, { key: 'p3', name: 'Old', categoryIds: [ids.category, all] });
  // This media is first by photorank, last by date, second by position, and third by rating.
  const best = await shop.addMedia({
    ...{ photorank: 0.9, publishedAt: Date.UTC(2020, 0, 1), streams: [{ streamId: ids.tagged, position: 0 }] },
  });
  const clickThrough = [
    [ids.media, 0.9],
    [ids.video, 0.5],
  ] as const;
  await contentStore.writeRatings(customerId, new Map(clickThrough), Date.now());
  const { id: button } = await contentStore.upsertStyle(customerId, { type: 'buttonv2', name: 'Button', settings: {} });
  await contentStore.putInstance({
    ...{ id: SECOND_INSTANCE, customerId, name: 'Category page', type: 'by_category', settings: {} },
    ...{ styleId: button, streamId: null, categoryId: all },
  });
  return { ...shop, ids: { ...ids, all, best, button } };
}

/** One GET endpoint of the content API. */
export interface Endpoint {
  /** The path, as in the OpenAPI document. */
  path: string;
  /** The path parameters and the `tag_key` of an address that has an answer. */
  values(shop: CompleteShop): Record<string, string | number>;
  /** The key of its entities in `data._embedded`; without it, `data` is the entity. */
  collection?: string;
  /** The ids of the entities in its answer. */
  ids(shop: CompleteShop): (string | number)[];
}

const own = ({ customerId }: CompleteShop) => ({ customer_id: customerId });
const sorted = { sorting_option: 'recent' };
const everything = ({ ids }: CompleteShop) => [ids.plain, ids.video, ids.media, ids.best];
const tagged = ({ ids }: CompleteShop) => [ids.video, ids.media, ids.best];

const LISTS_OF_MEDIA: Endpoint[] = [
  {
    path: '/customers/{customer_id}/media/{sorting_option}',
    values: (shop) => ({ ...own(shop), ...sorted }),
    ids: everything,
  },
  {
    path: '/categories/{category_id}/media/{sorting_option}',
    values: ({ ids }) => ({ category_id: ids.all, ...sorted }),
    ids: tagged,
  },
  { path: '/categories/media/{sorting_option}', values: () => ({ tag_key: 'all', ...sorted }), ids: tagged },
  {
    path: '/streams/{stream_id}/media/{sorting_option}',
    values: ({ ids }) => ({ stream_id: ids.tagged, ...sorted }),
    ids: tagged,
  },
  { path: '/streams/media/{sorting_option}', values: () => ({ tag_key: 'p2', ...sorted }), ids: tagged },
  { path: '/users/{user_id}/media/recent', values: ({ userId }) => ({ user_id: userId }), ids: everything },
  {
    path: '/customers/{customer_id}/instagram_users/{instagram_handle}/media/recent',
    values: (shop) => ({ ...own(shop), instagram_handle: 'mila' }),
    ids: everything,
  },
];
export const MEDIA_LISTS = LISTS_OF_MEDIA.map((list) => ({ ...list, collection: 'media' }));

export const ENTITIES: Endpoint[] = [
  { path: '/customers/{customer_id}', values: own, ids: ({ customerId }) => [customerId] },
  { path: '/media/{media_id}', values: ({ ids }) => ({ media_id: ids.media }), ids: ({ ids }) => [ids.media] },
  { path: '/streams/{stream_id}', values: ({ ids }) => ({ stream_id: ids.stream }), ids: ({ ids }) => [ids.stream] },
  {
    path: '/customers/{customer_id}/streams/search',
    values: (shop) => ({ ...own(shop), tag_key: 'p/1 ü' }),
    ids: ({ ids }) => [ids.stream],
  },
  {
    path: '/customers/{customer_id}/streams/bytag/{key}',
    values: (shop) => ({ ...own(shop), key: 'p/1 ü' }),
    ids: ({ ids }) => [ids.stream],
  },
  { path: '/streams/bytag/{key}', values: () => ({ key: 'p/1 ü' }), ids: ({ ids }) => [ids.stream] },
  {
    path: '/categories/{category_id}',
    values: ({ ids }) => ({ category_id: ids.category }),
    ids: ({ ids }) => [ids.category],
  },
  {
    path: '/category/{category_id}',
    values: ({ ids }) => ({ category_id: ids.category }),
    ids: ({ ids }) => [ids.category],
  },
  {
    path: '/customers/{customer_id}/categories/search',
    values: (shop) => ({ ...own(shop), tag_key: 'prints & posters' }),
    ids: ({ ids }) => [ids.category],
  },
  {
    path: '/customers/{customer_id}/categories/bytag/{key}',
    values: (shop) => ({ ...own(shop), key: 'prints & posters' }),
    ids: ({ ids }) => [ids.category],
  },
  { path: '/categories/bytag/{key}', values: () => ({ key: 'prints & posters' }), ids: ({ ids }) => [ids.category] },
  { path: '/users/{user_id}', values: ({ userId }) => ({ user_id: userId }), ids: ({ userId }) => [userId] },
  {
    path: '/customers/{customer_id}/instagram_users/{instagram_handle}',
    values: (shop) => ({ ...own(shop), instagram_handle: 'mila' }),
    ids: ({ userId }) => [userId],
  },
  { path: '/widgets/{instance_id}', values: () => ({ instance_id: INSTANCE }), ids: () => [INSTANCE] },
  {
    path: '/widgets/settings/{style_id}',
    values: ({ ids }) => ({ style_id: ids.style }),
    ids: ({ ids }) => [ids.style],
  },
];

/** The collections with links by `page_key` and `page_number`. */
export const KEYED_LISTS: Endpoint[] = [
  {
    path: '/customers/{customer_id}/categories',
    values: own,
    collection: 'category',
    ids: ({ ids }) => [ids.all, ids.category],
  },
  {
    path: '/streams/{stream_id}/categories',
    values: ({ ids }) => ({ stream_id: ids.tagged }),
    collection: 'category',
    ids: ({ ids }) => [ids.all, ids.category],
  },
  {
    path: '/customers/{customer_id}/widgets',
    values: own,
    collection: 'widgetinstance',
    ids: () => [SECOND_INSTANCE, INSTANCE],
  },
];

/** The collections with links by `prev_id` and `count`. */
export const LISTS_BY_ID: Endpoint[] = [
  {
    path: '/customers/{customer_id}/streams',
    values: own,
    collection: 'gallery',
    ids: ({ ids }) => [ids.tagged, ids.stream],
  },
  {
    path: '/categories/{category_id}/streams',
    values: ({ ids }) => ({ category_id: ids.category }),
    collection: 'gallery',
    ids: ({ ids }) => [ids.tagged, ids.stream],
  },
  {
    path: '/customers/{customer_id}/widgets/settings',
    values: own,
    collection: 'widget',
    ids: ({ ids }) => [ids.button, ids.style],
  },
];

/** The collections without pages. */
export const UNPAGED_LISTS: Endpoint[] = [
  {
    path: '/media/{media_id}/streams',
    values: ({ ids }) => ({ media_id: ids.media }),
    collection: 'stream',
    ids: ({ ids }) => [ids.stream],
  },
  {
    path: '/media/{media_id}/categories',
    values: ({ ids }) => ({ media_id: ids.media }),
    collection: 'category',
    ids: ({ ids }) => [ids.category, ids.all],
  },
];

/** Every GET endpoint except the root. */
export const ENDPOINTS = [...MEDIA_LISTS, ...ENTITIES, ...KEYED_LISTS, ...LISTS_BY_ID, ...UNPAGED_LISTS];

/** An address of the endpoint. Values that are not in its path are in the query. */
export function address({ path }: Endpoint, values: Record<string, string | number>): string {
  const query = Object.entries(values).filter(([name]) => !path.includes(`{${name}}`));
  const filled = path.replaceAll(/\{(\w+)\}/g, (_, name) => encodeURIComponent(values[name] as string));
  return `${filled}?${query.map(([name, value]) => `${name}=${encodeURIComponent(value)}`).join('&')}`;
}

/** The ids in the answer of an endpoint. */
export function idsIn({ collection }: Endpoint, { json }: Got): string[] {
  const found = collection ? json.data._embedded[collection] : [json.data];
  return found.map(({ id }: { id: string }) => id);
}

/** For each parameter that names an entity: its type in errors, and the value for another customer's entity. */
export const NAMING: Record<string, { type(path: string): string; foreign?(shop: CompleteShop): string | number }> = {
  customer_id: { type: () => 'Customer', foreign: ({ foreign }) => foreign.customer },
  media_id: { type: () => 'Media', foreign: ({ foreign }) => foreign.media },
  stream_id: { type: () => 'Stream', foreign: ({ foreign }) => foreign.stream },
  category_id: { type: () => 'Category', foreign: ({ foreign }) => foreign.category },
  user_id: { type: () => 'User', foreign: ({ foreign }) => foreign.user },
  style_id: { type: () => 'WidgetSetting', foreign: ({ foreign }) => foreign.style },
  instance_id: { type: () => 'Widget', foreign: () => FOREIGN_INSTANCE },
  instagram_handle: { type: () => 'User' },
  key: { type: (path) => (path.includes('streams') ? 'Stream' : 'Category') },
  tag_key: { type: (path) => (path.includes('streams') ? 'Stream' : 'Category') },
};

/** The parameters in an endpoint's address that name an entity. */
export function naming(endpoint: Endpoint): string[] {
  const inPath = Object.keys(NAMING).filter((name) => endpoint.path.includes(`{${name}}`));
  const byKey = endpoint.path.endsWith('/search') || /^\/(?:streams|categories)\/media\//.test(endpoint.path);
  return byKey ? [...inPath, 'tag_key'] : inPath;
}

/** A value that names no entity. */
export function unknownValue(name: string): string | number {
  if (name === 'instance_id') return 'a'.repeat(32);
  return name.endsWith('_id') ? 999_999 : 'nope';
}
