import { LIMITS } from '../events/limits.ts';
import { isUuid, jsonProblem, problemOf } from '../events/validate.ts';
import type { EventKind, IncomingEvent, Product, Scope, Segment, VitrineEvent, Without } from '../events/vocabulary.ts';
import { visitorId } from './matomo.ts';

/**
 * What of each kind of event comes back as it was when `matomo.ts` wrote it and this module read it, or null where no
 * request carries it. Of every event: id, pageUrl, pageReferrer; the time of one that leaves late, in whole seconds;
 * analyticsId as the 16 hex digits of `visitorId`. Units of one product come to stand together, and
 * no segment has a key that reaches into a prototype (`__proto__`).
 */
export const KEPT = {
  widget: ['action', 'instance', 'scope', 'pics', 'abTesting', 'segments'],
  media: ['action', 'instance', 'scope', 'pics', 'abTesting', 'segments', 'media', 'redirectUrl'],
  checkout: ['transactionId', 'products', 'currency', 'segments', 'referrer'],
  vital: ['name', 'value'],
  choice: null,
  page: ['title', 'loadingTime', 'segments'],
  product: ['action', 'session', 'product', 'configurationId', 'configuration', 'metric', 'metadata', 'segments'],
  cart: ['products', 'currency', 'segments'],
  /** Of goals whose name is a number. */
  goal: ['goal', 'revenue', 'segments'],
  search: ['keyword', 'category', 'count', 'segments'],
  content: ['action', 'name', 'piece', 'target', 'interaction', 'segments'],
  other: ['category', 'action', 'name', 'value', 'segments'],
  link: ['action', 'target', 'segments'],
  profile: null,
} as const satisfies Record<EventKind, readonly string[] | null>;

/** The parameters of one request by name; of several with one name, the last. */
export type Parameters = ReadonlyMap<string, string>;

export interface Tracked {
  /** With an empty `analyticsId` where the sender does not say who it was. */
  event: IncomingEvent;
  /** What the vocabulary has no word for, by the names of `PARAMETERS`. */
  more: Record<string, unknown>;
  site: number;
  newVisit: boolean;
  /** Whether a robot is to be stored. */
  bots: boolean;
  userAgent?: string;
  address?: string;
  /** The parameters that only somebody with a token may use. */
  privileged: string[];
}

export type Read = Tracked | { site: number; ignored: string } | { status: 400; detail: string };

/** What the service knows and a request does not say. */
export interface Surroundings {
  now: number;
  /** Of the customer: the protocol has no currency. */
  currency?: string;
}

const HOURS_4 = 4 * 3_600_000;
const PRIVILEGED = ['cip', 'country', 'region', 'city', 'lat', 'long'];
const PLUGINS = ['fla', 'java', 'dir', 'qt', 'realp', 'pdf', 'wma', 'gears', 'ag'];
const NUMBER = /^-?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;

/* ------------------------------------------------------------ parameters */

/** Reads a query string or a form. Text that is not UTF-8 is read in the charset that `cs` names. */
export function parseQuery(query: string): Parameters | { status: 400; detail: string } {
  const charset = /(?:^|&)cs=([\w-]{1,40})(?:&|$)/.exec(query)?.[1];
  const found = new Map<string, string>();
  for (const pair of query.split('&')) {
    if (!pair) continue;
    const equals = pair.indexOf('=');
    const name = decodeText(equals < 0 ? pair : pair.slice(0, equals), charset);
    const value = decodeText(equals < 0 ? '' : pair.slice(equals + 1), charset);
    if (name === undefined || value === undefined || value.includes('\0'))
      return { status: 400, detail: `${pair.slice(0, 40)}: is not percent-encoded text` };
    found.set(name, value);
  }
  return found;
}

/** Reads the object that the log importer sends in place of a query string. */
export function parametersOf(object: object): Parameters | { status: 400; detail: string } {
  const found = new Map<string, string>();
  for (const [name, value] of Object.entries(object)) {
    const text = typeof value === 'object' && value !== null ? writeJson(value) : String(value ?? '');
    if (text.includes('\0')) return { status: 400, detail: `${name.slice(0, 40)}: contains a NUL character` };
    found.set(name, text.toWellFormed());
  }
  return found;
}

