import { toJson } from '../../events/json.ts';
import { LIMITS } from '../../events/limits.ts';
import { type Line, productsOf, productText } from '../../events/products.ts';
import { isUuid, problemOf, scopeProblem } from '../../events/validate.ts';
import type {
  CheckoutEvent,
  IncomingEvent,
  MediaEvent,
  Scope,
  Segment,
  StampedEvent,
  VitalEvent,
  VitrineEvent,
  WidgetEvent,
  Without,
} from '../../events/vocabulary.ts';
import { type Outcome, outcomeOf, type Wire, type WireAnswer, type WireRequest } from '../wire.ts';

/**
 * The tracking protocol of `000-analytics-tracking.txt`: one path and query string per event. We send many of them
 * in one `POST /track/bulk`, and add the parameters `event_id`, `event_time` (milliseconds), `page_url`, `page_referrer`
 * and `previous_id`, which other servers ignore, and the paths `/track/vital/…` and `/track/choice/…`.
 */
export function tracking({ api, key }: { api: string; key: string }): Wire {
  return {
    name: 'tracking',
    idempotent: true,
    encode: encodeTo(`${api}/track/bulk?auth_token=${encodeURIComponent(key)}`),
    settle,
  };
}

/* ---------------------------------------------------------------- writing */

const encodeTo =
  (url: string): Wire['encode'] =>
  (events, limit, sentAt) => {
    const requests: WireRequest[] = [];
    let last: (WireRequest & { body: string }) | undefined;
    for (const event of events) {
      // Percent-encoding leaves only ASCII and no quote, so this is JSON, and its length is its size in bytes.
      const path = encodeEvent(event);
      const item = `,"${path}"`;
      const body = `{"sent_at":${sentAt},"requests":["${path}"`;
      if (!path || body.length > LIMITS.bulkBytes - END.length) continue;
      if (last && last.body.length + item.length <= limit - END.length) {
        last.body += item;
        last.ids.push(event.id);
      } else {
        last = { method: 'POST', url, body, ids: [event.id], beacon: true };
        requests.push(last);
      }
    }
    for (const request of requests) request.body += END;
    return requests;
  };

/** Of a request's body. */
const END = ']}';

/** What one kind of event or another carries in parameters. */
type Carried = Pick<MediaEvent, 'pics' | 'abTesting' | 'redirectUrl'> &
  Pick<CheckoutEvent, 'currency' | 'referrer' | 'products' | 'segments'> &
  Pick<VitalEvent, 'value'>;

/** One event as the path and query of a GET request; nothing where the specification has no path for its kind. */
export function encodeEvent(event: StampedEvent): string | undefined {
  const path = pathOf(event);
  if (!path) return;
  const carried: Partial<Carried> = event as object;
  // As JSON and back: what is not said falls out.
  const query = new URLSearchParams(
    JSON.parse(
      toJson({
        analytics_id: event.analyticsId,
        previous_id: event.previousId,
        event_id: event.id,
        event_time: event.at,
        page_url: event.pageUrl,
        page_referrer: event.pageReferrer,
        pics: carried.pics,
        ab_testing: carried.abTesting,
        redirect_url: carried.redirectUrl,
        currency_code: carried.currency,
        referrer: carried.referrer,
        value: carried.value,
      }),
    ),
  );
  for (const product of carried.products ?? []) query.append('products[]', productText(product));
  for (const [key, value] of carried.segments ?? []) query.append('segments[]', `${key}:${value}`);
  return `/track/${path}?${query}`;
}

function pathOf(event: VitrineEvent): string | undefined {
  if (event.kind === 'vital') return `vital/${part(event.name)}`;
  if (event.kind === 'choice') return `choice/${part(event.choice)}`;
  if (event.kind === 'checkout') return `transaction/${part(event.transactionId)}/checkout`;
  // Acts on a widget or one of its media: nothing else is done to an instance.
  if ('instance' in event) {
    const media = event.kind === 'media' ? `/media/${part(event.media)}` : '';
    return `widget/${part(event.instance)}/${scopePath(event.scope)}${media}/${part(event.action)}`;
  }
}

