import { checkoutId } from '../events/id.ts';
import { LIMITS } from '../events/limits.ts';
import { type Line, productsOf, productText } from '../events/products.ts';
import type { CheckoutEvent, Segment, Stamp } from '../events/vocabulary.ts';
import { readAmount } from './amount.ts';
import { report } from './report.ts';
import type { PageTracker } from './tracker.ts';

/** One line of a sale. Numbers may be texts, as a template prints them. */
export interface SoldProduct {
  id: string | number;
  /** The price of one unit. */
  amount?: number | string | null;
  /** 1 unless told. */
  quantity?: number | string | null;
  /** What reports call the product, and what it is filed under. */
  name?: string | number | null;
  category?: string | number | null;
}

/** A sale, as an order page says it. */
export interface Checkout {
  transactionId: string | number;
  /** ISO 4217, as in `EUR`. */
  currency: string;
  products: readonly SoldProduct[];
  segments?: readonly Segment[];
  /** URL of the confirmation page; that of this page unless told. */
  referrer?: string;
  /** When and where it happened, where this is pushed before the tag has loaded: milliseconds since 1970, and the page. */
  at?: number;
  pageUrl?: string;
}

export interface Tracker extends PageTracker {
  /**
   * Reports a sale once, however often the order page is reloaded: its id is made of the transaction and its products.
   * What is not understood of it is left out, and named by `vitrine-error` on `window`.
   * @throws TypeError what is said is not a sale at all
   */
  checkout(sale: Checkout): void;
}

/** The same tracker, which understands sales from now on. */
export function withCheckout(tracker: PageTracker): Tracker {
  const checkout = (sale: Checkout) => readCheckout(sale).forEach((event) => void tracker.track(event));
  return Object.assign(tracker, { checkout });
}

/** The event of a sale, with its page and time where it says them. */
export type SaidCheckout = Omit<CheckoutEvent, 'at'> & Partial<Pick<CheckoutEvent, 'at'> & Pick<Stamp, 'pageUrl'>>;

/** ISO 4217: no currency. A sale whose currency nobody can tell is still a sale. */
const NO_CURRENCY = 'XXX';
/** Where none is told, as the specification has it. */
const USUAL_CURRENCY = 'USD';
/** What a product without an id is called; it has a price all the same. */
const NO_ID = 'unsaid';
const NO_PRODUCTS = 'products: at least one';
/** Of the products of one event, as a request writes them: it has room for a page's address and segments beside them. */
const MAX_BYTES = 40_000;
/** Fields that are named when several were not understood, and characters of what they said. */
const MAX_NAMED = 5;
const MAX_QUOTED = 40;

/**
 * The event of a sale, or several of one that no request could carry whole: the same sale is the same events, whenever it
 * is said. What is not understood is left out, the rest is kept, and `vitrine-error` on `window` names the fields.
 * @throws TypeError it is no sale at all: no `transactionId`, or no `products`
 */