function writeJson(value: object): string {
  try {
    return JSON.stringify(value);
  } catch {
    // Too deep for the stack: no parameter is.
    return '';
  }
}

function decodeText(text: string, charset: string | undefined): string | undefined {
  const spaced = text.replaceAll('+', ' ');
  if (!spaced.includes('%')) return spaced.toWellFormed();
  try {
    return decodeURIComponent(spaced);
  } catch {
    return charset === undefined ? undefined : decodeBytes(spaced, charset);
  }
}

function decodeBytes(text: string, charset: string): string | undefined {
  try {
    const bytes: number[] = [];
    for (let i = 0; i < text.length; i++) {
      const hex = text[i] === '%' && /^[0-9a-f]{2}$/i.test(text.slice(i + 1, i + 3));
      if (hex) bytes.push(Number.parseInt(text.slice(i + 1, i + 3), 16));
      else if (text.charCodeAt(i) < 128) bytes.push(text.charCodeAt(i));
      else return;
      if (hex) i += 2;
    }
    return new TextDecoder(charset, { fatal: true }).decode(Uint8Array.from(bytes));
  } catch {
    return;
  }
}

/* ----------------------------------------------------------------- event */

/** Reads one request. Who may send it, and whether its site and goal exist, is for the service to know. */
export function decode(parameters: Parameters, { now, currency = 'USD' }: Surroundings): Read {
  const site = parameters.get('idsite') ?? '';
  if (!/^[1-9]\d{0,14}$/.test(site)) return { status: 400, detail: 'idsite: expected the number of a site' };
  const cid = parameters.get('cid');
  if (cid && !isVisitor(cid)) return { status: 400, detail: 'cid: expected 16 hexadecimal digits' };
  const rec = parameters.get('rec');
  if (!rec || rec === '0') return { site: Number(site), ignored: 'rec: is missing' };
  if (parameters.get('ping') === '1') return { site: Number(site), ignored: 'ping: the page is still open' };

  const said = sayer(parameters);
  const { act, more } = readAct(parameters, currency);
  const at = timeOf(parameters.get('cdt'), now);
  const uid = said.text('uid', LIMITS.id);
  const own = parameters.get('_id');
  const id = parameters.get('event_id')?.toLowerCase();
  const pageUrl = said.text('url', LIMITS.url);
  const pageReferrer = said.text('urlref', LIMITS.url);
  const event = {
    ...act,
    ...(id && isUuid(id) && { id }),
    ...(at !== undefined && { at }),
    ...(pageUrl && { pageUrl }),
    ...(pageReferrer && { pageReferrer }),
    analyticsId: uid ? visitorId(uid) : (cid || (own && isVisitor(own) ? own : '')).toLowerCase(),
  } as IncomingEvent;
  const wrong = problemOf(withUnit(event) as VitrineEvent);
  if (wrong) return { status: 400, detail: wrong };

  const userAgent = said.text('ua', 512);
  const address = said.text('cip', 64);
  return {
    event,
    more: defined({ ...more, ...visitor(parameters), user_id: uid }),
    site: Number(site),
    newVisit: parameters.get('new_visit') === '1',
    bots: parameters.get('bots') === '1',
    ...(userAgent && { userAgent }),
    ...(address && { address }),
    privileged: [
      ...PRIVILEGED.filter((name) => parameters.get(name)),
      ...(at !== undefined && at < now - HOURS_4 ? ['cdt'] : []),
    ],
  };
}

/** An order may leave its items unsaid here; the vocabulary's other orders may not. */
function withUnit(event: IncomingEvent): IncomingEvent {
  return event.kind === 'checkout' && event.products.length === 0
    ? { ...event, products: [{ id: 'unsaid', amount: 0 }] }
    : event;
}

function isVisitor(id: string): boolean {
  return /^[0-9a-f]{16}$/i.test(id);
}

