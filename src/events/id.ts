/** Ids that can be made anywhere, at the moment something happens, without asking anyone. */

import { toJson } from './json.ts';
import { LIMITS } from './limits.ts';
import type { Product } from './vocabulary.ts';

/** The millisecond of the last UUIDv7, and its place among those of the same one. */
let last: number;
let place: number;

/**
 * A UUIDv7 (RFC 9562 §5.7): 48 bits of Unix time in milliseconds, 12 bits that count from a random start within one
 * millisecond (§6.2, method 1), so that a click sorts before the view that it causes, then randomness.
 * `crypto.getRandomValues` is used, not `randomUUID`, because only the former exists on plain-http pages.
 */
export function uuidv7(at: number = Date.now()): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  const view = new DataView(bytes.buffer);
  // Division, not a shift: bit operators would cut the time to 32 bits.
  view.setUint32(0, at / 65_536);
  view.setUint16(4, at);
  place = at === last ? place + 1 : view.getUint16(6) & 0x7ff;
  last = at;
  view.setUint16(6, place);
  return format(bytes, 7);
}

/**
 * The id of a checkout: a UUIDv8 (RFC 9562 §5.8) of what was bought in which transaction. A reloaded order page is
 * the same event again; other products under the same transaction are another event. The order of products is not
 * part of it.
 */
export function checkoutId(transactionId: string, products: readonly Product[]): string {
  // What is not told falls out, so that a unit at a price is said as ever.
  const parts = products.map(({ id, amount, quantity }) => toJson([id, amount, ...(quantity ? [quantity] : [])]));
  return derivedId('checkout', transactionId, parts.sort());
}

/** A UUIDv8 that is the same wherever it is made of the same parts: the id of what follows from something else. */
export function derivedId(...parts: unknown[]): string {
  return format(hash128(toJson(parts)), 8);
}

/** The stable id of an element that has no `instance`: 32 hex digits of its name, source and source id. */
export function instanceId(element: string, source: string, sourceId: string): string {
  // As JSON has a list, but text by text: an `Array.prototype.toJSON` of the page's would make other ids.
  return hex(hash128(`[${[element, source, sourceId].map((part) => JSON.stringify(part))}]`));
}

/** Whether something can be an `analytics_id`. Its characters are whatever its maker likes. */
export function isAnalyticsId(value: unknown): value is string {
  return typeof value === 'string' && value !== '' && value.length <= LIMITS.analyticsId && !value.includes('\0');
}

function hex(bytes: Uint8Array): string {
  return bytes.reduce((text, byte) => text + (byte + 256).toString(16).slice(1), '');
}

function format(bytes: Uint8Array, version: 7 | 8): string {
  bytes[6] = ((bytes[6] as number) & 0x0f) | (version << 4);
  bytes[8] = ((bytes[8] as number) & 0x3f) | 0x80;
  return hex(bytes).replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
}

/**
 * 128 bits of a string, synchronously: `crypto.subtle` would need a promise and a secure context. Four lanes of 32
 * bits, each with a multiplier of its own (odd, so that no step loses anything), and four steps more to spread the last
 * byte. Made to spread, not to withstand an attacker, who could send any id anyway.
 */
function hash128(text: string): Uint8Array {
  const lanes = new DataView(new ArrayBuffer(16));
  const bytes = new TextEncoder().encode(`${text}\0\0\0\0`);
  for (let lane = 0; lane < 16; lane += 4) {
    let hash = ~lane;
    for (const byte of bytes) {
      hash = Math.imul(hash ^ byte, 0x85ebca6b + (lane << 5));
      hash ^= hash >>> 15;
    }
    lanes.setInt32(lane, hash);
  }
  return new Uint8Array(lanes.buffer);
}
