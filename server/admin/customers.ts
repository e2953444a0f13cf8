import Type from 'typebox';
import { isLanguage } from '../language.ts';
import type { ContentStore, CustomerInput, CustomerRecord } from '../store/content/content-store.ts';
import { checkHostname, checkText, quote } from './checks.ts';
import { AdminError } from './errors.ts';
import { type Input, Text } from './input.ts';

export const NewCustomer = Type.Object(
  {
    key: Text('A short name in lower case.'),
    name: Text('As people read it.'),
    domain: Text('Host name of the shop.'),
    language: Type.Optional(Text('As `en_US`.')),
    currency: Type.Optional(Text('ISO 4217, as `EUR`.')),
    cookieDomain: Type.Optional(Text('Domain that shop and checkout share, as `.shop.example`.')),
  },
  { examples: [{ key: 'acme', name: 'Acme', domain: 'shop.example.com', currency: 'EUR' }] },
);
export type NewCustomer = Input<typeof NewCustomer>;

/** @throws {AdminError} */
export async function addCustomer(contentStore: ContentStore, wanted: NewCustomer): Promise<CustomerRecord> {
  const { key, language, currency, cookieDomain } = wanted;
  if (!/^[a-z][a-z0-9-]{0,62}$/.test(key))
    throw new AdminError(400, `The key ${quote(key)} must begin with a letter and have only a-z, 0-9 and "-".`);
  if (await contentStore.customerByKey(key)) throw new AdminError(409, `There is a customer ${key} already.`);
  const name = checkText(wanted.name, 'name', 200);
  const domain = checkHostname(wanted.domain);
  const settings = {
    ...(currency !== undefined && { currency }),
    ...(cookieDomain !== undefined && {
      analytics_cookie_domain: `.${checkHostname(cookieDomain.replace(/^\./, ''))}`,
    }),
  };
  if (language !== undefined && !isLanguage(language))
    throw new AdminError(400, `The language ${quote(language)} must look like en_US.`);
  if (currency !== undefined && !/^[A-Z]{3}$/.test(currency))
    throw new AdminError(400, `The currency ${quote(currency)} must be three letters of ISO 4217, as EUR.`);
  const customer: CustomerInput = { key, name, domain, settings, ...(language !== undefined && { language }) };
  const { id } = await contentStore.upsertCustomer(customer);
  return (await contentStore.customer(id)) as CustomerRecord;
}

/** Finds the customer with this id. @throws {AdminError} 404 */
export async function findCustomer(contentStore: ContentStore, id: number): Promise<CustomerRecord> {
  const customer = await contentStore.customer(id);
  if (!customer) throw new AdminError(404, `There is no customer ${id}.`);
  return customer;
}

/**
 * Finds a customer by id or key; without either, the only customer.
 * @throws {AdminError} with a list of all customers
 */
export async function findCustomerByName(contentStore: ContentStore, given?: string): Promise<CustomerRecord> {
  const all = await contentStore.customers();
  const list = all.map(({ id, key }) => `${key} (${id})`).join(', ') || 'none yet: add one with "customer add"';
  if (given === undefined) {
    const [only, another] = all;
    if (!only || another) throw new AdminError(400, `Name a customer with --customer. There are: ${list}.`);
    return only;
  }
  const found = all.find(({ id, key }) => key === given || String(id) === given);
  if (!found) throw new AdminError(404, `There is no customer ${quote(given)}. There are: ${list}.`);
  return found;
}

/** Changes some settings of a customer, and keeps all others. */
export async function changeSettings(
  contentStore: ContentStore,
  { key, name, domain, settings }: CustomerRecord,
  changed: CustomerRecord['settings'],
): Promise<void> {
  await contentStore.upsertCustomer({ key, name, domain, settings: { ...settings, ...changed } });
}

/**
 * Removes a customer, who is not found from now on. `finishRemovals` (`removal.ts`) removes the content later.
 * @param withEvents whether its events and their totals are removed too
 */
export async function removeCustomer(contentStore: ContentStore, id: number, withEvents = false): Promise<void> {
  if (!(await contentStore.removeCustomer(id, withEvents))) throw new AdminError(404, `There is no customer ${id}.`);
}