/** Milliseconds of `cdt`, or nothing where it means now: where it is garbage, or in the future. */
function timeOf(cdt: string | undefined, now: number): number | undefined {
  if (!cdt) return;
  const [, date, time = '00:00:00'] = /^(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d:\d\d)(?:\.\d+)?Z?)?$/.exec(cdt.trim()) ?? [];
  const at = date ? Date.parse(`${date}T${time}Z`) : /^\d{1,11}$/.test(cdt) ? Number(cdt) * 1000 : Number.NaN;
  return at > 0 && at <= now ? at : undefined;
}

type Act = Without<IncomingEvent, 'id' | 'at' | 'pageUrl' | 'pageReferrer' | 'analyticsId'>;

interface ReadAct {
  act: Act;
  more: Record<string, unknown>;
}

function readAct(parameters: Parameters, currency: string): ReadAct {
  const said = sayer(parameters);
  const { segments, others } = readVariables(parameters);
  const variables = { custom_variables: others.length ? others : undefined };
  const ours = readOurs(parameters.get('vitrine'));
  const whole = ours && actOfOurs(ours, segments);
  if (whole) return { act: whole, more: variables };

  const goal = parameters.get('idgoal');
  if (goal === '0') {
    const { act, more } = readOrder(parameters, segments, currency, ours);
    return { act, more: { ...more, ...variables } };
  }
  return { act: readPlain(said, goal, segments), more: variables };
}

/** In the order in which the protocol's servers look for them. */
function readPlain(said: Sayer, goal: string | undefined, segments: Segment[]): Act {
  const { text, number } = said;
  if (goal) return defined({ kind: 'goal', goal: cut(goal, LIMITS.id), revenue: number('revenue'), segments });
  for (const action of ['link', 'download'] as const) {
    const target = text(action, LIMITS.url);
    if (target) return { kind: 'link', action, target, segments };
  }
  const keyword = text('search', LIMITS.text);
  if (keyword) {
    const count = number('search_count');
    const found = count !== undefined && Number.isInteger(count) && count >= 0 && count <= 1e9 ? count : undefined;
    return defined({ kind: 'search', keyword, category: text('search_cat', LIMITS.text), count: found, segments });
  }
  const [category, action] = [text('e_c', LIMITS.text), text('e_a', LIMITS.text)];
  if (category && action) {
    const value = said.has('e_v') ? (number('e_v') ?? 0) : undefined;
    return defined({ kind: 'other', category, action, name: text('e_n', LIMITS.text), value, segments });
  }
  const name = text('c_n', LIMITS.text);
  if (name) {
    const interaction = text('c_i', LIMITS.text);
    return defined({
      kind: 'content',
      action: interaction ? 'interaction' : 'impression',
      name,
      piece: text('c_p', LIMITS.url),
      target: text('c_t', LIMITS.url),
      interaction,
      segments,
    });
  }
  const time = number('gt_ms');
  const loadingTime = time !== undefined && time >= 0 ? time : undefined;
  return defined({ kind: 'page', title: text('action_name', LIMITS.text) ?? '', loadingTime, segments });
}

/** What of a parameter is taken: too long a text is cut, as the protocol's servers do. */
function sayer(parameters: Parameters) {
  return {
    has: (name: string) => Boolean(parameters.get(name)),
    text: (name: string, most: number) => cut(parameters.get(name) ?? '', most) || undefined,
    number(name: string) {
      const text = parameters.get(name) ?? '';
      const value = NUMBER.test(text) ? Number(text) : Number.NaN;
      return Number.isFinite(value) ? value : undefined;
    },
  };
}
type Sayer = ReturnType<typeof sayer>;

function cut(text: string, most: number): string {
  return text.length > most ? text.slice(0, most).toWellFormed() : text;
}

/* --------------------------------------------------------------- visitor */

