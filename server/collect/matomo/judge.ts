import { decode, type Tracked } from '../../../src/wires/matomo/decode.ts';
import type { Parameters } from '../../../src/wires/matomo/query.ts';
import type { ContentStore, CustomerRecord } from '../../store/content/content-store.ts';
import type { Arrival } from '../ingest/event-row.ts';
import { robotOf } from '../ingest/robots.ts';
import { authorize, type RequestOrigin } from './authorization.ts';
import { invalid, type NotStored } from './outcome.ts';

/** Units sold in all orders of one HTTP request. `1000` is short to write, and a thousand units are long to store. */
const MAX_UNITS = 20_000;

/** What the requests of one HTTP request have in common. */
export interface Batch {
  arrival: Arrival;
  origin: RequestOrigin;
  address: string;
  language?: string | undefined;
  /** The token of requests that carry none of their own. */
  token?: string | undefined;
}

/** A request that is to be stored. */
export interface Accepted {
  tracked: Tracked;
  /** Whether it came with the customer's private token. */
  authenticated: boolean;
  userAgent: string | undefined;
}

/** Decides which requests of one batch are stored, by their parameters and their sender. It stores nothing. */
export class BatchJudge {
  /** One entry for each request of a robot. */
  readonly robots: { site: number; family: string }[] = [];
  readonly #batch: Batch;
  readonly #contentStore: ContentStore;
  readonly #customers = new Map<number, CustomerRecord | undefined>();
  #unitsLeft = MAX_UNITS;

  constructor(batch: Batch, contentStore: ContentStore) {
    this.#batch = batch;
    this.#contentStore = contentStore;
  }

  async judge(parameters: Parameters): Promise<NotStored | Accepted> {
    const { arrival, origin, token } = this.#batch;
    const site = Number(parameters.get('idsite'));
    const customer = await this.#customerOf(site);
    const decoded = decode(parameters, { now: arrival.receivedAt, currency: currencyOf(customer) });
    if ('status' in decoded) return invalid(decoded.detail);
    if (!customer) return invalid(`idsite: there is no site ${site}`);
    const rights = await authorize(origin, site, parameters.get('token_auth') || token, this.#contentStore.access);
    if ('refused' in rights) return { kind: 'invalid', status: 403, detail: rights.refused };
    const [tracked] = decoded.events;
    if (!tracked) return { kind: 'ignored', reason: decoded.ignored ?? '' };
    const [privileged] = rights.authenticated ? [] : tracked.privileged;
    if (privileged) return invalid(`${privileged}: needs a private token as token_auth`);
    const { event } = tracked;
    if (event.kind === 'goal' && !Object.hasOwn(customer.settings.goals ?? {}, event.goal))
      return invalid(`idgoal: there is no goal ${event.goal}`);
    const userAgent = tracked.userAgent ?? arrival.userAgent;
    const family = tracked.bots ? undefined : robotOf(userAgent);
    if (family !== undefined) {
      this.robots.push({ site, family });
      return { kind: 'ignored', reason: 'A robot, and no bots=1.' };
    }
    if ('products' in event) {
      this.#unitsLeft -= event.products.length;
      if (this.#unitsLeft < 0) return invalid(`ec_items: at most ${MAX_UNITS} units in one request`);
    }
    return { tracked, authenticated: rights.authenticated, userAgent };
  }

  async #customerOf(site: number): Promise<CustomerRecord | undefined> {
    if (Number.isSafeInteger(site) && !this.#customers.has(site))
      this.#customers.set(site, await this.#contentStore.customer(site));
    return this.#customers.get(site);
  }
}

const CURRENCY_OF_SIGN: Record<string, string> = { '€': 'EUR', '£': 'GBP', '¥': 'JPY' };

/** The customer's currency as ISO 4217. The content API has it by its sign. */
function currencyOf(customer: CustomerRecord | undefined): string {
  const currency = customer?.settings.currency ?? '$';
  return /^[A-Z]{3}$/.test(currency) ? currency : (CURRENCY_OF_SIGN[currency] ?? 'USD');
}
