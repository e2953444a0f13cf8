import { instanceId } from '../../events/id.ts';
import { toJson } from '../../events/json.ts';
import { LIMITS } from '../../events/limits.ts';
import { quantityOf, totalOf, withoutNames } from '../../events/products.ts';
import { readDocument } from '../../events/unclobbered.ts';
import type { PageEvent, Product, Segment, StampedEvent, WidgetEvent } from '../../events/vocabulary.ts';
import { type Outcome, outcomeOf, type Wire, type WireAnswer, type WireRequest } from '../wire.ts';
import { type Dimensions, readDimensions } from './dimensions.ts';
import { measureLoad, type Timings, toWholeMs } from './timings.ts';

/** A server takes a `cdt` of the last 24 hours from anybody. What is older by then is said to nobody. */
const OLDEST_MS = 24 * 3_600_000 - 60_000;
/** What leaves sooner happened when it arrives: then a visitor's wrong clock does no harm. */
const AT_ONCE_MS = 10_000;

export interface MatomoOptions {
  /** The tracking address, as in `https://analytics.shop.example/matomo.php`. */
  url: string;
  /** The number of the shop's site there; in our own service, of the customer. */
  idSite: number | string;
  /**
   * What the shop calls the visitor who is logged in on this page (`uid`): better a number than an e-mail address.
   * It is said of what happens on this page, not of what an earlier one left: that was perhaps somebody else.
   */
  userId?: string;
  /**
   * Send again what was perhaps heard. These servers do not know an event again, so it may then count twice; ours
   * does. Without this an event whose answer got lost is not repeated. As an attribute, `no`, `off`, `false` and `0`
   * are no.
   */
  atLeastOnce?: boolean | string;
  /**
   * Which segments are custom dimensions of the site there, by number: `{ section: 3 }`, or `section:3,season:4` as an
   * attribute. Matomo 4 and newer read no segments otherwise, unless they have the plugin Custom Variables.
   */
  dimensions?: Dimensions | string;
}

/**
 * The tracking by query string of `004-tracking-http.txt`: one query string per event, many of them in one bulk POST
 * whose body CORS calls simple. We add `event_id`, and in `vitrine` what the protocol has no word for; other servers
 * ignore both. What is kept of each kind of event is told in `coverage.ts`, which parameters are never said, and
 * why, in `docs/wires.md`. An event older than 24 hours, a choice, a profile and a goal without a number are carried
 * by no request.
 * @throws TypeError `dimensions` are not what they can be
 */
export function matomo({ url, idSite, userId, atLeastOnce = false, dimensions = {} }: MatomoOptions): Wire {
  const said: Said = {
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
    encode: (events, limit, sentAt) => encode(url, said, events, limit, sentAt),
    settle,
  };
}

/** What is the same in all requests of a page. */
interface Said {
  idsite: string;
  uid?: string | undefined;
  /** When the page began, by the clock that acts have their time from. */
  since?: number;
  dimensions?: ReadonlyMap<string, string>;
  /** The id of the page view that loaded the page: those after it are of a single-page app, and were not loaded so. */
  load?: string;
}

const HEAD = '{"requests":[';
/** Characters of a query string, so that a body that holds it alone is not too long. */
const MAX_QUERY = LIMITS.bulkBytes - HEAD.length - '"?"]}'.length;

function encode(
  url: string,
  said: Said,
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
    let encoded = encodeEvent(event, said, sentAt);
    // An order is worth more than what its products are called.
    if (encoded && encoded.length > MAX_QUERY && 'products' in event)
      encoded = encodeEvent({ ...event, products: withoutNames(event.products) }, said, sentAt);
    if (!encoded || encoded.length > MAX_QUERY) continue;
    // URLSearchParams leaves only ASCII and no quote, so this is JSON, and its length is its size in bytes.
    const query = `"?${encoded}"`;
    if (ids.length && size + query.length + 1 > limit) finish();
    ids.push(event.id);
    queries.push(query);
    size += query.length + 1;
  }
  finish();
  return requests;
}

