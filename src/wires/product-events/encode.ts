import { derivedId } from '../../events/id.ts';
import { toJson } from '../../events/json.ts';
import { LIMITS } from '../../events/limits.ts';
import type { ProductAction, Stamp } from '../../events/vocabulary.ts';
import { type Outcome, outcomeOf, outcomeOfOwn, type Wire, type WireAnswer, type WireRequest } from '../wire.ts';
import { actionOf, type Details, detailsOf } from './encode-act.ts';
import { END, rememberSessions, SESSION_GAP_MS, type Session, START } from './encode-sessions.ts';
import { EVENT_TYPES } from './event-types.ts';

export interface ProductEventsOptions {
  /** The base URL of the service, as in `https://ugc.example`. */
  url: string;
  /** A public token, since everybody can read it in the page. */
  token: string;
  /** The customer; where it is absent, the token's customer. */
  orgId?: string;
}

/**
 * The protocol of `002-product-events.txt`: one JSON body per event. `eventMetadata` carries, beside the shop's own keys,
 * `event_id`, `event_time` and `sent_at` (milliseconds), the visitor, the page and the segments. A session starts with the
 * first act after 30 minutes without one. Its end, with the time of its last act, is sent when the visitor comes again.
 * Events of the kind `product` have sessions of their own, which the page starts and ends.
 *
 * Any request may be sent twice, with the same `event_id`. Our service stores it once; another server may not.
 */
export function productEvents({ url, token, orgId }: ProductEventsOptions): Wire {
  const to = `${url}/api/analytics/events?bearer_token=${encodeURIComponent(token)}${orgId ? `&orgId=${encodeURIComponent(orgId)}` : ''}`;
  const sessions = rememberSessions(`vitrine ${url} ${token}`);
  /** Requests that start or end a session, until they are settled. They carry no ids. */
  const boundaries = new WeakMap<WireRequest, [Session, told: number]>();

  const request = (body: object, ids: string[]): WireRequest => ({
    method: 'POST',
    url: to,
    body: toJson(orgId ? { orgId, ...body } : body),
    // A beacon could carry `text/plain` only, which other servers do not read.
    headers: { 'content-type': 'application/json' },
    ids,
    beacon: false,
  });

  /** The event that a session started or ended. Its id is derived from the session's, so a repetition has the same. */
  function boundaryOf({ id, from, to }: Session, told: number, analyticsId: string, sentAt: number): object {
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
          if (session.told & told || (told === END && session.to + SESSION_GAP_MS > sentAt)) continue;
          const made = request(boundaryOf(session, told, visitor, sentAt), []);
          boundaries.set(made, [session, told]);
          first.push(made);
        }
      }
      return [...first, ...requests];
    },
    settle(request, answer) {
      const outcome = outcomeIn(answer);
      const [session, told] = boundaries.get(request) ?? [];
      if (session && told && outcome !== 'retry') {
        session.told |= told;
        sessions.keep();
      }
      return new Map(request.ids.map((id) => [id, outcome]));
    },
  };
}

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

/**
 * The outcome of a request. Only the created event acknowledges, and only this protocol's error refuses. A captive
 * portal's page does neither.
 */
function outcomeIn({ status, body }: WireAnswer): Outcome {
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
