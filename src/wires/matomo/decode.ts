import { LIMITS } from '../../events/limits.ts';
import { isUuid, problemOf } from '../../events/validate.ts';
import type { IncomingEvent, VitrineEvent } from '../../events/vocabulary.ts';
import { problemIn } from '../problem.ts';
import type { DecodeContext, Decoded, DecodedEvent } from '../wire.ts';
import { readAct } from './decode-act.ts';
import { readVisitor } from './decode-visitor.ts';
import { defined, type Parameters, valuesOf } from './query.ts';
import { visitorId } from './visitor-id.ts';

/**
 * The event of a request, and how it is to be stored. `fields.ts` tells what becomes of each parameter. The event's
 * `analyticsId` is empty where the sender does not name the visitor.
 */
export type Tracked = DecodedEvent<{
  /** What the vocabulary has no field for, as `props` has it. */
  more: Record<string, unknown>;
  site: number;
  newVisit: boolean;
  /** The browser's id, where `uid` took its place as the visitor's. */
  device?: string;
  /** Whether the event is stored if a robot sent it. */
  bots: boolean;
  userAgent?: string;
  address?: string;
  language?: string;
  /** The parameters of the request that need a token. */
  privileged: string[];
}>;

/** What a request says beside its event. */
export interface TrackedMessage {
  site: number;
  /** Why the request has no event, where it is to be answered as if it were stored. */
  ignored?: string;
}

/**
 * How old an event may be without a token, in milliseconds. The protocol's servers accept 24 hours today; the text has
 * four.
 */
const MAX_AGE_MS = 86_400_000;
/** How old an event may be at all, in milliseconds. The protocol's servers ignore an older `cdt`. */
const MAX_CREDIBLE_AGE_MS = 20 * 365 * 86_400_000;
const PRIVILEGED = ['cip', 'country', 'region', 'city', 'lat', 'long'];

/** Reads one request. The plugin checks who may send it, and whether its site and goal exist. */
export function decode(
  parameters: Parameters,
  { now, currency = 'USD' }: DecodeContext,
): Decoded<TrackedMessage, [] | [Tracked]> {
  const site = parameters.get('idsite') ?? '';
  if (!/^[1-9]\d{0,14}$/.test(site)) return { status: 400, detail: 'idsite: expected the number of a site' };
  const cid = parameters.get('cid');
  if (cid && !isVisitor(cid)) return { status: 400, detail: 'cid: expected 16 hexadecimal digits' };
  if (!Number(parameters.get('rec'))) return ignored(site, 'rec: is missing');
  if (parameters.get('ping') === '1') return ignored(site, 'ping: the page is still open');

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
  if (wrong) return { status: 400, detail: problemIn(NAMES, wrong) };

  const about = readVisitor(parameters, now);
  const userAgent = said.text('ua', 512);
  const address = said.text('cip', 64);
  const tracked: Tracked = {
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
      ...(at !== undefined && at < now - MAX_AGE_MS ? ['cdt'] : []),
    ],
  };
  return { site: Number(site), events: [tracked] };
}

function ignored(site: string, reason: string): Decoded<TrackedMessage, []> {
  return { site: Number(site), ignored: reason, events: [] };
}

/** The protocol's names of the vocabulary's fields, for those that `decode` does not cut to their limits. */
const NAMES = { products: 'ec_items', transactionId: 'ec_id', goal: 'idgoal', segments: 'cvar' };

/** An order may have no items in this protocol. `problemOf` requires at least one. */
function withUnit(event: IncomingEvent): IncomingEvent {
  return event.kind === 'checkout' && event.products.length === 0
    ? { ...event, products: [{ id: 'unsaid', amount: 0 }] }
    : event;
}

function isVisitor(id: string): boolean {
  return /^[0-9a-f]{16}$/i.test(id);
}

/** The milliseconds of `cdt`; `undefined`, which means now, where it is malformed, in the future or too old to be believed. */
function timeOf(cdt: string | undefined, now: number): number | undefined {
  if (!cdt) return;
  const [, date, time = '00:00:00'] = /^(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d:\d\d)(?:\.\d+)?Z?)?$/.exec(cdt.trim()) ?? [];
  const at = date ? Date.parse(`${date}T${time}Z`) : /^\d{1,11}$/.test(cdt) ? Number(cdt) * 1000 : Number.NaN;
  return at > now - MAX_CREDIBLE_AGE_MS && at <= now ? at : undefined;
}
