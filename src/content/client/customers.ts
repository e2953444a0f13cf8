import type { Api } from '../address.ts';
import { type Loose, objectAt, record } from '../check.ts';
import { idOf } from '../id.ts';
import type { Customer } from '../resources.ts';
import { text } from '../text.ts';
import { type AskOptions, ask, type Id, part } from './fetch-by-key.ts';

/** A shop. Every other entity belongs to one. */
export interface ContentCustomer {
  id: string;
  name: string;
  domain: string;
  /** As `en_US`; empty where unknown. */
  language: string;
  /** Currency of prices, a code of ISO 4217 or a sign; empty where unknown. */
  currency: string;
  /** Whether uploads wait for a moderator. */
  premoderation: boolean;
  /** All settings, unchecked. */
  settings: Readonly<Record<string, unknown>>;
}

/**
 * A customer; without an id, the customer of the key.
 * Source: `GET /customers/{customer_id}`, "Root Endpoint".
 * @throws {VitrineError}
 */
export async function getCustomer(api: Api, id?: Id, options: AskOptions = {}): Promise<ContentCustomer> {
  if (id !== undefined) return readCustomer(await ask(api, `/customers/${part(id)}`, options), 'data');
  const root = objectAt<{ _embedded: { customer: Customer } }>(await ask(api, '/', options), 'data');
  return readCustomer(root._embedded?.customer, 'data._embedded.customer');
}

/** The id of the customer in `options`, else of the key's. The HTTP cache stores the answer with it. */
export async function customerIdOf(api: Api, { customer, signal }: OfCustomer): Promise<string> {
  return String(customer ?? (await getCustomer(api, undefined, { signal })).id);
}

export interface OfCustomer extends AskOptions {
  /** Id of the customer; by default that of the key's, which takes one more request. */
  customer?: Id | undefined;
}

export function readCustomer(value: unknown, field: string): ContentCustomer {
  const id = idOf(value, field);
  const { name, domain, language, settings } = value as Loose<Customer>;
  return {
    id,
    name: text(name),
    domain: text(domain),
    language: text(language),
    currency: currencyOf(value as Loose<Customer>),
    premoderation: settings?.premoderation === true,
    settings: record(settings),
  };
}

export function currencyOf(customer: Loose<Customer> | null | undefined): string {
  return text(customer?.settings?.currency);
}
