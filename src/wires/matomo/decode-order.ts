import { LIMITS } from '../../events/limits.ts';
import { type Line, productsOf } from '../../events/products.ts';
import type { Product, Segment } from '../../events/vocabulary.ts';
import type { Act } from './decode-vitrine-parameter.ts';
import { cut, defined, numberIn, type Parameters, readJson, string, valuesOf } from './query.ts';

/**
 * Reads an order, which has a number (`ec_id`), or a basket, which has none.
 * @param usual the customer's currency
 * @param vitrine what the parameter `vitrine` says
 */
export function readOrder(
  parameters: Parameters,
  segments: Segment[],
  usual: string,
  vitrine: Record<string, unknown> | undefined,
): { act: Act; more: Record<string, unknown> } {
  const { text, number } = valuesOf(parameters);
  const { products, items } = readItems(parameters.get('ec_items'));
  const currency = /^[A-Z]{3}$/.test(string(vitrine?.currency)) ? string(vitrine?.currency) : usual;
  const referrer = cut(string(vitrine?.referrer), LIMITS.url) || undefined;
  const transactionId = text('ec_id', LIMITS.id);
  const act: Act = transactionId
    ? defined({ kind: 'checkout', transactionId, products, currency, segments, referrer })
    : { kind: 'cart', products, currency, segments };
  const more = {
    revenue: number('revenue'),
    subtotal: number('ec_st'),
    tax: number('ec_tx'),
    shipping: number('ec_sh'),
    discount: number('ec_dt'),
    items: items.length ? items : undefined,
  };
  return { act, more };
}

/**
 * Reads `[sku, name, category or categories, price, quantity]`. A sixth member, which our tag writes, has the lines that one
 * price and one quantity cannot tell.
 */
function readItems(text: string | undefined): { products: Product[]; items: object[] } {
  const lines: Line[] = [];
  const items: object[] = [];
  const said = readJson(text);
  for (const item of Array.isArray(said) ? said : []) {
    if (!Array.isArray(item)) continue;
    const id = cut(word(item[0]), LIMITS.id);
    if (!id) continue;
    const quantity = amount(item[4] ?? 1);
    // One line more than the limit is enough for `problemOf` to refuse the order.
    const own = readOwn(item[5]) ?? [{ amount: amount(item[3]), quantity: quantity > 0 ? quantity : 1 }];
    for (const line of own.slice(0, LIMITS.products + 1 - lines.length)) lines.push({ id, ...line });
    const name = cut(word(item[1]), LIMITS.text);
    const categories = [item[2]]
      .flat()
      .map((category) => cut(word(category), LIMITS.text))
      .filter(Boolean)
      .slice(0, 5);
    if (name || categories.length) items.push({ id, ...(name && { name }), ...(categories.length && { categories }) });
  }
  return { products: productsOf(lines), items: items.slice(0, LIMITS.products) };
}

/** Reads our lines of a product: each a price, or `[price or null, quantity]`. Anything else is `undefined`. */
function readOwn(said: unknown): Omit<Line, 'id'>[] | undefined {
  if (!Array.isArray(said) || said.length === 0 || said.length > LIMITS.products) return;
  const lines = said.map((line) => {
    const [price, quantity] = Array.isArray(line) ? line : [line, 1];
    return { quantity, ...(price !== null && { amount: price }) };
  });
  const isLine = ({ amount = 0, quantity }: { amount?: unknown; quantity: unknown }) =>
    typeof amount === 'number' && Number.isFinite(amount) && typeof quantity === 'number' && quantity > 0;
  return lines.every(isLine) ? lines : undefined;
}

/** A text, or a number as text, without what the database cannot store. Any other value is empty. */
function word(value: unknown): string {
  return typeof value === 'string' || typeof value === 'number'
    ? String(value).replaceAll('\0', '').toWellFormed()
    : '';
}

function amount(value: unknown): number {
  // JSON may have 1e999, which is no finite number.
  return numberIn(String(typeof value === 'number' ? value : string(value))) ?? 0;
}