function scopePath(scope: Scope): string {
  if (scope.kind === 'not_found') return 'stream/not_found';
  return scope.kind === 'best' ? 'best' : `${part(scope.kind)}/${part(scope.id)}`;
}

/** A path segment. A lone half of a surrogate pair (a caption cut in the middle of an emoji) becomes U+FFFD. */
function part(text: string): string {
  return encodeURIComponent(text.replace(/\p{Surrogate}/gu, '\ufffd'));
}

/* --------------------------------------------------------------- settling */

/** The answer to `/track/bulk`: indexes into `requests`. */
export interface BulkAnswer {
  metadata: { code: number; message: string; version: string };
  data: { accepted: number[]; repeated: number[]; refused: { index: number; error: string; detail: string }[] };
}

function settle({ ids }: WireRequest, { status, body }: WireAnswer): Map<string, Outcome> {
  const outcomes = new Map(ids.map((id) => [id, outcomeOf(status)]));
  try {
    const { metadata, data } = JSON.parse(body) as BulkAnswer;
    if (metadata.code !== status) return outcomes;
    // An index of nothing is said of no event.
    const say = (outcome: Outcome) => (index: number) => outcomes.set(ids[index] as string, outcome);
    data.accepted.forEach(say('accepted'));
    data.repeated.forEach(say('repeated'));
    data.refused.map(({ index }) => index).forEach(say('refused'));
  } catch {
    // What is not this protocol's answer (a captive portal's page, a gateway's) names no event, and acknowledges none.
  }
  return outcomes;
}

/* ---------------------------------------------------------------- reading */

/** `.gif` asks for a picture of one pixel, everything else for JSON. */
export type AnswerFormat = 'json' | 'gif';

export type Decoded =
  | { event: IncomingEvent; format: AnswerFormat }
  /** 404 for a path or action that does not exist, 400 for a parameter that is wrong, with `field: reason`. */
  | { status: 400 | 404; detail: string; format: AnswerFormat };

/** Reads one event from the path and query of a request, still percent-encoded. */
export function decode(url: string): Decoded {
  const at = url.indexOf('?');
  const path = at < 0 ? url : url.slice(0, at);
  const format: AnswerFormat = path.endsWith('.gif') ? 'gif' : 'json';
  const extension = format === 'gif' ? '.gif' : path.endsWith('.json') ? '.json' : '';
  try {
    const parts = path.slice(path.startsWith('/track/') ? 7 : 0, path.length - extension.length).split('/');
    const act = readPath(path.includes('%') ? parts.map(decodeText) : parts);
    if (!act) return { status: 404, detail: 'No such action.', format };
    const event = readQuery(act, parseQuery(at < 0 ? '' : url.slice(at + 1)));
    const wrong = problemOf(event as VitrineEvent) ?? priceProblem(event);
    return wrong ? { status: 400, detail: wrong, format } : { event, format };
  } catch (error) {
    if (error instanceof BadParameter) return { status: 400, detail: error.message, format };
    throw error;
  }
}

/** Reads a bulk body, parsed from JSON. One that is none is answered with the reason. */
export function decodeBulk(body: unknown): { sentAt?: number; requests: Decoded[] } | { detail: string } {
  const { sent_at: sentAt, requests } = (body ?? {}) as { sent_at?: unknown; requests?: unknown };
  if (!Array.isArray(requests)) return { detail: 'requests: expected an array of paths' };
  if (requests.length > LIMITS.bulkRequests) return { detail: `requests: at most ${LIMITS.bulkRequests}` };
  if (sentAt !== undefined && !isTime(sentAt)) return { detail: 'sent_at: expected milliseconds since 1970' };
  return {
    ...(sentAt === undefined ? {} : { sentAt: sentAt as number }),
    requests: requests.map(
      (request): Decoded =>
        typeof request === 'string' && request.startsWith('/track/')
          ? decode(request)
          : { status: 400, detail: 'requests: expected a path that starts with /track/', format: 'json' },
    ),
  };
}

type Act = Without<IncomingEvent, 'analyticsId' | 'segments' | 'pics' | 'products' | 'currency' | 'value'>;

