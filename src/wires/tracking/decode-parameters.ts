import type { Line } from '../../events/products.ts';
import type { Segment } from '../../events/vocabulary.ts';

/** A parameter that is wrong. The message is `parameter: reason`. */
export class ParameterError extends Error {}

const NUMBER = /^-?\d+(\.\d+)?(e[+-]?\d+)?$/i;

/** Reads a number. Text that is none becomes NaN, which `problemOf` refuses. */
export function readNumber(text: string | undefined): number | undefined {
  return text === undefined ? undefined : NUMBER.test(text) ? Number(text) : Number.NaN;
}

/** Keys that would reach into an object's prototype when the object is copied carelessly. */
const UNSAFE_KEY = /^(__proto__|constructor|prototype)$/;

/**
 * Reads pairs of `key:value`, each cut at its first colon. A pair that is repeated counts once; `problemOf` refuses two
 * values for a key.
 * @throws {ParameterError}
 */
export function readSegments(pairs: string[]): Segment[] {
  const segments: Segment[] = [];
  for (const pair of new Set(pairs)) {
    if (!pair) continue;
    const colon = pair.indexOf(':');
    if (colon < 0) throw new ParameterError('segments: expected key:value');
    const key = pair.slice(0, colon);
    if (UNSAFE_KEY.test(key)) throw new ParameterError(`segments: ${key} is no key`);
    segments.push([key, pair.slice(colon + 1)]);
  }
  return segments;
}

/**
 * Reads `ID:amount`, cut at the last colon, since a product id may contain one. `ID:amount*quantity` is our own, for a
 * fraction and for more units than a request could carry one by one. Its amount may be left out.
 * @throws {ParameterError}
 */
export function readProduct(pair: string): Line {
  const colon = pair.lastIndexOf(':');
  const [amount = '', quantity, ...more] = pair.slice(colon + 1).split('*');
  const known = NUMBER.test(amount);
  const many = quantity === undefined ? 1 : (readNumber(quantity) as number);
  // A quantity of 0 or less has no units to write out; `problemOf` checks the upper bound.
  if (colon < 0 || more.length || !(known || (amount === '' && quantity !== undefined)) || !(many > 0))
    throw new ParameterError('products: expected ID:AMOUNT, as in mug-01:18.50');
  return { id: pair.slice(0, colon), quantity: many, ...(known && { amount: Number(amount) }) };
}

/** The value, if it is short enough and without NUL. @throws {ParameterError} */
export function limited(field: string, value: string | undefined, max: number): string | undefined {
  if (value !== undefined && value.length > max) throw new ParameterError(`${field}: at most ${max} characters`);
  if (value?.includes('\0')) throw new ParameterError(`${field}: contains a NUL character`);
  return value;
}

/** Whether a value is a time in milliseconds since 1970. */
export function isTime(value: unknown): boolean {
  return Number.isSafeInteger(value) && (value as number) >= 0 && (value as number) < 1e14;
}