function visitor(parameters: Parameters): Record<string, unknown> {
  const { text, number } = sayer(parameters);
  const seconds = (name: string) => (/^\d{1,11}$/.test(parameters.get(name) ?? '') ? number(name) : undefined);
  const time = (name: string) => (seconds(name) ?? 0) * 1000 || undefined;
  const clock = ['h', 'm', 's'].map((name) => parameters.get(name) ?? '');
  const valid = clock.every((part, i) => /^\d{1,2}$/.test(part) && Number(part) < (i === 0 ? 24 : 60));
  const plugins = PLUGINS.filter((name) => parameters.get(name) === '1');
  const within = (name: string, most: number) => {
    const value = number(name);
    return value !== undefined && Math.abs(value) <= most ? value : undefined;
  };
  return {
    visits: seconds('_idvc'),
    previous_visit: time('_viewts'),
    first_visit: time('_idts'),
    campaign: text('_rcn', LIMITS.text),
    campaign_keyword: text('_rck', LIMITS.text),
    resolution: /^\d{1,5}[x×]\d{1,5}$/.test(parameters.get('res') ?? '') ? text('res', 16) : undefined,
    local_time: valid ? clock.map((part) => part.padStart(2, '0')).join(':') : undefined,
    plugins: plugins.length ? plugins : undefined,
    language: text('lang', 64),
    country: /^[a-z]{2}$/i.test(parameters.get('country') ?? '') ? text('country', 2)?.toLowerCase() : undefined,
    region: text('region', 64),
    city: text('city', LIMITS.id),
    latitude: within('lat', 90),
    longitude: within('long', 180),
  };
}

/* -------------------------------------------------------- what JSON says */

/** `{"1": ["key", "value"]}`. What is no segment (a key with a colon, one more than are taken) stays beside them. */
function readVariables(parameters: Parameters): { segments: Segment[]; others: Segment[] } {
  const segments = new Map<string, string>();
  const others: Segment[] = [];
  for (const name of ['cvar', '_cvar']) {
    const said = readJson(parameters.get(name));
    for (const pair of typeof said === 'object' && said ? Object.values(said) : []) {
      if (!Array.isArray(pair) || pair.length < 2) continue;
      const [key, value] = pair.slice(0, 2).map((part) => {
        const isText = typeof part === 'string' || typeof part === 'number' || typeof part === 'boolean';
        return isText ? String(part).toWellFormed() : undefined;
      });
      if (!key || value === undefined || `${key}${value}`.includes('\0') || POISON.test(key)) continue;
      if (segments.has(key)) continue;
      if (key.includes(':') || segments.size >= LIMITS.segments) {
        if (others.length < LIMITS.segments)
          others.push([cut(key, LIMITS.segmentKey), cut(value, LIMITS.segmentValue)]);
      } else segments.set(cut(key, LIMITS.segmentKey), cut(value, LIMITS.segmentValue));
    }
  }
  return { segments: [...segments], others };
}

const POISON = /^(__proto__|constructor|prototype)$/;

function readJson(text: string | undefined): unknown {
  try {
    return text ? JSON.parse(text) : undefined;
  } catch {
    return;
  }
}

function readOrder(
  parameters: Parameters,
  segments: Segment[],
  usual: string,
  ours: Record<string, unknown> | undefined,
): ReadAct {
  const { text, number } = sayer(parameters);
  const { products, items } = readItems(parameters.get('ec_items'));
  const currency = /^[A-Z]{3}$/.test(string(ours?.currency)) ? string(ours?.currency) : usual;
  const referrer = string(ours?.referrer).slice(0, LIMITS.url) || undefined;
  const transactionId = text('ec_id', LIMITS.id);
  const act: Act = transactionId
    ? defined({ kind: 'checkout', transactionId, products, currency, segments, referrer })
    : { kind: 'cart', products, currency, segments };
  const more = {
    revenue: number('revenue'),
    subtotal: number('ec_st'),
    tax: number('ec_tx'),
    shipping: number('ec_sh'),
    discount: number('ec_dt'),
    items: items.length ? items : undefined,
  };
  return { act, more };
}

