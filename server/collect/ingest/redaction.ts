import type { EventRow } from '../../store/events/event-store.ts';
import { redactAddress } from './redact-address.ts';

/** An address as it may be stored. */
export type Redact = (address: string) => string;

/**
 * Addresses that are remembered, at most 4 MB: the events of a page have the same two, and to work one out takes 8 µs, half
 * of what an event in bulk takes in all. Past it, all are forgotten.
 */
const MAX_KNOWN_ADDRESSES = 500;

/** @param names of parameters whose values are left out, beside those of `secret-names.ts` */
export function createRedact(names: readonly string[]): Redact {
  const further = names.map((name) => name.toLowerCase());
  const known = new Map<string, string>();
  return (address) => {
    // An address without any of these characters has nothing to leave out.
    if (!/[#=@%]/.test(address)) return address;
    let kept = known.get(address);
    if (kept === undefined) {
      kept = redactAddress(address, further);
      if (known.size >= MAX_KNOWN_ADDRESSES) known.clear();
      known.set(address, kept);
    }
    return kept;
  };
}

/** Names of values that are addresses, wherever they stand in an event. */
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

/** Leaves out of a row's addresses what is not to be stored. What a redirect leads to is answered as it came. */
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

/** At any depth, of which decoders allow `LIMITS.jsonDepth`. What stands in a list has the list's name. */
function redactedIn(name: string, value: unknown, redact: Redact): unknown {
  if (Array.isArray(value)) return value.map((one) => redactedIn(name, one, redact));
  if (typeof value === 'object' && value !== null) return redactedValues(value, redact);
  return redacted(name, value, redact);
}

/** For `JSON.stringify` of what is passed on as it came. */
export function redacting(redact: Redact): (name: string, value: unknown) => unknown {
  return (name, value) => redacted(name, value, redact);
}

function redacted(name: string, value: unknown, redact: Redact): unknown {
  return typeof value === 'string' && (ADDRESSES.has(name) || /^https?:\/\//i.test(value)) ? redact(value) : value;
}
