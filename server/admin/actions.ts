import { randomBytes } from 'node:crypto';
import { SORTINGS, type Sorting, WIDGET_TYPES, type WidgetInstance } from '../../src/content/resources.ts';
import { jsonProblem } from '../../src/events/problems.ts';
import { escapeControls, hasControls } from '../cli/terminal.ts';
import { HttpError } from '../http/errors.ts';
import { isLanguage } from '../language.ts';
import type { Token } from '../store/access.ts';
import type {
  ContentStore,
  CustomerInput,
  CustomerRecord,
  InstanceRecord,
  StyleRecord,
  TokenRecord,
} from '../store/content/content-store.ts';

/** What an operator may do, for the command and for the endpoints alike. Each checks what it is given. */

/** A wish that cannot be granted; the message says what to do instead. */
export class AdminError extends HttpError {
  override name = 'AdminError';
}

export interface NewCustomer {
  key: string;
  name: string;
  domain: string;
  language?: string | undefined;
  /** ISO 4217, as `EUR`: what the products of an import are priced in. */
  currency?: string | undefined;
  /** The domain that the shop's pages and its checkout share, as `.shop.example`. */
  cookieDomain?: string | undefined;
}

export async function addCustomer(store: ContentStore, wanted: NewCustomer): Promise<CustomerRecord> {
  const { key, language, currency, cookieDomain } = wanted;
  if (!/^[a-z][a-z0-9-]{0,62}$/.test(key))
    throw new AdminError(400, `The key ${show(key)} must begin with a letter and have only a-z, 0-9 and "-".`);
  if (await store.customerByKey(key)) throw new AdminError(409, `There is a customer ${key} already.`);
  const name = readText(wanted.name, 'name', 200);
  const domain = hostname(wanted.domain);
  const settings = {
    ...(currency !== undefined && { currency }),
    ...(cookieDomain !== undefined && { analytics_cookie_domain: `.${hostname(cookieDomain.replace(/^\./, ''))}` }),
  };
  if (language !== undefined && !isLanguage(language))
    throw new AdminError(400, `The language ${show(language)} must look like en_US.`);
  if (currency !== undefined && !/^[A-Z]{3}$/.test(currency))
    throw new AdminError(400, `The currency ${show(currency)} must be three letters of ISO 4217, as EUR.`);
  const customer: CustomerInput = { key, name, domain, settings, ...(language !== undefined && { language }) };
  const { id } = await store.upsertCustomer(customer);
  return (await store.customer(id)) as CustomerRecord;
}

/** By id or by key; without either, the only one there is. */
export async function findCustomer(store: ContentStore, given?: string): Promise<CustomerRecord> {
  const all = await store.customers();
  const list = all.map(({ id, key }) => `${key} (${id})`).join(', ') || 'none yet: add one with "customer add"';
  if (given === undefined) {
    const [only, another] = all;
    if (!only || another) throw new AdminError(400, `Say which customer with --customer. There are: ${list}.`);
    return only;
  }
  const found = all.find(({ id, key }) => key === given || String(id) === given);
  if (!found) throw new AdminError(404, `There is no customer ${show(given)}. There are: ${list}.`);
  return found;
}

/**
 * From now on nobody finds the customer. What is left of it goes by `finishRemovals` (`removal.ts`).
 * @param withEvents whether its events and their totals go, too
 */
export async function removeCustomer(store: ContentStore, id: number, withEvents = false): Promise<void> {
  if (!(await store.removeCustomer(id, withEvents))) throw new AdminError(404, `There is no customer ${id}.`);
}

/** The token in clear text is in this answer and nowhere else, ever again. */
export async function addToken(
  store: ContentStore,
  customerId: number,
  { kind, label = '' }: { kind: string; label?: string | undefined },
): Promise<TokenRecord & { token: string }> {
  if (kind !== 'public' && kind !== 'private')
    throw new AdminError(400, 'A token is public (stands in pages) or private (reads events, administers).');
  if (label.length > 200) throw new AdminError(400, 'The label must have at most 200 characters.');
  checkControls(label, 'label');
  const token = randomBytes(32).toString('hex');
  return { ...(await store.addToken(customerId, kind satisfies Token['kind'], label, token)), token };
}

