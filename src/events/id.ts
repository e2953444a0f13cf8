/** Ids that a page or the service can make at once, without a request. */

import { toJson } from './json.ts';
import { LIMITS } from './limits.ts';
import type { Product } from './vocabulary.ts';

/** The millisecond of the last UUIDv7, and its place among the ids of that millisecond. */
let last: number;
let place: number;

/**
 * A UUIDv7 (RFC 9562 §5.7): 48 bits of Unix time in milliseconds, 12 bits that count from a random start within one
 * millisecond (§6.2, method 1), then random bits. The count makes a click sort before the view that it causes. Pages
 * without HTTPS have `crypto.getRandomValues`, but not `randomUUID`.
 */
export function uuidv7(at: number = Date.now()): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  const view = new DataView(bytes.buffer);
  // A shift would cut the time to 32 bits; a division does not.
  view.setUint32(0, at / 65_536);
  view.setUint16(4, at);
  place = at === last ? place + 1 : view.getUint16(6) & 0x7ff;
  last = at;
  view.setUint16(6, place);
  return format(bytes, 7);
}

/**
 * The id of a checkout: a UUIDv8 (RFC 9562 §5.8) of the transaction and its products, in any order. A reloaded order page
 * has the same id, and is the same event. Other products under the same transaction are another event.
 */
export function checkoutId(transactionId: string, products: readonly Product[]): string {
  // A product without a quantity has the id that it had before products had quantities.
  const parts = products.map(({ id, amount, quantity }) => toJson([id, amount, ...(quantity ? [quantity] : [])]));
  return derivedId('checkout', transactionId, parts.sort());
}

/** A UUIDv8 that is derived from its parts: the same parts always make the same id. */
export function derivedId(...parts: unknown[]): string {
  return format(hash128(toJson(parts)), 8);
}

/** The stable id of an element that has no `instance`: 32 hex digits of its name, source and source id. */
export function instanceId(element: string, source: string, sourceId: string): string {
  // Each text is written by itself: a page's own `Array.prototype.toJSON` would change the JSON of a list.
  return hex(hash128(`[${[element, source, sourceId].map((part) => JSON.stringify(part))}]`));
}

/** Whether a value can be an `analytics_id`: any text of 1 to 256 characters without NUL. */
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
 * A hash of 128 bits. It is synchronous, and works on pages without HTTPS; `crypto.subtle` is neither. It has four lanes of
 * 32 bits, each with an odd multiplier of its own, so that no step loses a bit. Four more steps spread the last byte. The
 * hash spreads well, and does not withstand an attacker, who could send any id anyway.
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
