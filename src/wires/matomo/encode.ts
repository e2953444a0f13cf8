import { LIMITS } from '../../events/limits.ts';
import { withoutNames } from '../../events/products.ts';
import type { StampedEvent } from '../../events/vocabulary.ts';
import { type Outcome, outcomeOf, type Wire, type WireAnswer, type WireRequest } from '../wire.ts';
import { type Dimensions, readDimensions } from './dimensions.ts';
import { encodeEvent, type PageContext } from './encode-event.ts';

export interface MatomoOptions {
  /** The tracking address, as in `https://analytics.shop.example/matomo.php`. */
  url: string;
  /** The number of the shop's site on that server; in our own service, of the customer. */
  idSite: number | string;
  /**
   * The shop's own id of the visitor who is logged in on this page (`uid`). A number is better than an e-mail address.
   * Events that an earlier page left are sent without it, since they may be another visitor's.
   */
  userId?: string;
  /**
   * Whether an event whose answer got lost is sent again. These servers do not recognize a repeated event, and may count
   * it twice; our service recognizes it. As an attribute, `no`, `off`, `false` and `0` mean no.
   */
  atLeastOnce?: boolean | string;
  /**
   * The numbers of the site's custom dimensions, by the segments that they hold: `{ section: 3 }`, or
   * `section:3,season:4` as an attribute. Matomo 4 and newer read other segments only with the plugin Custom Variables.
   */
  dimensions?: Dimensions | string;
}

/**
 * The tracking by query string of `004-tracking-http.txt`: each event is a query string, and one bulk POST, whose body CORS
 * calls simple, has many of them. Two parameters are our own, which other servers ignore: `event_id`, and `vitrine` for
 * what the protocol has no parameter for. `coverage.ts` tells what is kept of each kind of event; `docs/wires.md` tells
 * which parameters are never written, and why. No request carries an event older than 24 hours, a choice, a profile, or
 * a goal without a number.
 * @throws {TypeError} `dimensions` has a number outside of 1 to 999, or is another text than `section:3,season:4`
 */
export function matomo({ url, idSite, userId, atLeastOnce = false, dimensions = {} }: MatomoOptions): Wire {
  const page: PageContext = {
    idsite: `${idSite}`,
    uid: userId || undefined,
    since: Date.now() - performance.now(),
    dimensions: readDimensions(dimensions),
  };
  const idempotent = !/^(false|no|off|0)$/.test(`${atLeastOnce}`);
  // With `rec=0` a server stores nothing.
  const body = `${HEAD}"?idsite=${encodeURIComponent(idSite)}&rec=0"]}`;
  return {
    name: 'matomo',
    idempotent,
    probe: idempotent ? undefined : { method: 'POST', url, body, ids: ['probe'], beacon: true },
    encode: (events, limit, sentAt) => encode(url, page, events, limit, sentAt),
    settle,
  };
}

const HEAD = '{"requests":[';
/** Characters of a query string. A longer one would make a body that is too large, and its event is not sent. */
const MAX_QUERY = LIMITS.bulkBytes - HEAD.length - '"?"]}'.length;

function encode(
  url: string,
  page: PageContext,
  events: readonly StampedEvent[],
  limit: number,
  sentAt: number,
): WireRequest[] {
  const requests: WireRequest[] = [];
  let ids: string[] = [];
  let queries: string[] = [];
  let size = 0;
  const finish = () => {
    if (ids.length) requests.push({ method: 'POST', url, body: `${HEAD}${queries}]}`, ids, beacon: true });
    ids = [];
    queries = [];
    size = HEAD.length + 2;
  };
  finish();
  for (const event of events) {
    let encoded = encodeEvent(event, page, sentAt);
    // An order that is too long is sent without the names of its products.
    if (encoded && encoded.length > MAX_QUERY && 'products' in event)
      encoded = encodeEvent({ ...event, products: withoutNames(event.products) }, page, sentAt);
    if (!encoded || encoded.length > MAX_QUERY) continue;
    // URLSearchParams leaves only ASCII and no quote, so the text is JSON, and its length is its size in bytes.
    const query = `"?${encoded}"`;
    if (ids.length && size + query.length + 1 > limit) finish();
    ids.push(event.id);
    queries.push(query);
    size += query.length + 1;
  }
  finish();
  return requests;
}

/** The answer to a bulk request. Only a sender with a token gets `invalid_indices`. */
export interface BulkAnswer {
  status: string;
  tracked: number;
  /** Older servers do not have it. */
  invalid?: number;
  invalid_indices?: number[];
}

function settle({ ids }: WireRequest, { status, body }: WireAnswer): Map<string, Outcome> {
  const all = (outcome: Outcome) => new Map<string, Outcome>(ids.map((id) => [id, outcome]));
  if (status === 204) return all('accepted');
  if (status !== 200) return all(outcomeOf(status));
  try {
    const answer = JSON.parse(body) as BulkAnswer;
    // A 200 that is not this protocol's answer (a captive portal's page) acknowledges no event.
    if (answer.status !== 'success' || typeof answer.tracked !== 'number') return all('retry');
    // Without indexes nobody knows which events were invalid: all count as accepted, unless none was tracked.
    const outcomes = all(answer.tracked > 0 ? 'accepted' : 'refused');
    for (const index of answer.invalid_indices ?? []) {
      const id = ids[index];
      if (id) outcomes.set(id, 'refused');
    }
    return outcomes;
  } catch {
    return all('retry');
  }
}
