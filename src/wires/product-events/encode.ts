import { derivedId } from '../../events/id.ts';
import { toJson } from '../../events/json.ts';
import { LIMITS } from '../../events/limits.ts';
import { productText, quantityOf, totalOf } from '../../events/products.ts';
import type { ProductAction, Stamp, StampedEvent } from '../../events/vocabulary.ts';
import { type Outcome, outcomeOf, outcomeOfOwn, type Wire, type WireAnswer, type WireRequest } from '../wire.ts';

/** The names of `002-product-events.txt`, without the text's typos: one spelling is sent, stored and answered. */
export const EVENT_TYPES: Record<ProductAction, string> = {
  session_start: 'product session start',
  session_end: 'product session end',
  configuration_start: 'product configuration start',
  attribute_set: 'product configuration attribute set',
  interaction: 'product interaction',
  render: 'product renders',
  download: 'product download',
  cart_add: 'product cart-add',
  ordered: 'product ordered',
  social_share: 'product social share',
  ar_not_available: 'product AR not available',
  ar_offered: 'product AR offered',
  ar_download: 'product AR download',
  ar_mobile_transition_offered: 'product AR mobile transition offered',
  ar_mobile_transition_completed: 'product AR mobile transition completed',
};

/**
 * What the acts of shoppers are in this protocol. What is not here is not said on this wire: what a page shows by
 * itself (`render`, and the `view` that follows a click) is nobody's act, a basket's contents (`cart`) do not tell what
 * was added to it, and for pages, searches, goals and visitors the protocol has no word.
 */
export const ACTS: Record<string, ProductAction> = {
  'widget move': 'interaction',
  'widget filter_click': 'interaction',
  'widget view_all': 'interaction',
  'widget upload_click': 'social_share',
  'media click': 'interaction',
  'media move': 'interaction',
  'media play_click': 'interaction',
  'media shop': 'interaction',
  checkout: 'ordered',
};

/** A session ends after so long without an act. */
const GAP = 30 * 60_000;
/** Sessions that are remembered, for what is delivered late. */
const MOST_SESSIONS = 8;

/** One visit's acts: it is named by the act that opened it. */
interface Session {
  id: string;
  from: number;
  to: number;
  /** What the other side has answered for: bits of `START` and `END`. */
  told: number;
}
const START = 1;
const END = 2;
/** Entries of an order that are told; `eventMetadata.units` says how many units there were. */
const MOST_UNITS = 200;

export interface ProductEventsOptions {
  /** Base URL of the service, as in `https://ugc.example`. */
  url: string;
  /** A public token: it stands in the page. */
  token: string;
  /** The customer; the token says it where this does not. */
  orgId?: string;
}

/**
 * The protocol of `002-product-events.txt`: one JSON body per event. `eventMetadata` carries, beside what the shop says
 * there, `event_id`, `event_time` and `sent_at` (milliseconds), the visitor, the page and the segments. A session starts
 * with the first act after 30 minutes without one; that it ended is said, with the time of its last act, when the
 * visitor comes again. Events of kind `product` have sessions of their own, which the page starts and ends.
 *
 * Everything may be sent twice, with the same `event_id`: the service stores it once, another server may not.
 */
export function productEvents({ url, token, orgId }: ProductEventsOptions): Wire {
  const to = `${url}/api/analytics/events?bearer_token=${encodeURIComponent(token)}${orgId ? `&orgId=${encodeURIComponent(orgId)}` : ''}`;
  const sessions = rememberSessions(`vitrine ${url} ${token}`);
  /** Starts and ends under way: they carry the ids of no act. */
  const turns = new WeakMap<WireRequest, [Session, told: number]>();

  const request = (body: object, ids: string[]): WireRequest => ({
    method: 'POST',
    url: to,
    body: toJson(orgId ? { orgId, ...body } : body),
    // Other servers read no text/plain, which alone a beacon could carry.
    headers: { 'content-type': 'application/json' },
    ids,
    beacon: false,
  });

  /** That a session started, or ended: an event of the wire's own, whose id is the same whenever it is said again. */
  function turn({ id, from, to }: Session, told: number, analyticsId: string, sentAt: number): object {
    const action = told === START ? 'session_start' : 'session_end';
    return bodyOf(action, id, { id: derivedId(id, action), at: told === START ? from : to, analyticsId }, sentAt, {});
  }

  return {
    name: 'product-events',
    idempotent: true,
    encode(events, _limit, sentAt) {
      const requests: WireRequest[] = [];
      let visitor: string | undefined;
      sessions.open();
      for (const event of events) {
        if (event.kind === 'choice' && event.choice === 'denied') sessions.forget();
        const action = actionOf(event);
        if (!action) continue;
        let id: string;
        if (event.kind === 'product') id = event.session;
        else {
          id = sessions.of(event).id;
          visitor = event.analyticsId;
        }
        const made = request(bodyOf(action, id, event, sentAt, detailsOf(event)), [event.id]);
        if (new TextEncoder().encode(made.body).length <= LIMITS.bulkBytes) requests.push(made);
      }
      if (visitor === undefined) return requests;
      sessions.keep();
      const first: WireRequest[] = [];
      for (const session of sessions.all()) {
        for (const told of [START, END] as const) {
          if (session.told & told || (told === END && session.to + GAP > sentAt)) continue;
          const made = request(turn(session, told, visitor, sentAt), []);
          turns.set(made, [session, told]);
          first.push(made);
        }
      }
      return [...first, ...requests];
    },
    settle(request, answer) {
      const outcome = settled(answer);
      const [session, told] = turns.get(request) ?? [];
      if (session && told && outcome !== 'retry') {
        session.told |= told;
        sessions.keep();
      }
      return new Map(request.ids.map((id) => [id, outcome]));
    },
  };
}

