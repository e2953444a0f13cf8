import { LIMITS } from '../events/limits.ts';
import { isSecretName } from '../events/secret-names.ts';

/**
 * An address as it may leave the page: cut to `LIMITS.url`, without fragment, and with nothing behind the names of query
 * parameters that say secret or personal. What else an address may tell (e-mail addresses, secrets of an address within
 * an address) the service leaves out: `server/collect/ingest/redact-address.ts`.
 * @param names further names of parameters, in lower case
 */
export function redact(address: string, names: readonly string[] = []): string {
  return address
    .slice(0, LIMITS.url)
    .replace(/#.*/s, '')
    .replace(/([?&]([^?&=]*)=)[^&]*/g, (pair, start, name) => (isSecretName(name, names) ? start : pair));
}
