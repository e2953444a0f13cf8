import { LIMITS } from '../../events/limits.ts';
import { isUuid, problemOf } from '../../events/validate.ts';
import type { IncomingEvent, Segment, VitrineEvent } from '../../events/vocabulary.ts';
import { visitorId } from './encode.ts';
import { readOrder } from './order.ts';
import { type Act, actOfOurs, readOurs } from './ours.ts';
import { cut, defined, type Parameters, readJson, type Values, valuesOf } from './query.ts';
import { toWholeMs } from './timings.ts';

/** One request, read. `fields.ts` tells of each parameter what becomes of it. */
export interface Tracked {
  /** With an empty `analyticsId` where the sender does not say who it was. */
  event: IncomingEvent;
  /** What the vocabulary has no word for, as it is kept in `props`. */
  more: Record<string, unknown>;
  site: number;
  newVisit: boolean;
  /** The visitor id of the browser, where `uid` took its place. */
  device?: string;
  /** Whether a robot is to be stored. */
  bots: boolean;
  userAgent?: string;
  address?: string;
  language?: string;
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

/** Also how late an act may be that comes without a token, as the protocol's servers have it today: the text has four hours. */
const DAY_MS = 86_400_000;
/** The protocol's servers believe no `cdt` that is older. */
const YEARS_20 = 20 * 365 * DAY_MS;
const PRIVILEGED = ['cip', 'country', 'region', 'city', 'lat', 'long'];
const PLUGINS = ['fla', 'java', 'dir', 'qt', 'realp', 'pdf', 'wma', 'gears', 'ag'];

/** Reads one request. Who may send it, and whether its site and goal exist, is for the service to know. */
export function decode(parameters: Parameters, { now, currency = 'USD' }: Surroundings): Read {
  const site = parameters.get('idsite') ?? '';
  if (!/^[1-9]\d{0,14}$/.test(site)) return { status: 400, detail: 'idsite: expected the number of a site' };
  const cid = parameters.get('cid');
  if (cid && !isVisitor(cid)) return { status: 400, detail: 'cid: expected 16 hexadecimal digits' };
  if (!Number(parameters.get('rec'))) return { site: Number(site), ignored: 'rec: is missing' };
  if (parameters.get('ping') === '1') return { site: Number(site), ignored: 'ping: the page is still open' };

  const said = valuesOf(parameters);
  const { act, more } = readAct(parameters, currency);
  const at = timeOf(parameters.get('cdt'), now);
  const uid = said.text('uid', LIMITS.id);
  const own = parameters.get('_id');
  const device = (cid || (own && isVisitor(own) ? own : '')).toLowerCase();
  const id = parameters.get('event_id')?.toLowerCase();
  const pageUrl = said.text('url', LIMITS.url);
  const pageReferrer = said.text('urlref', LIMITS.url);
  const event = {
    ...act,
    ...(id && isUuid(id) && { id }),
    ...(at !== undefined && { at }),
    ...(pageUrl && { pageUrl }),
    ...(pageReferrer && { pageReferrer }),
    analyticsId: uid ? visitorId(uid) : device,
  } as IncomingEvent;
  const wrong = problemOf(withUnit(event) as VitrineEvent);
  if (wrong) return { status: 400, detail: wrong };

  const about = visitor(parameters, now);
  const userAgent = said.text('ua', 512);
  const address = said.text('cip', 64);
  return {
    event,
    more: defined({ ...more, ...about, user_id: uid }),
    ...(about.language && { language: about.language }),
    site: Number(site),
    newVisit: parameters.get('new_visit') === '1',
    ...(uid && device && { device }),
    bots: parameters.get('bots') === '1',
    ...(userAgent && { userAgent }),
    ...(address && { address }),
    privileged: [
      ...PRIVILEGED.filter((name) => parameters.get(name)),
      ...(at !== undefined && at < now - DAY_MS ? ['cdt'] : []),
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

/** Milliseconds of `cdt`, or nothing where it means now: where it is garbage, in the future or older than the web. */
function timeOf(cdt: string | undefined, now: number): number | undefined {
  if (!cdt) return;
  const [, date, time = '00:00:00'] = /^(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d:\d\d)(?:\.\d+)?Z?)?$/.exec(cdt.trim()) ?? [];
  const at = date ? Date.parse(`${date}T${time}Z`) : /^\d{1,11}$/.test(cdt) ? Number(cdt) * 1000 : Number.NaN;
  return at > now - YEARS_20 && at <= now ? at : undefined;
}

interface ReadAct {
  act: Act;
  more: Record<string, unknown>;
}

function readAct(parameters: Parameters, currency: string): ReadAct {
  const said = valuesOf(parameters);
  const { segments, others } = readVariables(parameters);
  const variables = {
    custom_variables: others.length ? others : undefined,
    dimensions: readDimensions(parameters),
  };
  const ours = readOurs(parameters.get('vitrine'));
  const whole = ours && actOfOurs(ours, segments, parameters.get('c_p'));
  if (whole) return { act: whole, more: variables };

  const goal = parameters.get('idgoal');
  if (goal === '0') {
    const { act, more } = readOrder(parameters, segments, currency, ours);
    return { act, more: { ...more, ...variables } };
  }
  const act = readPlain(said, goal, segments);
  return { act, more: { ...(act.kind === 'page' && readTimings(said)), ...variables } };
}

/** In the order in which the protocol's servers look for them. */
function readPlain(said: Values, goal: string | undefined, segments: Segment[]): Act {
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
  const { server_time, transfer_time = 0 } = readTimings(said);
  const measured = server_time === undefined ? undefined : server_time + transfer_time;
  const loadingTime = time !== undefined && time >= 0 ? time : measured;
  return defined({ kind: 'page', title: text('action_name', LIMITS.text) ?? '', loadingTime, segments });
}

/** How a page was loaded, in milliseconds, as later scripts say it: garbage in it is left out. */
function readTimings({ number }: Values) {
  const time = (name: string) => toWholeMs(number(name));
  return {
    network_time: time('pf_net'),
    server_time: time('pf_srv'),
    transfer_time: time('pf_tfr'),
    dom_processing_time: time('pf_dm1'),
    dom_completion_time: time('pf_dm2'),
    onload_time: time('pf_onl'),
  };
}

/** `dimension3=autumn`, by number. */
function readDimensions(parameters: Parameters): Record<string, string> | undefined {
  const found: [number: string, value: string][] = [];
  for (const [name, value] of parameters) {
    const number = /^dimension([1-9]\d{0,2})$/.exec(name)?.[1];
    if (number && value && found.length < LIMITS.segments) found.push([number, cut(value, LIMITS.segmentValue)]);
  }
  return found.length ? Object.fromEntries(found) : undefined;
}

/** What it says of the visitor and the device, as it is kept in `props`: garbage in it is left out. */
function visitor(parameters: Parameters, now: number) {
  const { text, number } = valuesOf(parameters);
  const matching = (name: string, what: RegExp) => parameters.get(name)?.match(what)?.[0];
  // A visitor's clock may be wrong by a time zone.
  const past = (name: string) => {
    const at = Number(matching(name, /^\d{1,10}$/)) * 1000;
    return at > 0 && at <= now + DAY_MS ? at : undefined;
  };
  const clock = ['h', 'm', 's'].map((name) => parameters.get(name) ?? '');
  const valid = clock.every((part, i) => /^\d{1,2}$/.test(part) && Number(part) < (i === 0 ? 24 : 60));
  const plugins = PLUGINS.filter((name) => parameters.get(name) === '1');
  const within = (name: string, most: number) => {
    const value = number(name);
    return value !== undefined && Math.abs(value) <= most ? value : undefined;
  };
  return {
    visits: matching('_idvc', /^\d{1,9}$/) && number('_idvc'),
    previous_visit: past('_viewts'),
    first_visit: past('_idts'),
    campaign: text('_rcn', LIMITS.text),
    campaign_keyword: text('_rck', LIMITS.text),
    resolution: matching('res', /^\d{1,5}[x×]\d{1,5}$/)?.replace('×', 'x'),
    local_time: valid ? clock.map((part) => part.padStart(2, '0')).join(':') : undefined,
    plugins: plugins.length ? plugins : undefined,
    language: matching('lang', /^[a-z\d*,;=. _-]{1,256}$/i),
    country: matching('country', /^[a-z]{2}$/i)?.toLowerCase(),
    region: matching('region', /^[a-z\d]{1,3}$/i),
    city: text('city', LIMITS.id),
    latitude: within('lat', 90),
    longitude: within('long', 180),
  };
}

/** `{"1": ["key", "value"]}`. What is no segment (a key with a colon, one more than are taken) stays beside them. */
function readVariables(parameters: Parameters): { segments: Segment[]; others: Segment[] } {
  const segments = new Map<string, string>();
  const others: Segment[] = [];
  for (const name of ['cvar', '_cvar']) {
    const said = readJson(parameters.get(name));
    for (const pair of typeof said === 'object' && said ? Object.values(said) : []) {
      if (!Array.isArray(pair) || pair.length < 2) continue;
      const [key, value] = [variable(pair[0], LIMITS.segmentKey), variable(pair[1], LIMITS.segmentValue)];
      if (!key || value === undefined || POISON.test(key) || segments.has(key)) continue;
      if (!key.includes(':') && segments.size < LIMITS.segments) segments.set(key, value);
      else if (others.length < LIMITS.segments) others.push([key, value]);
    }
  }
  return { segments: [...segments], others };
}

function variable(part: unknown, most: number): string | undefined {
  if (typeof part !== 'string' && typeof part !== 'number' && typeof part !== 'boolean') return;
  const text = String(part).toWellFormed();
  return text.includes('\0') ? undefined : cut(text, most);
}

/** Keys that would reach into an object's prototype. */
const POISON = /^(__proto__|constructor|prototype)$/;
