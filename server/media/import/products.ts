import type { StreamInput } from '../../store/content/content-store.ts';
import { createMedia } from '../create-media.ts';
import { MediaError } from '../errors.ts';
import type { Columns } from './columns.ts';
import * as field from './fields.ts';
import { type Row, RowError } from './rows.ts';
import { claim, type Imported, storedFields, type Target } from './target.ts';

/** The id column of Shopify's exports. Its value is also the end of the address of the product's page. */
const SHOPIFY_IDS = ['handle', 'url_handle'];

/**
 * The columns of `products.csv`. The other names are those of the feeds of Google Merchant and Meta, and of Shopify's
 * product exports, before and since 2025.
 */
export const PRODUCT_COLUMNS = {
  id: { required: true, names: ['product_id', 'item_id', ...SHOPIFY_IDS, 'sku'] },
  name: { required: true, names: ['title', 'product_name'] },
  price: { names: ['variant_price'] },
  currency: { names: ['currency_code'] },
  url: { names: ['link', 'product_url'] },
  image: { names: ['image_link', 'image_src', 'product_image_url', 'image_url'] },
  category: { names: ['product_type', 'type', 'product_category', 'google_product_category'] },
  availability: { names: ['status'] },
} satisfies Columns<string, StreamInput>;

type ProductColumn = keyof typeof PRODUCT_COLUMNS;

/** The CSV's names of fields that the content store names differently. */
const WORDS: Record<string, string> = { productUrl: 'url', categoryIds: 'category', status: 'availability' };

/**
 * Imports one row of `products.csv` as a stream, its category and its picture. The fields:
 *
 * - `id`: the shop's own id of the product, the stream's `tag_based_key`;
 * - `price` (`28.00`, `28,00`, `28.00 EUR`) and `currency` (`EUR`): a customer sells in one currency, which its settings
 *   or its first product names;
 * - `url`: the product's page; its host is registered for "Shop this product". Shopify's exports have no such column, so
 *   the page is `products/HANDLE` at the shop's address;
 * - `image`: a picture in the folder or its address, the stream's `base_image`. A product can do without it;
 * - `category`: a name, which is also the category's key;
 * - `availability`: the stream's status, or a word for it; if empty, a new product is available.
 *
 * An empty cell changes nothing, unless the row replaces everything.
 *
 * @throws {RowError} before anything of the row is stored
 */
export async function importProduct(target: Target, row: Row<ProductColumn>): Promise<Imported> {
  const { customer, replace } = target;
  const { contentStore } = target.archive;
  const { line, values } = row;
  const key = field.needed('id', values.id, 255);
  const isNew = (await contentStore.streamByKey(customer.id, key)) === undefined;
  const product = readProduct(target, row, isNew);
  const category = field.text('category', values.category, 255);
  const written = values.currency && field.currency('currency', values.currency);
  const price = values.price ? field.price('price', values.price, written || undefined) : undefined;
  const currency = written || price?.currency;
  if (currency) checkCurrency(target, currency);
  claim(target, 'product', key, line);
  const picture = await importPicture(target, values.image);
  if (currency) await agreeOnCurrency(target, currency);
  const categoryIds = category ? [await categoryOf(target, category)] : replace ? [] : undefined;
  if (product.productUrl) await contentStore.addHost(customer.id, new URL(product.productUrl).hostname);
  const { id, outcome, fields } = await contentStore.upsertStream(customer.id, {
    ...product,
    key,
    ...((price || replace) && { price: price?.amount ?? null }),
    ...(categoryIds && { categoryIds }),
  });
  target.streams.set(key, id);
  const changes = (fields ?? []).filter((name) => name !== 'availability').map((name) => WORDS[name] ?? name);
  if (picture.id !== undefined && (await setPicture(target, id, picture.id)) && outcome !== 'created')
    changes.push('image');
  return { outcome: changes.length > 0 ? 'changed' : outcome, changes, lacks: picture.lacks };
}

