import { checkoutId } from '../events/id.ts';
import { LIMITS } from '../events/limits.ts';
import { type Line, productsOf, productText } from '../events/products.ts';
import type { CheckoutEvent, Segment, Stamp } from '../events/vocabulary.ts';
import { readAmount } from './amount.ts';
import { dispatchError } from './dispatch-error.ts';
import type { PageTracker } from './page-tracker.ts';

/** One product of a sale. Numbers may be texts, as a template prints them. */
export interface SoldProduct {
  id: string | number;
  /** The price of one unit. */
  amount?: number | string | null;
  /** The default is 1. */
  quantity?: number | string | null;
  /** The name of the product in reports, and its category. */
  name?: string | number | null;
  category?: string | number | null;
}

/** A sale, as an order page reports it. */
export interface Checkout {
  transactionId: string | number;
  /** ISO 4217, as in `EUR`. */
  currency: string;
  products: readonly SoldProduct[];
  segments?: readonly Segment[];
  /** The URL of the confirmation page. The default is this page. */
  referrer?: string;
  /** When the sale happened, in milliseconds since 1970, and on which page. The defaults are the current ones. */
  at?: number;
  pageUrl?: string;
}

export interface Tracker extends PageTracker {
  /**
   * Reports a sale once, however often the order page is reloaded: the id is derived from the transaction and its products.
   * Fields that cannot be read are left out, and `vitrine-error` on `window` names them.
   * @throws TypeError no `transactionId`, or no products
   */
  checkout(sale: Checkout): void;
}

/** Adds `checkout` to a tracker, and returns the same tracker. */
export function withCheckout(tracker: PageTracker): Tracker {
  const checkout = (sale: Checkout) => readCheckout(sale).forEach((event) => void tracker.track(event));
  return Object.assign(tracker, { checkout });
}

/** The event of a sale, with the time and page where the sale has them. */
export type CheckoutInput = Omit<CheckoutEvent, 'at'> & Partial<Pick<CheckoutEvent, 'at'> & Pick<Stamp, 'pageUrl'>>;

/** ISO 4217: no currency. A sale in an unreadable currency is still a sale. */
const NO_CURRENCY = 'XXX';
/** The specification's currency for a sale that names none. */
const DEFAULT_CURRENCY = 'USD';
/** The id of a product without an id. The product still has a price. */
const NO_ID = 'unsaid';
const NO_PRODUCTS = 'products: at least one';
/** Bytes of the products of one event, as a request encodes them. A request then has room for the page's URL and segments. */
const MAX_BYTES = 40_000;
/** Unreadable fields that an error names. The others are counted. */
const MAX_NAMED = 5;
/** Characters of a value that an error quotes. */
const MAX_QUOTED = 40;

/**
 * The events of a sale: one, or several where one request cannot carry the whole sale. The same sale always has the same
 * events. Fields that cannot be read are left out, the others are kept, and `vitrine-error` on `window` names the fields.
 * @throws TypeError no `transactionId`, or no products
 */
export function readCheckout(sale: Checkout): CheckoutInput[] {
  const { at, pageUrl } = sale;
  const unreadable: string[] = [];
  /** What was read, or the default. Without a result, the field counts as unreadable. */
  const or = <T, E>(field: string, value: unknown, read: T | undefined, otherwise: E): T | E => {
    if (read !== undefined) return read;
    unreadable.push(`${field} ${quote(value)}`);
    return otherwise;
  };
  const transactionId = readText(sale.transactionId);
  if (!transactionId) throw new TypeError('transactionId is missing');
  if (!Array.isArray(sale.products) || !sale.products.length) throw new TypeError(NO_PRODUCTS);
  const lines = sale.products.flatMap((product: SoldProduct, index): Line[] => {
    const { id, amount, quantity, name, category } = Object(product);
    // The line was cancelled.
    if (readAmount(quantity) === 0) return [];
    const field = `products[${index}]`;
    const count = or(`${field}.quantity`, quantity, readQuantity(quantity), undefined);
    const line = {
      id: or(`${field}.id`, id, readText(id) || undefined, NO_ID),
      // Without a quantity, the price of one unit is not the price of the line.
      amount: count === undefined ? undefined : or(`${field}.amount`, amount, readAmount(amount), undefined),
      quantity: count ?? 1,
      name: or(`${field}.name`, name, readName(name), undefined),
      category: or(`${field}.category`, category, readName(category), undefined),
    };
    return [line];
  });
  if (!lines.length) throw new TypeError(NO_PRODUCTS);
  const currency = or(
    'currency',
    sale.currency,
    readCurrency(sale.currency),
    sale.currency ? NO_CURRENCY : DEFAULT_CURRENCY,
  );
  const segments = or('segments', sale.segments, readSegments(sale.segments), []);
  const { referrer = pageUrl ?? location.href } = sale;
  if (unreadable.length) reportUnreadable(transactionId, unreadable);
  return splitLines(lines).map((part) => {
    const products = productsOf(part);
    return {
      kind: 'checkout',
      id: checkoutId(transactionId, products),
      ...{ transactionId, currency, products, segments, referrer },
      ...(Number.isFinite(at) && { at: at as number }),
      ...(pageUrl && { pageUrl: `${pageUrl}` }),
    };
  });
}