/** One event as a query string; nothing where the specification has no word for it, or no time that is as long ago. */
export function encodeEvent(event: StampedEvent, page: Said, sentAt: number): string | undefined {
  const { idsite, uid, since = 0, dimensions } = page;
  const { id, at, pageUrl, pageReferrer, analyticsId, previousId: _, ...act } = event;
  const said = sayAct(act);
  if (!said || sentAt - at >= OLDEST_MS) return;
  const time = new Date(at);
  // A protocol's names are not ours to choose.
  const parameters: Parameters = {
    idsite,
    rec: 1,
    apiv: 1,
    send_image: 0,
    rand: id.slice(-6),
    event_id: id,
    url: pageUrl,
    urlref: pageReferrer,
    _id: ownVisitor(idsite) ?? visitorId(analyticsId),
    uid: at < since ? undefined : uid,
    cdt: sentAt - at < AT_ONCE_MS ? undefined : Math.floor(at / 1000),
    h: time.getHours(),
    m: time.getMinutes(),
    s: time.getSeconds(),
    ...campaign(pageUrl),
    ...device(),
    ...(event.kind === 'page' && timings(event, page)),
    ...('segments' in event && dimensions && sayDimensions(event.segments, dimensions)),
    ...said,
  };
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(parameters)) if (value !== undefined) query.append(name, String(value));
  return String(query);
}

type Parameters = Record<string, string | number | undefined>;

/** Of our id, which may be any text: 16 hex digits, the same for the same visitor of the shop. */
export function visitorId(analyticsId: string): string {
  return /^[0-9a-f]{16}$/.test(analyticsId) ? analyticsId : instanceId('visitor', '', analyticsId).slice(0, 16);
}

/**
 * The visitor as the protocol's own script has it on this page, in the cookie `_pk_id.SITE.DOMAIN`: with another id, each
 * shopper would be two. Events are written down after the consent gate only.
 */
function ownVisitor(idsite: string): string | undefined {
  if (!globalThis.document) return;
  try {
    const cookies = readDocument('cookie').split('; ');
    const own = cookies.find((cookie) => cookie.startsWith(`_pk_id.${idsite}.`));
    return /=([0-9a-f]{16})(?![0-9a-z])/.exec(own ?? '')?.[1];
  } catch {
    // A sandboxed frame has no cookies, and may not ask for them.
  }
}

/** What a browser still tells of itself; its name it says in a header. */
function device(): Parameters {
  const { screen, navigator } = globalThis;
  return {
    res: screen && `${screen.width}x${screen.height}`,
    lang: navigator?.language,
    pdf: navigator?.pdfViewerEnabled ? 1 : undefined,
  };
}

/** What the browser measured of the page itself, else what the page says of this view: how long its answer took. */
function timings({ id, at, loadingTime }: StampedEvent & PageEvent, page: Said): Timings & Parameters {
  if (at >= (page.since ?? 0)) page.load ??= id;
  const measured = page.load === id ? measureLoad() : {};
  return measured.pf_srv === undefined ? { ...measured, pf_srv: toWholeMs(loadingTime) } : measured;
}

function sayDimensions(segments: readonly Segment[], dimensions: ReadonlyMap<string, string>): Parameters {
  return Object.fromEntries(
    segments.flatMap(([key, value]) => {
      const name = dimensions.get(key);
      return name ? [[name, value]] : [];
    }),
  );
}

const CAMPAIGN = 'mtm_campaign matomo_campaign pk_campaign piwik_campaign utm_campaign utm_source utm_medium';
const KEYWORD = 'mtm_kwd matomo_kwd pk_kwd piwik_kwd utm_term';

/** A campaign stands in the query of the address that it led to. The tracker keeps no fragment. */
function campaign(pageUrl = ''): Parameters {
  const query = new URLSearchParams(pageUrl.replace(/^[^?]*/, '').replaceAll('?', '&'));
  const find = (names: string) =>
    names
      .split(' ')
      .map((name) => query.get(name))
      .find(Boolean) ?? undefined;
  return { _rcn: find(CAMPAIGN), _rck: find(KEYWORD) };
}

type Act<T = StampedEvent> = T extends unknown
  ? Omit<T, 'id' | 'at' | 'pageUrl' | 'pageReferrer' | 'analyticsId' | 'previousId'>
  : never;

