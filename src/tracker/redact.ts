import { LIMITS } from '../events/limits.ts';
import { isSecretName } from '../events/secret-names.ts';

/** Fields of events that hold an address. `redirectUrl` is not among them: a wire may redirect there. */
const ADDRESSES = ['pageUrl', 'pageReferrer', 'referrer', 'target', 'image'] as const;

/**
 * Redacts the addresses of an event in place.
 * @param names further names of parameters, separated by spaces
 */
export function redactAddresses<E extends Partial<Record<(typeof ADDRESSES)[number], string>>>(
  event: E,
  names = '',
): E {
  for (const field of ADDRESSES) {
    const address = event[field];
    if (address) event[field] = redact(address, names.toLowerCase().split(/\s+/)) as E[typeof field];
  }
  return event;
}

/**
 * An address as it may leave the page: without its fragment, without the values of query parameters whose names stand for
 * secret or personal data, and at most `LIMITS.url` characters. The service removes other secrets, such as e-mail
 * addresses and secrets of an address within the address: `server/collect/ingest/redact-address.ts`.
 * @param names further names of parameters, in lower case
 */
export function redact(address: string, names: readonly string[] = []): string {
  return address
    .slice(0, LIMITS.url)
    .replace(/#.*/s, '')
    .replace(/([?&]([^?&=]*)=)[^&]*/g, (pair, start, name) => (isSecretName(name, names) ? start : pair));
}
