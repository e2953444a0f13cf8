import { STREAM_STATUSES } from '../../../src/content/resources.ts';
import type { Upserted } from '../../store/content/content-store.ts';
import { keepMedia } from '../keep.ts';
import * as field from './fields.ts';
import { type Row, RowRefused } from './rows.ts';
import { readSource } from './source-file.ts';
import { claim, type Target } from './target.ts';

/** The columns of `products.csv`, and whether they must be there. */
export const PRODUCT_COLUMNS = {
  id: true,
  name: true,
  price: false,
  currency: false,
  url: false,
  image: false,
  category: false,
  availability: false,
};

/**
 * One row of `products.csv` becomes a stream, its category and its picture. The fields:
 *
 * - `id`: the shop's own id of the product, the stream's `tag_based_key`;
 * - `price` (`28.00`) and `currency` (`EUR`): a customer sells in one currency, the one it has or the first product's;
 * - `url`: the product's page, whose host "Shop this product" may lead to from then on;
 * - `image`: a picture in the folder, the stream's `base_image`;
 * - `category`: a name, which is the category's key too;
 * - `availability`: available (when empty), unavailable, miscellaneous or discontinued, the stream's status.
 *
 * @throws {RowRefused | MediaRefused} before anything of the row is stored
 */
export async function importProduct(
  target: Target,
  { line, values }: Row<keyof typeof PRODUCT_COLUMNS>,
): Promise<Upserted['outcome']> {
  const { store, customer } = target;
  const status = values.availability ? field.oneOf('availability', values.availability, STREAM_STATUSES) : 'available';
  const product = {
    key: field.needed('id', values.id, 255),
    name: field.needed('name', values.name, 500),
    price: values.price ? field.price('price', values.price) : null,
    productUrl: values.url ? field.url('url', values.url, target.baseUrl) : null,
    status,
    availability: String(status === 'available'),
  };
  const category = field.text('category', values.category, 255);
  const currency = values.currency && field.currency('currency', values.currency);
  if (currency) checkCurrency(target, currency);
  claim(target, 'product', product.key, line);
  const baseMediaId = values.image ? await importPicture(target, values.image) : null;
  if (currency) await agreeOnCurrency(target, currency);
  const categoryIds: number[] = [];
  if (category) {
    const { id } = await store.upsertCategory(customer.id, { key: category, name: category });
    target.categories.set(category, id);
    categoryIds.push(id);
  }
  if (product.productUrl) await store.addHost(customer.id, new URL(product.productUrl).hostname);
  const { id, outcome } = await store.upsertStream(customer.id, { ...product, categoryIds });
  target.streams.set(product.key, id);
  await store.setBaseMedia(id, baseMediaId);
  return outcome;
}

/** A product's own picture is posted by the customer and in no list; when a list has it already, it stays there. */
async function importPicture({ store, customer, data, folder }: Target, path: string): Promise<number> {
  const source = { bytes: await readSource(folder, path) };
  const { facts, known } = await keepMedia({ store, customerId: customer.id, data }, source, 1);
  if (known) return known.id;
  const now = Date.now();
  const posted = { userId: customer.userId, source: 'customer', listed: false, submittedAt: now, publishedAt: now };
  return (await store.upsertMedia(customer.id, { ...facts, ...posted, reviewed: true })).id;
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
