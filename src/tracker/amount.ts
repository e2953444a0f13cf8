/** Characters of a price or a quantity. A longer text is not a number. */
const MAX_LENGTH = 64;
/** A currency before or after the digits: `€`, `EUR`, `R$`, `Rs.`, `zł`. The point of `.50` is not part of it. */
const CURRENCY = String.raw`[\p{Sc}\p{L}][\p{Sc}\p{L}\p{M}]{0,4}(?:\.(?!\d\d?$))?`;
/** Sign and currency in either order, digits with separators, and the dash that replaces the cents (`18,-`). */
const AMOUNT = new RegExp(
  String.raw`^(?:(?:${CURRENCY})\s*)?([-−+]?)\s*(?:${CURRENCY}\s*)?(?<!\p{L}(?=[.,]))([\d.,'’\s]*\d[.,]?)(?:(?<=[.,])[-–—])?\s*(?:${CURRENCY})?$`,
  'u',
);
/** JavaScript's notation of very large and very small numbers. */
const EXPONENT = /^-?\d+(\.\d+)?e[-+]?\d+$/i;

/**
 * Reads a number as shops' templates print it: `18.5`, `'4,245.42'`, `'18,50'`, `'1.234,56'`, `'1 234,56 €'`.
 * @returns nothing if the value is not a number, or is ambiguous: `'1.234'` may be 1234 or a little more than 1
 */
export function readAmount(input: unknown): number | undefined {
  // The `valueOf` of money libraries' objects is a number.
  const value: unknown = Object(input).valueOf();
  if (typeof value === 'number') return Number.isFinite(value) ? value : undefined;
  if (typeof value !== 'string' || value.length > MAX_LENGTH) return;
  const text = value.trim();
  if (EXPONENT.test(text)) return finite(Number(text));
  const [, sign, digits] = AMOUNT.exec(text) ?? [];
  const amount = digits === undefined ? undefined : readDigits(digits.trim().replace(/['’\s]/g, ' '));
  return amount === undefined ? undefined : finite(sign === '-' || sign === '−' ? -amount : amount);
}

/** Reads digits that are separated by points, commas and spaces. */
function readDigits(text: string): number | undefined {
  const separators = text.match(/[., ]/g) ?? [];
  const last = separators.at(-1);
  if (last === undefined) return Number(text);
  const [separator, ...others] = new Set(separators);
  const at = text.lastIndexOf(last);
  const [head, tail] = [text.slice(0, at), text.slice(at + 1)];
  const isDecimal = last !== ' ' && (separators as string[]).indexOf(last) === separators.length - 1;
  // With two kinds of separators, the first separates thousands, and the last one the fraction.
  if (others.length)
    return others.length === 1 && isDecimal ? join(readGroups(head, separator as string), tail) : undefined;
  if (!isDecimal) return readGroups(text, last);
  return tail.length === 3 && /^[1-9]\d{0,2}$/.test(head) ? undefined : join(Number(head), tail);
}

/** Reads groups of three digits. In India, the groups before the last have two digits. */
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
