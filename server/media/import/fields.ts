import { STREAM_STATUSES, type StreamStatus } from '../../../src/content/resources.ts';
import { isLanguage } from '../../language.ts';
import { type Amount, readAmount } from './amount.ts';
import { readAvailability } from './availability.ts';
import { RowError } from './rows.ts';

/** Readers of the fields of a CSV. Each throws a {@link RowError} that says what the field should be. */

export function text(column: string, value: string, longest: number): string {
  if (value.length > longest) throw new RowError(`${column} has ${value.length} characters; at most ${longest} fit.`);
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for.
  if (/[\0-\x08\x0b\x0c\x0e-\x1f\x7f]/.test(value)) throw new RowError(`${column} holds control characters.`);
  return value;
}

export function needed(column: string, value: string, longest: number): string {
  if (value === '') throw new RowError(`${column} is empty.`);
  return text(column, value, longest);
}

/** The status of a stream. A product that can be ordered is available. */
export function availability(column: string, value: string): StreamStatus {
  const status = readAvailability(value);
  if (status) return status;
  throw new RowError(
    `${column} is "${value}"; it can be in stock, out of stock, preorder, ${STREAM_STATUSES.join(', ')}.`,
  );
}

/**
 * An amount, with its currency if one is written beside it.
 * @param known the ISO 4217 code in another column, if there is one
 */
export function price(column: string, value: string, known?: string): Amount {
  const amount = readAmount(value, known);
  if (amount === 'ambiguous')
    throw new RowError(`${column} is "${value}", thousands or decimals; it is written like 28.00 or 28,00.`);
  if (!amount) throw new RowError(`${column} is "${value}"; it is written like 28.00, 28,00 or 28.00 EUR.`);
  if (known && amount.currency && amount.currency !== known)
    throw new RowError(`${column} is in ${amount.currency}, and currency is ${known}.`);
  return amount;
}

/** An ISO 4217 code. */
export function currency(column: string, value: string): string {
  if (!/^[A-Za-z]{3}$/.test(value)) throw new RowError(`${column} is "${value}"; it is written like EUR.`);
  return value.toUpperCase();
}

export function language(column: string, value: string): string {
  if (!isLanguage(value)) throw new RowError(`${column} is "${value}"; it is written like en or en_US.`);
  return value;
}

export function wholeNumber(column: string, value: string): number {
  if (!/^\d{1,9}$/.test(value)) throw new RowError(`${column} is "${value}"; it is a whole number from 0.`);
  return Number(value);
}

const YES = ['yes', 'y', 'true', '1'];
const NO = ['no', 'n', 'false', '0'];

export function yesOrNo(column: string, value: string): boolean {
  if (YES.includes(value.toLowerCase())) return true;
  if (NO.includes(value.toLowerCase())) return false;
  throw new RowError(`${column} is "${value}"; it is yes or no.`);
}

const ISO_8601 = /^(\d{4}-\d\d-\d\d)(?:[T ]\d\d:\d\d(?::\d\d(?:\.\d{1,3})?)?(Z|[+-]\d\d:\d\d)?)?$/;

/** A time in milliseconds since 1970, in UTC if no zone is given. */
export function date(column: string, value: string): number {
  const [, day = '', zone] = ISO_8601.exec(value) ?? [];
  const time = isDay(day) ? Date.parse(zone || value === day ? value : `${value}Z`) : Number.NaN;
  if (Number.isNaN(time)) {
    throw new RowError(`${column} is "${value}"; it is written like 2026-05-31 or 2026-05-31T14:30:00Z.`);
  }
  return time;
}

/** `Date.parse` reads the 31st of April as the 1st of May. */
function isDay(day: string): boolean {
  const time = Date.parse(day);
  return !Number.isNaN(time) && new Date(time).toISOString().startsWith(day);
}

/** An absolute http(s) URL. A relative one is resolved against `base`, if there is one. */
export function url(column: string, value: string, base: string | undefined): string {
  const found = URL.parse(value, base);
  if (!found) {
    throw new RowError(`${column} is "${value}"; it is a URL with https:// (or relative, with --base-url).`);
  }
  if (!['http:', 'https:'].includes(found.protocol) || found.username || found.password) {
    throw new RowError(`${column} is "${value}"; only http and https without a password are accepted.`);
  }
  return text(column, found.href, 2000);
}
