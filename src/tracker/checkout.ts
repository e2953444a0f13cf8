import { checkoutId } from '../events/id.ts';
import { LIMITS } from '../events/limits.ts';
import type { CheckoutEvent, Product, Segment } from '../events/vocabulary.ts';

/** A sale, as an order page says it. */
export interface Checkout {
  transactionId: string | number;
  /** ISO 4217, as in `EUR`. */
  currency: string;
  /** `amount` is the price of one unit; `quantity` is 1 unless told. */
  products: readonly { id: string | number; amount: number | string; quantity?: number | null }[];
  segments?: readonly Segment[];
  /** URL of the confirmation page; that of this page unless told. */
  referrer?: string;
}

/** The event of a sale: the same sale is the same event, whenever it is said. */
export function checkoutEvent({
  transactionId,
  currency,
  products,
  segments = [],
  referrer = location.href,
}: Checkout): Omit<CheckoutEvent, 'at'> {
  const sale = text(transactionId);
  // One entry a unit, as the specification has it; too many are left for the service to refuse.
  const units = products.flatMap(({ id, amount, quantity }) =>
    Array<Product>(Math.min(quantity ?? 1, LIMITS.products + 1)).fill({
      id: text(id),
      // A template that had no price leaves an empty text or null, which is not a price of 0.
      amount: amount || amount === 0 ? Number(amount) : Number.NaN,
    }),
  );
  const id = checkoutId(sale, units);
  return { kind: 'checkout', id, transactionId: sale, currency, products: units, segments: [...segments], referrer };
}

/** Templates write numbers where they mean ids. */
const text = (value: string | number | undefined) => String(value ?? '');
