import type { Api } from '../address.ts';
import type { Loose } from '../check.ts';
import { idOf } from '../id.ts';
import type { Category } from '../resources.ts';
import { text } from '../text.ts';
import { webUrl } from '../url.ts';
import { customerIdOf, type OfCustomer } from './customers.ts';
import { type AskOptions, ask, type ByKey, type Id, part } from './fetch-by-key.ts';
import { type Around, allOf, type ListOptions, type Pages, pagesOf } from './pages.ts';

/** A group of products. */
export interface ContentCategory {
  id: string;
  /** The shop's own key; empty where unknown. */
  key: string;
  name: string;
  /** Its page in the shop. */
  url?: string | undefined;
}

/**
 * A category, by its id or by the shop's own key.
 * Source: `GET /categories/{category_id}`, `GET /customers/{customer_id}/categories/search`.
 * @throws {VitrineError} `not_found` for a category that is not there
 */
export async function getCategory(api: Api, of: Id | ByKey, options: OfCustomer = {}): Promise<ContentCategory> {
  const { customer, ...rest } = options;
  const data = await (typeof of === 'object'
    ? ask(api, `/customers/${part(await customerIdOf(api, options))}/categories/search`, { ...rest, tagKey: of.key })
    : ask(api, `/categories/${part(of)}`, rest));
  return readCategory(data, 'data', { base: api.base });
}

/** Categories of a customer. Source: `GET /customers/{customer_id}/categories`. @throws {VitrineError} */
export async function* categoriesOfCustomer(api: Api, options: ListOptions & OfCustomer = {}): Pages<ContentCategory> {
  const { customer, ...rest } = options;
  const id = await customerIdOf(api, options);
  yield* pagesOf(api, `/customers/${part(id)}/categories`, rest, CATEGORIES);
}

/** Categories of a stream. Source: `GET /streams/{stream_id}/categories`. @throws {VitrineError} */
export function categoriesOfStream(api: Api, stream: Id, options: ListOptions = {}): Pages<ContentCategory> {
  return pagesOf(api, `/streams/${part(stream)}/categories`, options, CATEGORIES);
}

/**
 * All categories of a media; this list has no pages.
 * Source: `GET /media/{media_id}/categories`.
 * @throws {VitrineError}
 */
export function categoriesOfMedia(api: Api, media: Id, options: AskOptions = {}): Promise<ContentCategory[]> {
  return allOf(pagesOf(api, `/media/${part(media)}/categories`, options, CATEGORIES));
}

export function readCategory(value: unknown, field: string, { base }: Around): ContentCategory {
  const id = idOf(value, field);
  const { key, name, product_url } = value as Loose<Category>;
  return { id, key: text(key), name: text(name), url: webUrl(product_url, base) };
}

const CATEGORIES = { keys: ['category'], read: readCategory } as const;