/** Splits lines into parts that one request can carry. The order stays. */
function splitLines(lines: Line[]): Line[][] {
  const parts: Line[][] = [];
  let bytes = Number.POSITIVE_INFINITY;
  for (const line of lines) {
    // The size in the tracking wire. Wires that carry names drop them where they have no room.
    const size = `${new URLSearchParams({ 'products[]': productText(line) })}&`.length;
    bytes += size;
    const last = parts.at(-1);
    if (last && bytes <= MAX_BYTES && last.length < LIMITS.products) last.push(line);
    else {
      parts.push([line]);
      bytes = size;
    }
  }
  return parts;
}

/** A text, such as an id. Templates print some ids as numbers. */
function readText(value: unknown, maxLength = LIMITS.id): string {
  return typeof value === 'string' || typeof value === 'number'
    ? String(value).replaceAll('\0', '').slice(0, maxLength)
    : '';
}

/** A name; empty where there is none, which is valid. */
function readName(value: unknown): string | undefined {
  return isMissing(value) ? '' : readText(value, LIMITS.text) || undefined;
}

function readQuantity(value: unknown): number | undefined {
  if (isMissing(value)) return 1;
  const quantity = readAmount(value);
  return quantity !== undefined && quantity > 0 && quantity <= LIMITS.quantity ? quantity : undefined;
}

function readCurrency(value: unknown): string | undefined {
  const text = String(value).trim().toUpperCase();
  if (text === '€') return 'EUR';
  return typeof value === 'string' && /^[A-Z]{3}$/.test(text) ? text : undefined;
}

/** Segments, from pairs or an object. One invalid pair makes all unreadable: the service would refuse the whole sale. */
function readSegments(value: unknown = []): Segment[] | undefined {
  const pairs: unknown[] = Array.isArray(value) ? value : Object.entries(Object(value));
  const isSegment = (pair: unknown): pair is Segment => {
    const [key, value] = Array.isArray(pair) ? pair : [];
    return isText(key, LIMITS.segmentKey) && key !== '' && !key.includes(':') && isText(value, LIMITS.segmentValue);
  };
  return pairs.length <= LIMITS.segments && pairs.every(isSegment) ? (pairs as Segment[]) : undefined;
}

function isText(value: unknown, max: number): value is string {
  return typeof value === 'string' && value.length <= max && !value.includes('\0');
}

function isMissing(value: unknown): boolean {
  return value === undefined || value === null || value === '';
}

function reportUnreadable(transactionId: string, fields: string[]): void {
  const named = fields.slice(0, MAX_NAMED).join(', ');
  const more = fields.length > MAX_NAMED ? ` and ${fields.length - MAX_NAMED} more` : '';
  const message = `checkout ${quote(transactionId)}: not understood, so left out: ${named}${more}`;
  dispatchError({ code: 'markup', message });
}

function quote(value: unknown): string {
  if (isMissing(value)) return '(missing)';
  return typeof value === 'object' ? '(an object)' : `"${String(value).slice(0, MAX_QUOTED)}"`;
}