function isShopify(names: Row<ProductColumn>['names']): boolean {
  return SHOPIFY_IDS.includes(names.id ?? '');
}

/** Whether these products are of Shopify's export, which has no addresses of pages, and nobody says the shop's. */
export function lackShopAddress(rows: Row<ProductColumn>[], baseUrl: string | undefined): boolean {
  return !baseUrl && rows.some(({ names, values }) => isShopify(names) && !values.url);
}

/** @param isNew a new product is available if the row does not say otherwise */
function readProduct(target: Target, { values, names }: Row<ProductColumn>, isNew: boolean): Omit<StreamInput, 'key'> {
  const { baseUrl, replace } = target;
  const url = values.url || (isShopify(names) && baseUrl ? `products/${encodeURIComponent(values.id)}` : '');
  const status = values.availability ? field.availability('availability', values.availability) : 'available';
  return {
    ...storedFields<ProductColumn, StreamInput>(target, PRODUCT_COLUMNS, values).fields,
    name: field.needed('name', values.name, 500),
    ...((url || replace) && { productUrl: url ? field.url('url', url, baseUrl) : null }),
    ...((values.availability || replace || isNew) && { status, availability: String(status === 'available') }),
  };
}

async function categoryOf({ archive, customer, categories }: Target, name: string): Promise<number> {
  const { id } = await archive.contentStore.upsertCategory(customer.id, { key: name, name });
  categories.set(name, id);
  return id;
}

/** @returns whether the product had another picture or none before */
async function setPicture(
  { archive: { contentStore } }: Target,
  streamId: number,
  mediaId: number | null,
): Promise<boolean> {
  const before = (await contentStore.stream(streamId))?.baseMediaId ?? null;
  await contentStore.setBaseMedia(streamId, mediaId);
  return before !== mediaId;
}

/**
 * Imports a product's own picture. The customer is its author, and it is in no list, unless it was in one before.
 *
 * @returns `id` of the picture, or null to remove the product's picture. `lacks` is the reason if there is no picture to
 * import; the product's picture then stays as it is
 */
async function importPicture(target: Target, path: string): Promise<{ id?: number | null; lacks?: string }> {
  const { archive, customer, files, dryRun, replace } = target;
  if (!path) return replace ? { id: null } : {};
  try {
    const { facts, known } = await createMedia(
      archive,
      { customerId: customer.id, bytes: await files.read(path), products: 1 },
      { dryRun },
    );
    if (known) return { id: known.id };
    const now = Date.now();
    const posted = { userId: customer.userId, source: 'customer', listed: false, submittedAt: now, publishedAt: now };
    return { id: (await archive.contentStore.upsertMedia(customer.id, { ...facts, ...posted, reviewed: true })).id };
  } catch (error) {
    if (!(error instanceof RowError || error instanceof MediaError)) throw error;
    return { lacks: `The product was imported without its picture: ${error.message}` };
  }
}

/** Checks the currency of a row. In the content API a price has no currency; the customer's settings have it. */
function checkCurrency({ customer }: Target, currency: string): void {
  const agreed = customer.settings.currency ?? currency;
  if (currency !== agreed) throw new RowError(`currency is ${currency}, and ${customer.name} sells in ${agreed}.`);
}

async function agreeOnCurrency({ archive: { contentStore }, customer }: Target, currency: string): Promise<void> {
  const { key, name, domain, settings } = customer;
  if (settings.currency !== undefined) return;
  settings.currency = currency;
  await contentStore.upsertCustomer({ key, name, domain, settings });
}

/**
 * The first row of each product. In Shopify's exports, later rows with the same handle are further variants and pictures
 * of the product.
 */
export function withoutContinuations(rows: Row<ProductColumn>[]): Row<ProductColumn>[] {
  const begun = new Set<string>();
  return rows.filter(({ values: { id }, names }) => {
    const continues = isShopify(names) && begun.has(id);
    if (id !== '') begun.add(id);
    return !continues;
  });
}
