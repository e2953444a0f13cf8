export interface Amount {
  /** The digits as written, with a decimal point: `1234.50`. */
  amount: string;
  /** The ISO 4217 code, if it is written beside the amount. */
  currency?: string;
}

/** The characters of a price. A longer text is no price. */
const MAX_LENGTH = 64;
const SYMBOLS: Record<string, string> = { '€': 'EUR', '£': 'GBP' };
/** An optional currency (code or symbol), the number, and another optional currency. A symbol such as `$` has many. */
const PRICE = /^(?:([a-z]{3})|(\p{Sc}))? ?([\d.,' ]*\d)(?:[.,][-–—])? ?(?:([a-z]{3})|(\p{Sc}))?$/iu;

/**
 * Reads a price as shops and their exports write it: `18.50`, `18,50`, `1.234,56`, `4,245.42`, `1 234,56`, `1'234.50`,
 * `18.50 EUR`, `€18.50`.
 *
 * @param currency the ISO 4217 code, if it is known; some currencies have three decimals
 * @returns `ambiguous` for a text that may have thousands or decimals, such as `1.234`; undefined for no price
 */
export function readAmount(text: string, currency?: string): Amount | 'ambiguous' | undefined {
  if (text.length > MAX_LENGTH) return undefined;
  const plain = text
    .replace(/[\s\u00a0\u2009\u202f]/g, ' ')
    .replaceAll('’', "'")
    .trim();
  const [, codeBefore, symbolBefore, number = '', codeBehind, symbolBehind] = PRICE.exec(plain) ?? [];
  const named = (codeBefore ?? codeBehind)?.toUpperCase() ?? SYMBOLS[symbolBefore ?? symbolBehind ?? ''];
  const read = readNumber(number, hasThreeDecimals(named ?? currency));
  if (read === undefined || read === 'ambiguous') return read;
  if (!/^\d{1,9}(\.\d{1,4})?$/.test(read)) return undefined;
  return { amount: read, ...(named && { currency: named }) };
}

/** Digits in groups of three, or in groups of two before the last three, as in India. */
const GROUPED: Record<string, RegExp> = {
  ' ': /^\d{1,3}(?: \d{3})+$/,
  "'": /^\d{1,3}(?:'\d{3})+$/,
  ',': /^\d{1,3}(?:(?:,\d{3})+|(?:,\d\d)+,\d{3})$/,
  '.': /^\d{1,3}(?:\.\d{3})+$/,
};

function readNumber(number: string, threeDecimals: boolean): string | 'ambiguous' | undefined {
  const at = Math.max(number.lastIndexOf('.'), number.lastIndexOf(','));
  if (at < 0) return readWhole(number);
  const mark = number[at] as string;
  const [whole, decimals] = [number.slice(0, at), number.slice(at + 1)];
  // The same mark twice separates thousands.
  if (whole.includes(mark)) return readWhole(number);
  if (!/^\d+$/.test(decimals)) return undefined;
  const isGroup = decimals.length === 3 && /^[1-9]\d{0,2}$/.test(whole);
  if (isGroup && !threeDecimals) return 'ambiguous';
  const read = whole === '' ? '0' : readWhole(whole);
  return read && `${read}.${decimals}`;
}

function readWhole(number: string): string | undefined {
  const mark = /\D/.exec(number)?.[0];
  if (mark === undefined) return number || undefined;
  return GROUPED[mark]?.test(number) ? number.replaceAll(mark, '') : undefined;
}

function hasThreeDecimals(currency: string | undefined): boolean {
  if (currency === undefined || !/^[A-Z]{3}$/.test(currency)) return false;
  return new Intl.NumberFormat('en', { style: 'currency', currency }).resolvedOptions().maximumFractionDigits === 3;
}