export async function removeToken(store: ContentStore, customerId: number, id: number): Promise<void> {
  if (!(await store.removeToken(customerId, id))) throw new AdminError(404, `The customer has no token ${id}.`);
}

/** @returns the origin as browsers send it */
export async function addOrigin(store: ContentStore, customerId: number, given: string): Promise<string> {
  const origin = originOf(given);
  if (origin.includes('*'))
    throw new AdminError(
      400,
      `Browsers say no origin with *, so ${show(given)} would let no page in: add each by itself.`,
    );
  await store.addOrigin(customerId, origin);
  return origin;
}

export async function removeOrigin(store: ContentStore, customerId: number, given: string): Promise<void> {
  const origin = originOf(given);
  if (!(await store.removeOrigin(customerId, origin)))
    throw new AdminError(404, `The customer has no origin ${origin}.`);
}

/** @returns the host name as redirects are compared with it */
export async function addHost(store: ContentStore, customerId: number, given: string): Promise<string> {
  const host = hostname(given);
  await store.addHost(customerId, host);
  return host;
}

export async function removeHost(store: ContentStore, customerId: number, given: string): Promise<void> {
  const host = hostname(given);
  if (!(await store.removeHost(customerId, host))) throw new AdminError(404, `The customer has no host ${host}.`);
}

export interface NewStyle {
  name: string;
  /** `olapic_slidev3`, `olapic_wallv2`… */
  type: string;
  settings?: Record<string, unknown> | undefined;
}

/** Adds a style, or gives the one of that name another type and other settings. */
export async function addStyle(store: ContentStore, customerId: number, wanted: NewStyle): Promise<StyleRecord> {
  if (!/^[A-Za-z]\w{0,63}$/.test(wanted.type))
    throw new AdminError(400, `The type ${show(wanted.type)} must be a name as olapic_slidev3.`);
  const name = readText(wanted.name, 'name', 200);
  const settings = wanted.settings ?? {};
  const wrong = jsonProblem('settings', settings);
  if (wrong) throw new AdminError(400, wrong);
  const { id } = await store.upsertStyle(customerId, { name, type: wanted.type, settings });
  return (await store.style(id)) as StyleRecord;
}

export async function removeStyle(store: ContentStore, customerId: number, id: number): Promise<void> {
  const users = (await store.instances(customerId)).filter(({ styleId }) => styleId === id);
  if (users.length > 0)
    throw new AdminError(
      409,
      `The style ${id} is used by ${users.map((one) => one.id).join(', ')}: remove these instances first.`,
    );
  if (!(await store.removeStyle(customerId, id))) throw new AdminError(404, `The customer has no style ${id}.`);
}

export interface NewInstance {
  /** 32 hex digits; without it a new one. */
  id?: string | undefined;
  name: string;
  type: string;
  /** Name or id of a style; without it the customer's first, or a new plain one. */
  style?: string | undefined;
  /** Key of the stream that a `by_stream` widget shows; without it the page says which. */
  stream?: string | undefined;
  category?: string | undefined;
  sorting?: string | undefined;
}

