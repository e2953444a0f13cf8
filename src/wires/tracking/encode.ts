import { toJson } from '../../events/json.ts';
import { LIMITS } from '../../events/limits.ts';
import { productText } from '../../events/products.ts';
import type {
  CheckoutEvent,
  MediaEvent,
  Scope,
  StampedEvent,
  VitalEvent,
  VitrineEvent,
} from '../../events/vocabulary.ts';
import { type Outcome, outcomeOf, type Wire, type WireAnswer, type WireRequest } from '../wire.ts';

/**
 * The tracking protocol of `000-analytics-tracking.txt`: each event is a path and a query string. Three things are our
 * own: many events in one `POST /track/bulk`; the parameters `event_id`, `event_time` (milliseconds), `page_url`,
 * `page_referrer` and `previous_id`, which other servers ignore; the paths `/track/vital/…` and `/track/choice/…`.
 */
export function tracking({ api, key }: { api: string; key: string }): Wire {
  return {
    name: 'tracking',
    idempotent: true,
    encode: encodeTo(`${api}/track/bulk?auth_token=${encodeURIComponent(key)}`),
    settle,
  };
}

const encodeTo =
  (url: string): Wire['encode'] =>
  (events, limit, sentAt) => {
    const requests: WireRequest[] = [];
    let last: (WireRequest & { body: string }) | undefined;
    for (const event of events) {
      // Percent-encoding leaves only ASCII and no quote, so the text is JSON, and its length is its size in bytes.
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

/** The end of a request's body. */
const END = ']}';

/** The fields, of any kind of event, that are parameters. */
type ParameterFields = Pick<MediaEvent, 'pics' | 'abTesting' | 'redirectUrl'> &
  Pick<CheckoutEvent, 'currency' | 'referrer' | 'products' | 'segments'> &
  Pick<VitalEvent, 'value'>;

/** One event as the path and query of a GET request; `undefined` where the protocol has no path for its kind. */
export function encodeEvent(event: StampedEvent): string | undefined {
  const path = pathOf(event);
  if (!path) return;
  const fields: Partial<ParameterFields> = event as object;
  // Parameters that are `undefined` are no JSON, and are left out on the way there and back.
  const query = new URLSearchParams(
    JSON.parse(
      toJson({
        analytics_id: event.analyticsId,
        previous_id: event.previousId,
        event_id: event.id,
        event_time: event.at,
        page_url: event.pageUrl,
        page_referrer: event.pageReferrer,
        pics: fields.pics,
        ab_testing: fields.abTesting,
        redirect_url: fields.redirectUrl,
        currency_code: fields.currency,
        referrer: fields.referrer,
        value: fields.value,
      }),
    ),
  );
  for (const product of fields.products ?? []) query.append('products[]', productText(product));
  for (const [key, value] of fields.segments ?? []) query.append('segments[]', `${key}:${value}`);
  return `/track/${path}?${query}`;
}

function pathOf(event: VitrineEvent): string | undefined {
  if (event.kind === 'vital') return `vital/${part(event.name)}`;
  if (event.kind === 'choice') return `choice/${part(event.choice)}`;
  if (event.kind === 'checkout') return `transaction/${part(event.transactionId)}/checkout`;
  // Only acts on a widget or on one of its media have an instance.
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

/** The answer to `/track/bulk`. Its numbers are indexes into `requests`. */
export interface BulkAnswer {
  metadata: { code: number; message: string; version: string };
  data: { accepted: number[]; repeated: number[]; refused: { index: number; error: string; detail: string }[] };
}

function settle({ ids }: WireRequest, { status, body }: WireAnswer): Map<string, Outcome> {
  const outcomes = new Map(ids.map((id) => [id, outcomeOf(status)]));
  try {
    const { metadata, data } = JSON.parse(body) as BulkAnswer;
    if (metadata.code !== status) return outcomes;
    // An index outside of the request sets the outcome of an id that no event has.
    const settleAs = (outcome: Outcome) => (index: number) => outcomes.set(ids[index] as string, outcome);
    data.accepted.forEach(settleAs('accepted'));
    data.repeated.forEach(settleAs('repeated'));
    data.refused.map(({ index }) => index).forEach(settleAs('refused'));
  } catch {
    // A body that is not this protocol's answer (a captive portal's page, a gateway's) acknowledges no event.
  }
  return outcomes;
}