function readPath(parts: string[]): Act | undefined {
  const [kind, name = '', third] = parts;
  if (kind === 'vital' && parts.length <= 2) return { kind, name } as Act;
  if (kind === 'choice' && parts.length <= 2) return { kind, choice: name } as Act;
  if (kind === 'transaction')
    return parts.length === 3 && third === 'checkout' ? { kind: 'checkout', transactionId: name } : undefined;
  if (kind !== 'widget') return;
  const scope = readScope(parts);
  if (!scope) return;
  // What was done follows the scope, or the media to which it was done.
  const last = parts.length - 1;
  const at = scope.kind === 'best' ? 3 : 4;
  const isMedia = last === at + 2 && parts[at] === 'media';
  if (!isMedia && last !== at) return;
  const action = parts[last] as string;
  const act = isMedia
    ? { kind: 'media', action, instance: name, scope, media: parts[at + 1] }
    : { kind: 'widget', action, instance: name, scope };
  // Whether the action exists decides between 404 and 400, so it is asked here and not with the parameters.
  return scopeProblem(act as WidgetEvent | MediaEvent)?.startsWith('action') ? undefined : (act as Act);
}

/** The scope, which follows the instance. */
function readScope([, , kind, id = '']: string[]): Scope | undefined {
  if (kind === 'best') return { kind };
  if (kind !== 'category' && kind !== 'stream') return;
  return kind === 'stream' && id === 'not_found' ? { kind: 'not_found' } : { kind, id };
}

/** What a query says: of a name that is said several times the last counts, except where all of them do. */
interface Query {
  values: Map<string, string>;
  segments: string[];
  products: string[];
}

/** Adds to an act what its query says of it. */
function readQuery(act: Act, { values, segments, products }: Query): IncomingEvent {
  const event = act as Record<string, unknown>;
  const add = (name: string, value: unknown) => {
    if (value !== undefined) event[name] = value;
  };
  const one = (name: string) => values.get(name) || undefined;
  const id = one('event_id')?.toLowerCase();
  if (id !== undefined && !isUuid(id)) throw new BadParameter('event_id: expected a UUID');
  const at = readNumber(one('event_time'));
  if (at !== undefined && !isTime(at)) throw new BadParameter('event_time: expected milliseconds since 1970');
  const analyticsId = limited('analytics_id', one('analytics_id'), LIMITS.analyticsId);
  if (analyticsId === undefined) throw new BadParameter('analytics_id: is missing');
  add('id', id);
  add('at', at);
  add('analyticsId', analyticsId);
  add('previousId', limited('previous_id', one('previous_id'), LIMITS.analyticsId));
  add('pageUrl', limited('page_url', one('page_url'), LIMITS.url));
  add('pageReferrer', limited('page_referrer', one('page_referrer'), LIMITS.url));
  switch (act.kind) {
    case 'widget':
    case 'media':
      // A stream that was not found shows nothing, and its path takes no `pics`.
      add('pics', readNumber(one('pics')) ?? (act.scope.kind === 'not_found' ? 0 : undefined));
      add('abTesting', readNumber(one('ab_testing')));
      if (act.kind === 'media') add('redirectUrl', one('redirect_url'));
      add('segments', readSegments(segments));
      break;
    case 'checkout':
      add('products', productsOf(products.map(readProduct)));
      add('currency', (one('currency_code') ?? 'USD').toUpperCase());
      // The specification's own example says the name twice.
      add('referrer', one('referrer')?.replace(/^referrer=/, ''));
      add('segments', readSegments(segments));
      break;
    case 'vital':
      add('value', readNumber(one('value')));
  }
  return event as unknown as IncomingEvent;
}

const NUMBER = /^-?\d+(\.\d+)?(e[+-]?\d+)?$/i;

/** What is written there but is no number becomes NaN, which `problemOf` refuses. */
function readNumber(text: string | undefined): number | undefined {
  return text === undefined ? undefined : NUMBER.test(text) ? Number(text) : Number.NaN;
}