/** Adds a widget instance, or replaces the one of that id. */
export async function addInstance(
  store: ContentStore,
  customerId: number,
  wanted: NewInstance,
): Promise<InstanceRecord> {
  const id = wanted.id?.toLowerCase() ?? randomBytes(16).toString('hex');
  if (!/^[0-9a-f]{32}$/.test(id)) throw new AdminError(400, `The id ${show(id)} must have 32 hex digits.`);
  const before = await store.instance(id);
  if (before && before.customerId !== customerId) throw new AdminError(409, `The id ${id} is taken: leave it out.`);
  const instance: InstanceRecord = {
    id,
    customerId,
    name: readText(wanted.name, 'name', 200),
    type: oneOf<WidgetInstance['type']>(wanted.type, WIDGET_TYPES, 'type'),
    settings: wanted.sorting === undefined ? {} : { sorting: oneOf<Sorting>(wanted.sorting, SORTINGS, 'sorting') },
    styleId: (await styleFor(store, customerId, wanted.style)).id,
    streamId: await idOf(wanted.stream, 'stream', (key) => store.streamByKey(customerId, key)),
    categoryId: await idOf(wanted.category, 'category', (key) => store.categoryByKey(customerId, key)),
  };
  if (instance.streamId !== null && instance.type !== 'by_stream')
    throw new AdminError(400, 'Only a widget of type by_stream shows a stream.');
  if (instance.categoryId !== null && instance.type !== 'by_category')
    throw new AdminError(400, 'Only a widget of type by_category shows a category.');
  await store.putInstance(instance);
  return instance;
}

export async function removeInstance(store: ContentStore, customerId: number, id: string): Promise<void> {
  if (!(await store.removeInstance(customerId, id.toLowerCase())))
    throw new AdminError(404, `The customer has no widget instance ${show(id)}.`);
}

async function styleFor(store: ContentStore, customerId: number, given: string | undefined): Promise<StyleRecord> {
  const styles = await store.styles(customerId);
  if (given === undefined)
    return styles[0] ?? addStyle(store, customerId, { name: 'Carousel', type: 'olapic_slidev3' });
  const found = styles.find(({ id, name }) => name === given || String(id) === given);
  if (!found) throw new AdminError(404, `The customer has no style ${show(given)}: add it with "style add".`);
  return found;
}

async function idOf(
  key: string | undefined,
  what: string,
  find: (key: string) => Promise<{ id: number } | undefined>,
): Promise<number | null> {
  if (key === undefined) return null;
  const found = await find(key);
  if (!found) throw new AdminError(404, `The customer has no ${what} with the key ${show(key)}: import it first.`);
  return found.id;
}

function originOf(given: string): string {
  if (given === 'null')
    throw new AdminError(
      400,
      "Every page that hides its origin says null, a stranger's too, so it is nobody's to add. Such pages, as Shopify's sandboxed frames, track without it (\"permit trackers yes\"), and read nothing.",
    );
  const url = URL.parse(given);
  if (!url || !/^https?:$/.test(url.protocol) || url.pathname !== '/' || url.search || url.hash || url.username)
    throw new AdminError(
      400,
      `The origin ${show(given)} must look like https://shop.example, with a port if it has one.`,
    );
  return url.origin;
}

function hostname(given: string): string {
  const url = URL.parse(`https://${given}/`);
  if (
    !url ||
    url.host !== url.hostname ||
    url.pathname !== '/' ||
    url.username ||
    url.search ||
    url.hash ||
    !/^[\w.:[\]-]+$/.test(url.hostname)
  )
    throw new AdminError(
      400,
      `The host ${show(given)} must be a name as www.shop.example, without scheme, port and path.`,
    );
  return url.hostname;
}

function oneOf<T extends string>(given: string, known: readonly T[], what: string): T {
  const found = known.find((one) => one === given);
  if (!found) throw new AdminError(400, `The ${what} ${show(given)} must be one of ${known.join(', ')}.`);
  return found;
}

/** A text for people, trimmed. @throws {AdminError} */
export function readText(given: string, what: string, limit: number): string {
  const trimmed = given.trim();
  if (trimmed === '' || trimmed.length > limit)
    throw new AdminError(400, `The ${what} must have between 1 and ${limit} characters.`);
  checkControls(trimmed, what);
  return trimmed;
}

function checkControls(given: string, what: string): void {
  if (hasControls(given)) throw new AdminError(400, `The ${what} must have no control characters: ${show(given)}.`);
}

/** What somebody gave, as it can stand in a message. */
function show(given: string): string {
  return escapeControls(JSON.stringify(given.slice(0, 100)));
}