function sayAct(act: Act): Parameters | undefined {
  switch (act.kind) {
    case 'page':
      return { action_name: act.title, gt_ms: act.loadingTime, cvar: variables(act.segments) };
    case 'widget':
      return { e_c: 'widget', e_a: act.action, e_n: widgetName(act), e_v: act.pics, ...ours(act) };
    case 'media': {
      const { image, ...rest } = act;
      return {
        c_n: widgetName(act),
        // Reports show it as a link to the picture. It is long, so `vitrine` does not say it again.
        c_p: image || act.media,
        c_t: act.redirectUrl,
        // A media is rendered when a shopper sees it.
        c_i: act.action === 'render' ? undefined : act.action,
        ...ours(rest),
      };
    }
    case 'product':
      return { e_c: 'product', e_a: act.action, e_n: act.product, e_v: act.metric, ...ours(act) };
    case 'vital':
      return { e_c: 'vital', e_a: act.name, e_v: act.value, ...ours(act) };
    case 'checkout':
    case 'cart': {
      const { products, segments, ...more } = act;
      const total = totalOf(products);
      const order = act.kind === 'checkout' && { ec_id: act.transactionId, ec_st: total };
      return {
        idgoal: 0,
        ...order,
        revenue: total,
        ec_items: toJson(items(products)),
        // A conversion is counted by the variables of its visit.
        _cvar: variables(segments),
        vitrine: toJson(more),
      };
    }
    case 'goal':
      return /^[1-9]\d*$/.test(act.goal)
        ? { idgoal: act.goal, revenue: act.revenue, _cvar: variables(act.segments) }
        : undefined;
    case 'search':
      return {
        search: act.keyword,
        search_cat: act.category,
        search_count: act.count,
        cvar: variables(act.segments),
      };
    case 'content':
      return { c_n: act.name, c_p: act.piece, c_t: act.target, c_i: act.interaction, cvar: variables(act.segments) };
    case 'other':
      return { e_c: act.category, e_a: act.action, e_n: act.name, e_v: act.value, cvar: variables(act.segments) };
    case 'link':
      return { [act.action]: act.target, cvar: variables(act.segments) };
  }
}

/**
 * What a report calls a widget: by its label or the shop's own key, else as the page names its instance, else by what it
 * shows, since 32 hex digits say nothing.
 */
function widgetName({ label, instance, scope }: Pick<WidgetEvent, 'label' | 'instance' | 'scope'>): string {
  if (label) return label;
  if (!/^[0-9a-f]{32}$/.test(instance)) return instance;
  return 'id' in scope ? `${scope.kind} ${scope.id}` : scope.kind;
}

/** An act of which the protocol says a part only: the whole of it for our own service, its segments for all. */
function ours({ segments = [], ...act }: { segments?: Segment[] } & object): Parameters {
  return { cvar: variables(segments), vitrine: toJson(act) };
}

function variables(segments: readonly Segment[]): string | undefined {
  return segments.length ? toJson(Object.fromEntries(segments.map((pair, i) => [i + 1, pair]))) : undefined;
}

/**
 * `[sku, name, category, price, quantity]`. A server keeps one item for each sku and whole quantities: one that was sold
 * at several prices has their mean, one sold by weight is one unit at what was paid, and a price that is not known is 0.
 * Where that is not all, what was sold stands behind it for us: `order.ts` reads it.
 */
function items(products: readonly Product[]): unknown[][] {
  const bought = new Map<string, Product[]>();
  for (const product of products) {
    const same = bought.get(product.id);
    if (same) same.push(product);
    else bought.set(product.id, [product]);
  }
  const isPlain = ({ amount, quantity }: Product) => amount !== undefined && quantity === undefined;
  const single = products.every(isPlain);
  return [...bought].map(([id, same]) => {
    const all = quantityOf(same);
    const quantity = Number.isInteger(all) ? all : 1;
    const [first] = same;
    const name = same.find(({ name }) => name)?.name;
    const category = same.find(({ category }) => category)?.category;
    const told =
      same.length === 1
        ? first?.amount !== undefined && quantity === all
        : single && same.every(({ amount }) => amount === first?.amount);
    const price = told ? first?.amount : totalOf(same) / quantity;
    const own = same.map((product) =>
      isPlain(product) ? product.amount : [product.amount ?? null, product.quantity ?? 1],
    );
    return [id, name ?? '', category ?? '', price, quantity, ...(told ? [] : [own])];
  });
}

/** The answer to a bulk request. Only who sends a token is told which were invalid. */
export interface BulkAnswer {
  status: string;
  tracked: number;
  /** Older servers do not say it. */
  invalid?: number;
  invalid_indices?: number[];
}

function settle({ ids }: WireRequest, { status, body }: WireAnswer): Map<string, Outcome> {
  const all = (outcome: Outcome) => new Map<string, Outcome>(ids.map((id) => [id, outcome]));
  if (status === 204) return all('accepted');
  if (status !== 200) return all(outcomeOf(status));
  try {
    const answer = JSON.parse(body) as BulkAnswer;
    // A 200 that is not this protocol's answer (a captive portal's page) acknowledges nothing.
    if (answer.status !== 'success' || typeof answer.tracked !== 'number') return all('retry');
    // Who cannot tell which ones were invalid cannot repeat them either.
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
