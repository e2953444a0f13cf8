/** Characters of a price or a quantity; what is longer is none. */
const MAX_LENGTH = 64;
/** What stands for a currency, before or behind: `€`, `EUR`, `R$`, `Rs.`, `zł`; the point of `.50` is none of its own. */
const CURRENCY = String.raw`[\p{Sc}\p{L}][\p{Sc}\p{L}\p{M}]{0,4}(?:\.(?!\d\d?$))?`;
/** Sign and currency in either order, digits with what separates them, and the dash that stands for no cents (`18,-`). */
const AMOUNT = new RegExp(
  String.raw`^(?:(?:${CURRENCY})\s*)?([-−+]?)\s*(?:${CURRENCY}\s*)?(?<!\p{L}(?=[.,]))([\d.,'’\s]*\d[.,]?)(?:(?<=[.,])[-–—])?\s*(?:${CURRENCY})?$`,
  'u',
);
/** As JavaScript writes very large and very small numbers. */
const EXPONENT = /^-?\d+(\.\d+)?e[-+]?\d+$/i;

/**
 * A number as shops' templates print it: `18.5`, `'4,245.42'`, `'18,50'`, `'1.234,56'`, `'1 234,56 €'`. Nothing where it
 * is none, and where it may be either of two: `'1.234'` is written for a thousand and more, and for one and a little.
 */
export function readAmount(said: unknown): number | undefined {
  // Libraries for money have objects that are numbers by their value.
  const value: unknown = Object(said).valueOf();
  if (typeof value === 'number') return Number.isFinite(value) ? value : undefined;
  if (typeof value !== 'string' || value.length > MAX_LENGTH) return;
  const text = value.trim();
  if (EXPONENT.test(text)) return finite(Number(text));
  const [, sign, digits] = AMOUNT.exec(text) ?? [];
  const amount = digits === undefined ? undefined : readDigits(digits.trim().replace(/['’\s]/g, ' '));
  return amount === undefined ? undefined : finite(sign === '-' || sign === '−' ? -amount : amount);
}

/** Digits, separated by points, commas and spaces. */
function readDigits(text: string): number | undefined {
  const separators = text.match(/[., ]/g) ?? [];
  const last = separators.at(-1);
  if (last === undefined) return Number(text);
  const [separator, ...others] = new Set(separators);
  const at = text.lastIndexOf(last);
  const [head, tail] = [text.slice(0, at), text.slice(at + 1)];
  const isDecimal = last !== ' ' && (separators as string[]).indexOf(last) === separators.length - 1;
  // Two kinds: the first separates thousands, the last the fraction.
  if (others.length)
    return others.length === 1 && isDecimal ? join(readGroups(head, separator as string), tail) : undefined;
  if (!isDecimal) return readGroups(text, last);
  return tail.length === 3 && /^[1-9]\d{0,2}$/.test(head) ? undefined : join(Number(head), tail);
}

/** Groups of three digits; in India, those before the last have two. */
function readGroups(text: string, separator: string): number | undefined {
  const groups = text.split(separator);
  const isGrouped =
    /^[1-9]\d{0,2}(G\d{3})*$/.test(groups.join('G')) ||
    (separator === ',' && /^[1-9]\d?(G\d\d)*G\d{3}$/.test(groups.join('G')));
  return isGrouped ? Number(groups.join('')) : undefined;
}

function join(whole: number | undefined, fraction: string): number | undefined {
  return whole === undefined ? undefined : Number(`${whole}.${fraction}`);
}

function finite(value: number): number | undefined {
  return Number.isFinite(value) ? value : undefined;
}
