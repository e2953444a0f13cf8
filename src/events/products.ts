import type { Product } from './vocabulary.ts';

/** One line of an order: a product, its quantity, and the price of one unit. */
export interface Line {
  id: string;
  amount?: number | undefined;
  quantity: number;
  name?: string | undefined;
  category?: string | undefined;
}

/**
 * Units of an order up to which each unit is an entry, as the tracking specification has it. In a larger order, each line
 * is an entry.
 */
export const MAX_SINGLE_UNITS = 100;

/**
 * The products of an order, by its lines. Whole quantities become single units while the order has at most
 * `MAX_SINGLE_UNITS`. Fractions (0.35 kg) and the lines of a larger order keep their `quantity`. A product without a price
 * always has a quantity, so that a wire can tell it from one whose price was cut off.
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

/** The same products without their names and categories, for a request that has no room for them. */
export function withoutNames(products: readonly Product[]): Product[] {
  return products.map(({ name: _, category: __, ...unit }) => unit);
}

/** The total of all products whose price is known. */
export function totalOf(products: readonly Product[]): number {
  return products.reduce((sum, { amount = 0, quantity = 1 }) => sum + amount * quantity, 0);
}

/** The number of all units. */
export function quantityOf(products: readonly Product[]): number {
  return products.reduce((sum, { quantity = 1 }) => sum + quantity, 0);
}

/** A product as text: `ID:AMOUNT`, with a quantity `ID:AMOUNT*QUANTITY`, and without a price `ID:*QUANTITY`. */
export function productText({
  id,
  amount = '',
  quantity,
}: Omit<Product, 'amount'> & { amount?: number | '' | undefined }): string {
  return `${id}:${amount}${quantity ? `*${quantity}` : ''}`;
}
