import { LIMITS } from './limits.ts';
import type { Product, Segment } from './values.ts';

/** Checks of single fields. Each returns the problem as `field: reason`, or `undefined`. */

/** The problem of an event's segments. */
export function segmentsProblem(segments: readonly Segment[]): string | undefined {
  if (segments.length > LIMITS.segments) return `segments: at most ${LIMITS.segments}`;
  const keys = new Set<string>();
  for (const [key, value] of segments) {
    if (key.includes(':')) return 'segments: a key contains no colon';
    const wrong = text('segments', key, LIMITS.segmentKey) ?? text('segments', value, LIMITS.segmentValue, 0);
    if (wrong) return wrong;
    if (keys.has(key)) return `segments: two values for the key ${JSON.stringify(key)}`;
    keys.add(key);
  }
}

export function productsProblem(products: readonly Product[]): string | undefined {
  if (products.length === 0) return 'products: at least one';
  if (products.length > LIMITS.products) return `products: at most ${LIMITS.products}`;
  for (const { id, amount, quantity = 1, name, category } of products) {
    const wrong =
      text('products', id, LIMITS.id) ??
      optional('products', name, LIMITS.text) ??
      optional('products', category, LIMITS.text);
    if (wrong) return wrong;
    if (amount !== undefined && !Number.isFinite(amount)) return 'products: an amount is a number';
    // NaN fails both comparisons.
    if (!(quantity > 0 && quantity <= LIMITS.quantity))
      return `products: a quantity is more than 0 and at most ${LIMITS.quantity}`;
  }
}

export function currencyProblem(currency: string): string | undefined {
  return expected(/^[A-Z]{3}$/.test(currency), 'currency', 'three letters of ISO 4217');
}

/** Keys that would reach into an object's prototype when the object is copied carelessly. */
const UNSAFE_KEYS = new Set(['__proto__', 'constructor', 'prototype']);

/**
 * The problem of an object whose keys are the sender's own. The service stores such an object as it is, if it is within
 * the bounds of `LIMITS`.
 */
export function jsonProblem(field: string, value: unknown): string | undefined {
  if (value === undefined) return;
  if (typeof value !== 'object' || !value || Array.isArray(value)) return `${field}: expected an object`;
  let left = LIMITS.jsonValues;
  const wrong = (some: unknown, depth: number): string | undefined => {
    if (--left < 0) return `${field}: at most ${LIMITS.jsonValues} values`;
    if (typeof some === 'string') return text(field, some, LIMITS.jsonText, 0);
    if (some === null || typeof some === 'boolean') return;
    if (typeof some === 'number') return expected(Number.isFinite(some), field, 'finite numbers');
    if (typeof some !== 'object') return `${field}: expected what JSON can say`;
    if (depth > LIMITS.jsonDepth) return `${field}: at most ${LIMITS.jsonDepth} levels`;
    for (const [key, inner] of Object.entries(some)) {
      if (UNSAFE_KEYS.has(key)) return `${field}: ${key} is no key`;
      const found = text(field, key, LIMITS.id, 0) ?? wrong(inner, depth + 1);
      if (found) return found;
    }
  };
  return wrong(value, 1);
}

export function amount(field: string, value: number): string | undefined {
  return expected(Number.isFinite(value) && value >= 0, field, 'a number of at least 0');
}

export function optional(field: string, value: string | undefined, max: number): string | undefined {
  return value === undefined ? undefined : text(field, value, max, 0);
}

export function digits(field: string, value: string): string | undefined {
  return expected(/^\d{1,19}$/.test(value), field, 'an integer');
}

export function whole(field: string, value: number): string | undefined {
  return expected(Number.isInteger(value) && value >= 0 && value <= 1e9, field, 'a whole number');
}

export function oneOf(field: string, value: string, values: readonly string[]): string | undefined {
  return values.includes(value) ? undefined : expected(false, field, `one of ${values.join(', ')}`);
}

export function expected(met: boolean, field: string, what: string): string | undefined {
  return met ? undefined : `${field}: expected ${what}`;
}

export function text(field: string, value: string, max: number, min = 1): string | undefined {
  if (typeof value !== 'string' || value.length < min) return `${field}: is missing`;
  if (value.length > max) return `${field}: at most ${max} characters`;
  // PostgreSQL cannot store U+0000, and no text of a shop's pages contains it.
  return value.includes('\0') ? `${field}: contains a NUL character` : undefined;
}