/** Keys that would reach into an object's prototype when somebody copies it carelessly. */
const POISON = /^(__proto__|constructor|prototype)$/;

/** `key:value`, cut at the first colon. The same pair twice is one pair; two values for a key are left to `problemOf`. */
function readSegments(pairs: string[]): Segment[] {
  const segments: Segment[] = [];
  for (const pair of new Set(pairs)) {
    if (!pair) continue;
    const colon = pair.indexOf(':');
    if (colon < 0) throw new BadParameter('segments: expected key:value');
    const key = pair.slice(0, colon);
    if (POISON.test(key)) throw new BadParameter(`segments: ${key} is no key`);
    segments.push([key, pair.slice(colon + 1)]);
  }
  return segments;
}

/** The text has prices, and knows no refund. What our tag says, by its id, may have a discount among its lines. */
function priceProblem(event: IncomingEvent): string | undefined {
  if (event.kind === 'checkout' && event.id === undefined && event.products.some(({ amount = 0 }) => amount < 0))
    return 'products: expected a price that is not negative';
}

/**
 * `ID:amount`, cut at the last colon, since a product id may contain one. `ID:amount*quantity` is ours: a fraction, or
 * more than a request could carry one by one; there, the amount may be left out.
 */
function readProduct(pair: string): Line {
  const colon = pair.lastIndexOf(':');
  const [amount = '', quantity, ...more] = pair.slice(colon + 1).split('*');
  const known = NUMBER.test(amount);
  const many = quantity === undefined ? 1 : (readNumber(quantity) as number);
  // Of less than nothing there are no units to write out; `problemOf` tells the bounds of what is more.
  if (colon < 0 || more.length || !(known || (amount === '' && quantity !== undefined)) || !(many > 0))
    throw new BadParameter('products: expected ID:AMOUNT, as in mug-01:18.50');
  return { id: pair.slice(0, colon), quantity: many, ...(known && { amount: Number(amount) }) };
}

/** `[]` */
const LIST = '%5B%5D';

/**
 * Lists by name: `segments[]`, `segments[0]` and the literal `segments=segments[]=…` of the specification's own
 * example are all `segments`.
 */
function parseQuery(query: string): Query {
  const read: Query = { values: new Map(), segments: [], products: [] };
  const form = query.includes('+') ? query.replaceAll('+', ' ') : query;
  let sign = form.indexOf('=');
  for (let from = 0, end = 0; from < form.length; from = end + 1) {
    end = form.indexOf('&', from);
    if (end < 0) end = form.length;
    if (end === from) continue;
    // The next sign is looked for once: a query of names alone would be read to its end for each of them.
    if (sign >= 0 && sign < from) sign = form.indexOf('=', from);
    const equals = sign < 0 || sign > end ? end : sign;
    // As `URLSearchParams` writes a list, and so nearly all senders: to decode that each time would cost more.
    const isList = form.endsWith(LIST, equals) && equals - from >= LIST.length;
    const written = decodeText(form.slice(from, isList ? equals - LIST.length : equals));
    const name = !isList && written.endsWith(']') ? written.replace(/\[\d*\]$/, '') : written;
    let value = decodeText(form.slice(equals + 1, end));
    if (!isList && name === written && value.startsWith('[]=', name.length) && value.startsWith(name))
      value = value.slice(name.length + 3);
    if (name === 'segments' || name === 'products') read[name].push(value);
    else read.values.set(name, value);
  }
  return read;
}

function decodeText(text: string): string {
  if (!text.includes('%')) return text;
  try {
    return decodeURIComponent(text);
  } catch {
    throw new BadParameter(`${text.slice(0, 40)}: is not percent-encoded UTF-8`);
  }
}

function limited(field: string, value: string | undefined, most: number): string | undefined {
  if (value !== undefined && value.length > most) throw new BadParameter(`${field}: at most ${most} characters`);
  if (value?.includes('\0')) throw new BadParameter(`${field}: contains a NUL character`);
  return value;
}

function isTime(value: unknown): boolean {
  return Number.isSafeInteger(value) && (value as number) >= 0 && (value as number) < 1e14;
}

class BadParameter extends Error {}