export function readCheckout(sale: Checkout): SaidCheckout[] {
  const { at, pageUrl } = sale;
  const unclear: string[] = [];
  /** What was not understood is named, and something else stands for it. */
  const or = <T, E>(field: string, said: unknown, read: T | undefined, other: E): T | E => {
    if (read !== undefined) return read;
    unclear.push(`${field} ${quote(said)}`);
    return other;
  };
  const transactionId = readText(sale.transactionId);
  if (!transactionId) throw new TypeError('transactionId is missing');
  if (!Array.isArray(sale.products) || !sale.products.length) throw new TypeError(NO_PRODUCTS);
  const lines = sale.products.flatMap((product: SoldProduct, index): Line[] => {
    const { id, amount, quantity, name, category } = Object(product);
    // Of a line that was cancelled, nothing was sold.
    if (readAmount(quantity) === 0) return [];
    const field = `products[${index}]`;
    const many = or(`${field}.quantity`, quantity, readQuantity(quantity), undefined);
    const line = {
      id: or(`${field}.id`, id, readText(id) || undefined, NO_ID),
      // The price of one says nothing where nobody knows how many.
      amount: many === undefined ? undefined : or(`${field}.amount`, amount, readAmount(amount), undefined),
      quantity: many ?? 1,
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
    sale.currency ? NO_CURRENCY : USUAL_CURRENCY,
  );
  const segments = or('segments', sale.segments, readSegments(sale.segments), []);
  const { referrer = pageUrl ?? location.href } = sale;
  if (unclear.length) complain(transactionId, unclear);
  return pieces(lines).map((piece) => {
    const products = productsOf(piece);
    return {
      kind: 'checkout',
      id: checkoutId(transactionId, products),
      ...{ transactionId, currency, products, segments, referrer },
      ...(Number.isFinite(at) && { at: at as number }),
      ...(pageUrl && { pageUrl: `${pageUrl}` }),
    };
  });
}

/** Lines in the order in which they are, as many together as one request carries. */
function pieces(lines: Line[]): Line[][] {
  const pieces: Line[][] = [];
  let bytes = Number.POSITIVE_INFINITY;
  for (const line of lines) {
    // As the tracking wire writes it. Wires that say names, too, leave them out where there is no room.
    const size = `${new URLSearchParams({ 'products[]': productText(line) })}&`.length;
    bytes += size;
    const piece = pieces.at(-1);
    if (piece && bytes <= MAX_BYTES && piece.length < LIMITS.products) piece.push(line);
    else {
      pieces.push([line]);
      bytes = size;
    }
  }
  return pieces;
}

/** Templates write numbers where they mean ids. */
function readText(said: unknown, most = LIMITS.id): string {
  return typeof said === 'string' || typeof said === 'number' ? String(said).replaceAll('\0', '').slice(0, most) : '';
}

/** Empty where there is none, which is no mistake. */
function readName(said: unknown): string | undefined {
  return isNothing(said) ? '' : readText(said, LIMITS.text) || undefined;
}

function readQuantity(said: unknown): number | undefined {
  if (isNothing(said)) return 1;
  const quantity = readAmount(said);
  return quantity !== undefined && quantity > 0 && quantity <= LIMITS.quantity ? quantity : undefined;
}

function readCurrency(said: unknown): string | undefined {
  const text = String(said).trim().toUpperCase();
  if (text === '€') return 'EUR';
  return typeof said === 'string' && /^[A-Z]{3}$/.test(text) ? text : undefined;
}

/** Pairs, or an object; nothing where one of them is no segment, which the service would refuse with the whole sale. */
function readSegments(said: unknown = []): Segment[] | undefined {
  const pairs: unknown[] = Array.isArray(said) ? said : Object.entries(Object(said));
  const isSegment = (pair: unknown): pair is Segment => {
    const [key, value] = Array.isArray(pair) ? pair : [];
    return isText(key, LIMITS.segmentKey) && key !== '' && !key.includes(':') && isText(value, LIMITS.segmentValue);
  };
  return pairs.length <= LIMITS.segments && pairs.every(isSegment) ? (pairs as Segment[]) : undefined;
}

function isText(said: unknown, most: number): said is string {
  return typeof said === 'string' && said.length <= most && !said.includes('\0');
}

function isNothing(said: unknown): boolean {
  return said === undefined || said === null || said === '';
}

function complain(transactionId: string, unclear: string[]): void {
  const named = unclear.slice(0, MAX_NAMED).join(', ');
  const more = unclear.length > MAX_NAMED ? ` and ${unclear.length - MAX_NAMED} more` : '';
  const message = `checkout ${quote(transactionId)}: not understood, so left out: ${named}${more}`;
  report({ code: 'markup', message });
}

function quote(said: unknown): string {
  if (isNothing(said)) return '(missing)';
  return typeof said === 'object' ? '(an object)' : `"${String(said).slice(0, MAX_QUOTED)}"`;
}