/** `[sku, name, category or categories, price, quantity]`, and of ours the prices of the units where they differ. */
function readItems(text: string | undefined): { products: Product[]; items: object[] } {
  const products: Product[] = [];
  const items: object[] = [];
  const said = readJson(text);
  for (const item of Array.isArray(said) ? said : []) {
    if (!Array.isArray(item)) continue;
    const id = cut(word(item[0]), LIMITS.id);
    if (!id) continue;
    const price = amount(item[3]);
    const quantity = Math.max(1, Math.floor(amount(item[4] ?? 1)));
    const several = Array.isArray(item[5]) && item[5].length === quantity ? item[5].map(amount) : undefined;
    // One too many is enough to be refused; a quantity of a billion is not written out first.
    for (let unit = 0; unit < quantity && products.length <= LIMITS.products; unit++)
      products.push({ id, amount: several?.[unit] ?? price });
    const name = cut(word(item[1]), LIMITS.text);
    const categories = [item[2]]
      .flat()
      .map((category) => cut(word(category), LIMITS.text))
      .filter(Boolean)
      .slice(0, 5);
    if (name || categories.length) items.push({ id, ...(name && { name }), ...(categories.length && { categories }) });
  }
  return { products, items: items.slice(0, LIMITS.products) };
}

/** A text or a number as a text without what cannot be stored; anything else is none. */
function word(value: unknown): string {
  return typeof value === 'string' || typeof value === 'number'
    ? String(value).replaceAll('\0', '').toWellFormed()
    : '';
}

function amount(value: unknown): number {
  const number = typeof value === 'number' ? value : NUMBER.test(string(value)) ? Number(value) : 0;
  return Number.isFinite(number) ? number : 0;
}

/* ------------------------------------------------------------------ ours */

/** The parameter `vitrine`: what `matomo.ts` said in our own words. Garbage in it is as if it were not there. */
function readOurs(text: string | undefined): Record<string, unknown> | undefined {
  const said = readJson(text);
  return said === undefined || jsonProblem('vitrine', said) ? undefined : (said as Record<string, unknown>);
}

function actOfOurs(said: Record<string, unknown>, segments: Segment[]): Act | undefined {
  const act = readOurAct(said, segments);
  return act && !problemOf(act as VitrineEvent) ? act : undefined;
}

function readOurAct(said: Record<string, unknown>, segments: Segment[]): Act | undefined {
  const { kind } = said;
  const action = string(said.action) as never;
  if (kind === 'vital') return { kind, name: string(said.name) as never, value: number(said.value) ?? Number.NaN };
  if (kind === 'widget' || kind === 'media') {
    const onWidget = {
      action,
      instance: string(said.instance),
      scope: scopeOf(said.scope),
      pics: number(said.pics) ?? Number.NaN,
      abTesting: number(said.abTesting),
      segments,
    };
    if (kind === 'widget') return defined({ kind, ...onWidget });
    return defined({
      kind,
      ...onWidget,
      media: string(said.media),
      redirectUrl: optional(said.redirectUrl),
    });
  }
  if (kind !== 'product') return;
  return defined({
    kind,
    action,
    session: string(said.session),
    product: optional(said.product),
    configurationId: optional(said.configurationId),
    configuration: said.configuration as undefined,
    metric: number(said.metric),
    metadata: said.metadata as undefined,
    segments,
  });
}

function scopeOf(value: unknown): Scope {
  const { kind, id } = (value ?? {}) as Record<string, unknown>;
  if (kind === 'best' || kind === 'not_found') return { kind };
  // An empty id is refused after this.
  return { kind: kind === 'stream' ? 'stream' : 'category', id: string(id) };
}

function string(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

function optional(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

function number(value: unknown): number | undefined {
  return typeof value === 'number' ? value : undefined;
}

type Defined<T> = { [K in keyof T as undefined extends T[K] ? never : K]: T[K] } & {
  [K in keyof T as undefined extends T[K] ? K : never]?: Exclude<T[K], undefined>;
};

/** Without the members that are undefined. */
function defined<const T extends object>(object: T): Defined<T> {
  return Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined)) as Defined<T>;
}
