import { quantityOf, totalOf } from '../../events/products.ts';
import type { Product } from '../../events/vocabulary.ts';

/**
 * The items of an order: `[sku, name, category, price, quantity]`. A server keeps one item for each sku, and whole
 * quantities. So a product that was sold at several prices has their mean, a product that was sold by weight is one unit
 * at what was paid, and an unknown price is 0. Where an item loses something by that, a sixth member has the product's
 * lines for our own service, which reads them in `decode-order.ts`.
 */
export function itemsOf(products: readonly Product[]): unknown[][] {
  const bought = new Map<string, Product[]>();
  for (const product of products) {
    const same = bought.get(product.id);
    if (same) same.push(product);
    else bought.set(product.id, [product]);
  }
  const isPlain = ({ amount, quantity }: Product) => amount !== undefined && quantity === undefined;
  const allPlain = products.every(isPlain);
  return [...bought].map(([id, same]) => {
    const all = quantityOf(same);
    const quantity = Number.isInteger(all) ? all : 1;
    const [first] = same;
    const name = same.find(({ name }) => name)?.name;
    const category = same.find(({ category }) => category)?.category;
    const isWhole =
      same.length === 1
        ? first?.amount !== undefined && quantity === all
        : allPlain && same.every(({ amount }) => amount === first?.amount);
    const price = isWhole ? first?.amount : totalOf(same) / quantity;
    const own = same.map((product) =>
      isPlain(product) ? product.amount : [product.amount ?? null, product.quantity ?? 1],
    );
    return [id, name ?? '', category ?? '', price, quantity, ...(isWhole ? [] : [own])];
  });
}
