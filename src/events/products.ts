import type { Product } from './vocabulary.ts';

/** One line of an order: how many of a product, and the price of one. */
export interface Line {
  id: string;
  amount?: number | undefined;
  quantity: number;
  name?: string | undefined;
  category?: string | undefined;
}

/** Units of one order that stand one by one, as the tracking specification has them; of more, each line is one entry. */
export const MAX_SINGLE_UNITS = 100;

/**
 * What an order's lines are in the vocabulary. Whole quantities become units while the order has at most
 * `MAX_SINGLE_UNITS`; a fraction (0.35 kg) and a large order keep each line's `quantity`. One without a price always
 * tells its quantity, so that a wire can tell it from what was cut off.
 */
export function productsOf(lines: readonly Line[]): Product[] {
  const units = lines.reduce((sum, { quantity }) => sum + (Number.isInteger(quantity) ? quantity : 1), 0);
  return lines.flatMap(({ id, amount, quantity, name, category }): Product[] => {
    const named = { ...(name && { name }), ...(category && { category }) };
    const one: Product = { id, ...(amount === undefined ? { quantity: 1 } : { amount }), ...named };
    if (units <= MAX_SINGLE_UNITS && Number.isInteger(quantity)) return Array(quantity).fill(one);
    return [quantity === 1 ? one : { ...one, quantity }];
  });
}

/** The same products by their ids alone, for who has no room for more. */
export function withoutNames(products: readonly Product[]): Product[] {
  return products.map(({ name: _, category: __, ...unit }) => unit);
}

/** What was paid for all of it, as far as prices are known. */
export function totalOf(products: readonly Product[]): number {
  return products.reduce((sum, { amount = 0, quantity = 1 }) => sum + amount * quantity, 0);
}

/** How many units it was. */
export function quantityOf(products: readonly Product[]): number {
  return products.reduce((sum, { quantity = 1 }) => sum + quantity, 0);
}

/** `ID:AMOUNT` of one unit, `ID:AMOUNT*QUANTITY` of more or less than one, and `ID:*QUANTITY` where no price is known. */
export function productText({
  id,
  amount = '',
  quantity,
}: Omit<Product, 'amount'> & { amount?: number | '' | undefined }): string {
  return `${id}:${amount}${quantity ? `*${quantity}` : ''}`;
}
