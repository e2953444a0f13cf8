import type { StreamInput } from '../../store/content/content-store.ts';
import { keepMedia } from '../create-media.ts';
import { MediaRefused } from '../errors.ts';
import type { Columns } from './columns.ts';
import * as field from './fields.ts';
import { type Row, RowRefused } from './rows.ts';
import { claim, type Imported, storedFields, type Target } from './target.ts';

/** What Shopify's exports call a product's id: also the end of its page's address. */
const SHOPIFY_IDS = ['handle', 'url_handle'];

/**
 * The columns of `products.csv`. Other names are those of Google Merchant's and Meta's feeds, and of Shopify's exports of
 * products, before 2025 and since.
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

/** The words of the CSV for what the store calls otherwise. */
const WORDS: Record<string, string> = { productUrl: 'url', categoryIds: 'category', status: 'availability' };

/**
 * One row of `products.csv` becomes a stream, its category and its picture. The fields:
 *
 * - `id`: the shop's own id of the product, the stream's `tag_based_key`;
 * - `price` (`28.00`, `28,00`, `28.00 EUR`) and `currency` (`EUR`): a customer sells in one currency, the one it has or
 *   the first product's;
 * - `url`: the product's page, whose host "Shop this product" may lead to from then on. Shopify's exports have none: it
 *   is `products/HANDLE` of the shop's address;
 * - `image`: a picture in the folder or its address, the stream's `base_image`. The product is there without it, too;
 * - `category`: a name, which is the category's key too;
 * - `availability`: the stream's status, or a word for it; available for a new product when empty.
 *
 * What a row leaves empty stays as it is, unless the row replaces all.
 *
 * @throws {RowRefused} before anything of the row is stored
 */
export async function importProduct(target: Target, row: Row<ProductColumn>): Promise<Imported> {
  const { store, customer, replace } = target;
  const { line, values } = row;
  const key = field.needed('id', values.id, 255);
  const isNew = (await store.streamByKey(customer.id, key)) === undefined;
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
  if (product.productUrl) await store.addHost(customer.id, new URL(product.productUrl).hostname);
  const { id, outcome, fields } = await store.upsertStream(customer.id, {
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

/** @param isNew such a product is available where the row does not say it */
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

async function categoryOf({ store, customer, categories }: Target, name: string): Promise<number> {
  const { id } = await store.upsertCategory(customer.id, { key: name, name });
  categories.set(name, id);
  return id;
}

/** @returns whether the product had another picture, or none */
async function setPicture({ store }: Target, streamId: number, mediaId: number | null): Promise<boolean> {
  const before = (await store.stream(streamId))?.baseMediaId ?? null;
  await store.setBaseMedia(streamId, mediaId);
  return before !== mediaId;
}

/**
 * A product's own picture is posted by the customer and in no list; when a list has it already, it stays there.
 *
 * @returns the picture, or none where there shall be none, or why it is not there: the one that was there stays
 */
async function importPicture(target: Target, path: string): Promise<{ id?: number | null; lacks?: string }> {
  const { store, customer, archive, files, replace } = target;
  if (!path) return replace ? { id: null } : {};
  try {
    const { facts, known } = await keepMedia(archive, { bytes: await files.read(path) }, 1);
    if (known) return { id: known.id };
    const now = Date.now();
    const posted = { userId: customer.userId, source: 'customer', listed: false, submittedAt: now, publishedAt: now };
    return { id: (await store.upsertMedia(customer.id, { ...facts, ...posted, reviewed: true })).id };
  } catch (error) {
    if (!(error instanceof RowRefused || error instanceof MediaRefused)) throw error;
    return { lacks: `The product is there without its picture: ${error.message}` };
  }
}

/** The content API has prices without a currency; that is a setting of the customer. */
function checkCurrency({ customer }: Target, currency: string): void {
  const agreed = customer.settings.currency ?? currency;
  if (currency !== agreed) throw new RowRefused(`currency is ${currency}, and ${customer.name} sells in ${agreed}.`);
}

async function agreeOnCurrency({ store, customer }: Target, currency: string): Promise<void> {
  const { key, name, domain, settings } = customer;
  if (settings.currency !== undefined) return;
  settings.currency = currency;
  await store.upsertCustomer({ key, name, domain, settings });
}

/**
 * The rows that begin a product. In Shopify's exports, the rows behind it that have its handle again are its other
 * variants and pictures.
 */
export function withoutContinuations(rows: Row<ProductColumn>[]): Row<ProductColumn>[] {
  const begun = new Set<string>();
  return rows.filter(({ values: { id }, names }) => {
    const continues = isShopify(names) && begun.has(id);
    if (id !== '') begun.add(id);
    return !continues;
  });
}
