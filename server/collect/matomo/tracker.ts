import { createHmac, randomBytes } from 'node:crypto';
import { checkoutId, uuidv7 } from '../../../src/events/id.ts';
import { decode, type Tracked } from '../../../src/wires/matomo/decode.ts';
import type { Parameters } from '../../../src/wires/matomo/query.ts';
import { parseAddress } from '../../http/client-address.ts';
import type { ContentStore, CustomerRecord } from '../../store/content/content-store.ts';
import type { EventRow, EventStore, RowOutcome } from '../../store/events/event-store.ts';
import { type Arrival, rowOf } from '../ingest/event-row.ts';
import type { Intake } from '../ingest/intake.ts';
import { robotOf } from '../ingest/robots.ts';
import { mayTrack, type Sender } from './sender.ts';
import { newVisitId, VisitBook } from './visits.ts';

/** Units sold in all orders of one HTTP request: `1000` is short to say, and a thousand units long to keep. */
const MOST_UNITS = 20_000;

/** What the requests of one HTTP request have in common. */
export interface Batch {
  arrival: Arrival;
  sender: Sender;
  address: string;
  language?: string | undefined;
  /** For requests that carry no token of their own. */
  token?: string | undefined;
}

/** What became of one request. */
export type Outcome =
  | { kind: 'taken'; row: EventRow }
  | { kind: 'ignored'; reason: string }
  | { kind: 'invalid'; status: 400 | 403; detail: string };

type Prepared =
  | Exclude<Outcome, { kind: 'taken' }>
  | {
      kind: 'row';
      row: EventRow;
      site: number;
      /** Whether the same id again is the same event, rather than a second order. */
      repeatable: boolean;
      /** Undoes what was noted of it when it does not reach the disk. */
      undo?: () => void;
    };

/** A request that is to be stored. */
interface Judged {
  read: Tracked;
  authenticated: boolean;
  userAgent: string | undefined;
}

type PreparedRow = Prepared & { kind: 'row' };

/** One run over the requests of a batch. */
interface Run {
  batch: Batch;
  customers: Map<number, CustomerRecord | undefined>;
  /** How many more can be sold. */
  units: number;
  /** Of each request that a robot sent. */
  robots: { site: number; family: string }[];
}

/** Takes requests by query string, whatever form they came in. */
export class MatomoTracker {
  readonly #content: ContentStore;
  readonly #events: EventStore;
  readonly #intake: Intake;
  readonly #visits: VisitBook;
  /** Orders on their way to the disk, by customer and transaction, with their ids. */
  readonly #orders = new Map<string, string>();
  /** Makes visitors of addresses; nobody can turn it back, and it ends with the process. */
  readonly #secret = randomBytes(32);

  constructor(content: ContentStore, events: EventStore, intake: Intake) {
    this.#content = content;
    this.#events = events;
    this.#intake = intake;
    this.#visits = new VisitBook(events);
  }

  /** Stores what is to be stored, and says of each request what became of it when all is on disk. */
  async take(requests: readonly Parameters[], batch: Batch): Promise<Outcome[]> {
    const run: Run = { batch, customers: new Map(), units: MOST_UNITS, robots: [] };
    const prepared: Prepared[] = [];
    const rows = new Map<number, number[]>();
    try {
      // One after the other, since the first may begin the visit of the second.
      for (const parameters of requests) {
        const one = await this.#prepare(parameters, run);
        const index = prepared.push(one) - 1;
        if (one.kind !== 'row') continue;
        const indexes = rows.get(one.site);
        if (indexes) indexes.push(index);
        else rows.set(one.site, [index]);
      }
      const outcomes = prepared.map((one): Outcome => (one.kind === 'row' ? { kind: 'taken', row: one.row } : one));
      const stored = await this.#storeBySite(rows, prepared);
      for (const [index, outcome] of stored) {
        const one = prepared[index] as PreparedRow;
        if (outcome === 'accepted' || (outcome === 'repeated' && one.repeatable)) delete one.undo;
        else outcomes[index] = invalid(outcome === 'repeated' ? SECOND_ORDER : 'event: the database refused it');
      }
      await this.#countRobots(run);
      return outcomes;
    } finally {
      for (const one of prepared) {
        if (one.kind !== 'row') continue;
        one.undo?.();
        if (one.row.transactionId !== undefined) this.#orders.delete(`${one.site} ${one.row.transactionId}`);
      }
    }
  }

