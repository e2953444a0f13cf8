import type { EventRow } from '../../store/events/event-row.ts';
import { redactAddress } from './redact-address.ts';

/** An address as it may be stored. */
export type Redact = (address: string) => string;

/**
 * Addresses whose redacted form is cached, at most 4 MB. Past it, the cache is cleared. All events of a page have the same
 * two addresses, and redacting one takes 8 µs, half of the time of an event in a batch.
 */
const MAX_CACHED_ADDRESSES = 500;

/** @param names of parameters whose values are left out, beside those of `secret-names.ts` */
export function createRedact(names: readonly string[]): Redact {
  const further = names.map((name) => name.toLowerCase());
  const cache = new Map<string, string>();
  return (address) => {
    // An address without any of these characters has nothing to redact.
    if (!/[#=@%]/.test(address)) return address;
    let redacted = cache.get(address);
    if (redacted === undefined) {
      redacted = redactAddress(address, further);
      if (cache.size >= MAX_CACHED_ADDRESSES) cache.clear();
      cache.set(address, redacted);
    }
    return redacted;
  };
}

/** Names of values that are addresses, at any depth of an event. */
const ADDRESSES = new Set([
  'page_referrer',
  'target',
  'piece',
  'location',
  '$location',
  '$url',
  '$referrer',
  'referrer',
]);

/** Redacts all addresses of a row in place. The answer of a redirect has its address as it came. */
export function redactRow(row: EventRow, redact: Redact): void {
  for (const column of ['pageUrl', 'referrer', 'redirectUrl'] as const) {
    const address = row[column];
    if (address) row[column] = redact(address);
  }
  if (row.props) row.props = redactedValues(row.props, redact);
}

function redactedValues(values: object, redact: Redact): Record<string, unknown> {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, redactedIn(name, value, redact)]));
}

/** The depth is bounded by the decoders, to `LIMITS.jsonDepth`. The members of a list have the name of the list. */
function redactedIn(name: string, value: unknown, redact: Redact): unknown {
  if (Array.isArray(value)) return value.map((one) => redactedIn(name, one, redact));
  if (typeof value === 'object' && value !== null) return redactedValues(value, redact);
  return redacted(name, value, redact);
}

/** A replacer for `JSON.stringify`, for an activity that is sent on as it came. */
export function redacting(redact: Redact): (name: string, value: unknown) => unknown {
  return (name, value) => redacted(name, value, redact);
}

function redacted(name: string, value: unknown, redact: Redact): unknown {
  return typeof value === 'string' && (ADDRESSES.has(name) || /^https?:\/\//i.test(value)) ? redact(value) : value;
}