/* ---------------------------------------------------------------- writing */

function actionOf(event: StampedEvent): ProductAction | undefined {
  return event.kind === 'product' ? event.action : ACTS[actOf(event)];
}

function actOf(event: StampedEvent): string {
  return 'action' in event ? `${event.kind} ${event.action}` : event.kind;
}

/** `undefined` is no JSON, and is left out when this becomes text. */
type Details = { readonly [key: string]: unknown; eventMetadata?: object };

function bodyOf(
  action: ProductAction,
  sessionId: string,
  { id, at, analyticsId, pageUrl, pageReferrer }: Stamp & { id: string; at: number },
  sentAt: number,
  { eventMetadata, ...details }: Details,
): object {
  return {
    eventType: EVENT_TYPES[action],
    sessionId,
    ...details,
    eventMetadata: {
      ...eventMetadata,
      event_id: id,
      event_time: at,
      sent_at: sentAt,
      analytics_id: analyticsId,
      page_url: pageUrl,
      page_referrer: pageReferrer,
    },
  };
}

/** What an act says beside who, when and where. */
function detailsOf(event: StampedEvent): Details {
  const pairs = 'segments' in event ? event.segments : [];
  const segments = pairs.length ? Object.fromEntries(pairs) : undefined;
  switch (event.kind) {
    case 'product': {
      const { product: assetId, configurationId: configId, configuration, metric, metadata } = event;
      return { assetId, configId, configuration, metric, eventMetadata: { ...metadata, segments } };
    }
    case 'widget':
    case 'media': {
      const { instance, label, scope, pics, abTesting } = event;
      const more = event.kind === 'media' && { media: event.media, image: event.image, redirectUrl: event.redirectUrl };
      return { eventMetadata: { act: actOf(event), instance, label, scope, pics, abTesting, ...more, segments } };
    }
    case 'checkout': {
      const { transactionId, products, currency, referrer } = event;
      const units = products.slice(0, MOST_UNITS).map(productText);
      const sold = { transactionId, currency, referrer, products: units, units: quantityOf(products) };
      return { metric: totalOf(products), eventMetadata: { act: actOf(event), ...sold, segments } };
    }
    default:
      return {};
  }
}

/* --------------------------------------------------------------- sessions */

/** Sessions live as long as the visitor's other traces: across pages, and until consent is withdrawn. */
function rememberSessions(place: string) {
  let sessions: Session[] = [];
  return {
    all: (): readonly Session[] => sessions,
    /** Another page may have gone on with them. What is under way here keeps its objects. */
    open() {
      try {
        for (const kept of JSON.parse(localStorage.getItem(place) ?? '[]') as Session[]) {
          const known = sessions.find(({ id }) => id === kept.id);
          if (known) {
            known.to = Math.max(known.to, kept.to);
            known.told |= kept.told;
          } else sessions.push(kept);
        }
      } catch {
        // Storage is blocked: sessions last as long as the page.
      }
    },
    /** The session that an act belongs to; it is opened when there is none. */
    of({ id, at }: StampedEvent): Session {
      let session = sessions.find(({ from, to }) => at > from - GAP && at < to + GAP);
      if (!session) {
        session = { id, from: at, to: at, told: 0 };
        sessions.push(session);
      }
      session.from = Math.min(session.from, at);
      session.to = Math.max(session.to, at);
      return session;
    },
    keep() {
      // An answer may come after consent was withdrawn.
      if (!sessions.length) return;
      sessions = sessions.sort((a, b) => a.from - b.from).slice(-MOST_SESSIONS);
      try {
        localStorage.setItem(place, toJson(sessions));
      } catch {}
    },
    forget() {
      sessions = [];
      try {
        localStorage.removeItem(place);
      } catch {}
    },
  };
}

/* --------------------------------------------------------------- settling */

/** Only the created event acknowledges, and only this protocol's error refuses: a captive portal's page does neither. */
function settled({ status, body }: WireAnswer): Outcome {
  try {
    const read = JSON.parse(body);
    const created = Array.isArray(read) ? read[0] : read;
    if (status >= 200 && status <= 299 && typeof created.id === 'string' && typeof created.eventType === 'string')
      return 'accepted';
    return created.error ? outcomeOfOwn(status) : outcomeOf(status);
  } catch {
    return outcomeOf(status);
  }
}