  /**
   * @param indexes of each site's rows in `prepared`
   * @returns what became of each of them
   */
  async #storeBySite(
    indexes: ReadonlyMap<number, readonly number[]>,
    prepared: readonly Prepared[],
  ): Promise<[index: number, RowOutcome][]> {
    const sites = [...indexes].map(([customerId, own]) => ({
      customerId,
      rows: own.map((index) => (prepared[index] as PreparedRow).row),
    }));
    const outcomes = (await this.#intake.submitAll(sites)).flat();
    return [...indexes.values()].flat().map((index, nth) => [index, outcomes[nth] as RowOutcome]);
  }

  async #countRobots({ batch, robots }: Run): Promise<void> {
    const groups = Map.groupBy(robots, ({ site, family }) => `${site} ${family}`);
    const { receivedAt } = batch.arrival;
    for (const { 0: one, length } of groups.values())
      if (one) await this.#intake.countRobots(one.site, one.family, 'matomo', length, receivedAt);
  }

  async #prepare(parameters: Parameters, run: Run): Promise<Prepared> {
    const judged = await this.#judge(parameters, run);
    return 'kind' in judged ? judged : this.#rowOf(judged, run.batch);
  }

  /** What would become of a request, of which nothing is stored and nothing remembered. */
  async check(parameters: Parameters, batch: Batch): Promise<Exclude<Outcome, { kind: 'taken' }> | undefined> {
    const judged = await this.#judge(parameters, { batch, customers: new Map(), units: MOST_UNITS, robots: [] });
    return 'kind' in judged ? judged : undefined;
  }

  /** Whether a request is to be stored, by what it says and who sends it. */
  async #judge(parameters: Parameters, run: Run): Promise<Exclude<Outcome, { kind: 'taken' }> | Judged> {
    const { batch, customers } = run;
    const { arrival, sender } = batch;
    const site = Number(parameters.get('idsite'));
    if (Number.isSafeInteger(site) && !customers.has(site)) customers.set(site, await this.#content.customer(site));
    const customer = customers.get(site);
    const read = decode(parameters, { now: arrival.receivedAt, currency: currencyOf(customer) });
    if ('status' in read) return invalid(read.detail);
    if (!customer) return invalid(`idsite: there is no site ${site}`);
    const may = await mayTrack(sender, site, parameters.get('token_auth') || batch.token, this.#content.access);
    if ('refused' in may) return { kind: 'invalid', status: 403, detail: may.refused };
    const { authenticated } = may;
    if ('ignored' in read) return { kind: 'ignored', reason: read.ignored };
    const [forbidden] = authenticated ? [] : read.privileged;
    if (forbidden) return invalid(`${forbidden}: needs a private token as token_auth`);
    const { event } = read;
    if (event.kind === 'goal' && !Object.hasOwn(customer.settings.goals ?? {}, event.goal))
      return invalid(`idgoal: there is no goal ${event.goal}`);
    const userAgent = read.userAgent ?? arrival.userAgent;
    const family = read.bots ? undefined : robotOf(userAgent);
    if (family !== undefined) {
      run.robots.push({ site, family });
      return { kind: 'ignored', reason: 'A robot, and no bots=1.' };
    }
    if ('products' in event) run.units -= event.products.length;
    if ('products' in event && run.units < 0) return invalid(`ec_items: at most ${MOST_UNITS} units in one request`);
    return { read, authenticated, userAgent };
  }

  async #rowOf({ read, authenticated, userAgent }: Judged, batch: Batch): Promise<Prepared> {
    const { event, more, site, newVisit, address = '', language, device } = read;
    const { arrival } = batch;
    const { receivedAt } = arrival;
    const traces = [parseAddress(address) ?? batch.address, userAgent, language ?? batch.language];
    const analyticsId = event.analyticsId || this.#strangerOf(traces);
    const anew = newVisit ? newVisitId(event.id) : undefined;
    const visit = await this.#visits.visitOf(site, analyticsId, event.at ?? receivedAt, { anew, device });
    const row = rowOf({ ...event, analyticsId }, { ...arrival, userAgent }, 'matomo', { ...more, visit: visit.id });
    // Whoever has a private token knows the time, be it years ago.
    if (authenticated && event.at !== undefined && row.occurredAt !== event.at) {
      row.occurredAt = event.at;
      const { event_time: _, ...props } = row.props ?? {};
      row.props = props;
    }
    const taken = { kind: 'row', row, site, repeatable: true } as const;
    if (event.kind === 'goal') {
      const { goals } = visit;
      row.id = event.id ?? uuidv7(receivedAt);
      const counted = goals.get(event.goal);
      if (counted !== undefined && counted !== event.id)
        return { kind: 'ignored', reason: 'The goal counts once in a visit.' };
      goals.set(event.goal, row.id);
      return counted === undefined ? { ...taken, undo: () => goals.delete(event.goal) } : taken;
    }
    if (event.kind !== 'checkout') return taken;
    const order = `${site} ${event.transactionId}`;
    // The id of an order without one is its transaction's, so that the database knows it again.
    row.id = event.id ?? checkoutId(event.transactionId, []);
    const before = await this.#events.ordersOf(site, event.transactionId);
    const others = [...before, this.#orders.get(order)].filter((id) => id !== undefined);
    if (others.some((id) => event.id === undefined || id !== event.id)) return invalid(SECOND_ORDER);
    this.#orders.set(order, row.id);
    return { ...taken, repeatable: event.id !== undefined };
  }

  #strangerOf(traces: (string | undefined)[]): string {
    return createHmac('sha256', this.#secret).update(JSON.stringify(traces)).digest('hex').slice(0, 16);
  }
}

const SECOND_ORDER = 'ec_id: this order is known already';

function invalid(detail: string): Outcome & { kind: 'invalid' } {
  return { kind: 'invalid', status: 400, detail };
}

const SIGNS: Record<string, string> = { '€': 'EUR', '£': 'GBP', '¥': 'JPY' };

/** The customer's currency, which the content API knows by its sign. */
function currencyOf(customer: CustomerRecord | undefined): string {
  const currency = customer?.settings.currency ?? '$';
  return /^[A-Z]{3}$/.test(currency) ? currency : (SIGNS[currency] ?? 'USD');
}
