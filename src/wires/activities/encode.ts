import { toJson } from '../../events/json.ts';
import { LIMITS } from '../../events/limits.ts';
import { withoutNames } from '../../events/products.ts';
import type { Product, StampedEvent } from '../../events/vocabulary.ts';
import { type Outcome, outcomeOf, outcomeOfOwn, type Wire, type WireAnswer, type WireRequest } from '../wire.ts';

export interface ActivitiesOptions {
  /** The server, as in `https://analytics.shop.example`: what stands before `/v1/datamarts`. */
  url: string;
  /** The datamart. In our service it is the customer's id, or another server's datamart that the customer has a relay to. */
  datamart: string | number;
  /**
   * Our service's public token. It is in the URL, so that beacons carry it. It can only create events of the browser, and
   * choices as long as the browser's user point has no other name. Profiles are not sent with it: your server sends them,
   * with the private token.
   */
  key?: string | undefined;
  /** Another server's token, for the header `Authorization`. Everybody can read it, so it must only create activities. */
  token?: string | undefined;
  /** The `$site_id` that the server gave the shop. */
  site?: string | undefined;
  /** The compartment of the shop's accounts; the server's default one where it is absent. */
  compartment?: string | undefined;
  /** The processing that a visitor's consent is about; `1` where it is absent. */
  processing?: string | undefined;
}

/**
 * User activities (`003-user-activities.txt`): each batch of a visitor's events is one activity. The visitor is the user
 * agent `vec:ID`. A choice is `$set_user_choice`. A profile is `$set_user_profile_properties`, and its account is one more
 * identifier. Each choice and each profile is an activity of its own, which may be refused alone. Each event has its id as
 * `$properties.$event_id`, by which our service recognizes a repetition. Another server may count an event twice whose
 * answer was lost.
 */
export function activities(options: ActivitiesOptions): Wire {
  return {
    name: 'activities',
    idempotent: true,
    encode: (events, limit, sentAt) => encode(options, events, limit, sentAt),
    settle,
  };
}

/** The protocol's names of kinds. Other events are named by their kind and action, as in `media_click`. */
const NAMES: Partial<Record<string, string>> = {
  page: '$page_view',
  cart: '$basket_view',
  checkout: '$transaction_confirmed',
  goal: '$conversion',
  choice: '$set_user_choice',
  profile: '$set_user_profile_properties',
};

/** Names of events that change a user point, ours and the shop's own. Not every token may send them. */
const CHANGES_USER_POINT = /^\$set_/;

/** Events of one visitor that make one activity. */
type Batch = {
  visitor: string;
  alone: boolean;
  identifiers: Set<string>;
  ids: string[];
  events: string[];
  size: number;
};

function encode(
  options: ActivitiesOptions,
  events: readonly StampedEvent[],
  limit: number,
  sentAt: number,
): WireRequest[] {
  const { url, datamart, key, token, site, compartment } = options;
  const address = `${url.replace(/\/$/, '')}/v1/datamarts/${datamart}/user_activities${key ? `?auth_token=${encodeURIComponent(key)}` : ''}`;
  const batches: Batch[] = [];
  for (const event of events) {
    if (key && event.kind === 'profile') continue;
    const said = activityEvent(event, options);
    let text = toJson(said);
    const agent = toJson({ $type: 'USER_AGENT', $user_agent_id: `vec:${event.analyticsId}` });
    const account = event.kind === 'profile' ? [accountOf(event.account, compartment)] : [];
    // The size of what is around events and identifiers, with a little to spare.
    const around = 200 + sizeOf(`${site}${agent}`);
    // An order that is too long is sent without the names of its products.
    if (around + sizeOf(text) > LIMITS.bulkBytes && 'products' in event)
      text = toJson(activityEvent({ ...event, products: withoutNames(event.products) }, options));
    const bytes = sizeOf(`${text},${account}`);
    if (around + bytes > LIMITS.bulkBytes) continue;
    const visitor = event.analyticsId;
    const alone = CHANGES_USER_POINT.test(said.$event_name);
    let batch = batches.at(-1);
    if (batch?.visitor !== visitor || batch.alone || alone || batch.size + bytes > limit) {
      batch = { visitor, alone, identifiers: new Set([agent]), ids: [], events: [], size: around };
      batches.push(batch);
    }
    for (const identifier of account) batch.identifiers.add(identifier);
    batch.ids.push(event.id);
    batch.events.push(text);
    batch.size += bytes + 1;
  }
  return batches.map(({ identifiers, ids, events }) => {
    const activity = toJson({
      $type: 'SITE_VISIT',
      $session_status: 'IN_SESSION',
      $site_id: site,
      $ts: sentAt,
      // Our service corrects the times of events by the sender's clock. Other clients' `$ts` need not be now.
      sent_at: sentAt,
    });
    return {
      method: 'POST',
      url: address,
      body: `${activity.slice(0, -1)},"$user_identifiers":[${[...identifiers]}],"$events":[${events}]}`,
      ids,
      ...(token
        ? { headers: { 'content-type': 'application/json', authorization: token }, beacon: false }
        : { beacon: true }),
    };
  });
}

function accountOf($user_account_id: string, $compartment_id: string | undefined): string {
  return toJson({ $type: 'USER_ACCOUNT', $user_account_id, $compartment_id });
}

function activityEvent(event: StampedEvent, { processing = '1', compartment }: ActivitiesOptions) {
  const { kind, id, at, analyticsId: _, previousId: __, pageUrl: $url, pageReferrer: $referrer, ...own } = event;
  const $properties: Record<string, unknown> = {};
  let name = NAMES[kind] ?? kind;
  for (const [field, value] of Object.entries(own as Record<string, unknown>)) {
    if (field === 'products') $properties.$items = (value as Product[]).map(itemOf);
    else if (field === 'action') name = kind === 'other' ? String(value) : `${kind}_${value}`;
    // `$category` marks an event whose name is the shop's own.
    else if (kind === 'other' && field === 'category') $properties.$category = value;
    else if (kind !== 'profile' && kind !== 'choice')
      $properties[field.replace(/[A-Z]/g, (capital) => `_${capital.toLowerCase()}`)] = value;
  }
  if (kind === 'profile')
    // The service reads these keys itself, so a profile cannot have them as properties.
    Object.assign($properties, event.properties, {
      $user_account_id: event.account,
      $compartment_id: compartment,
      $category: undefined,
    });
  if (kind === 'choice') {
    $properties.$processing_id = processing;
    $properties.$choice_ts = at;
    $properties.$choice_acceptance_value = event.choice === 'granted';
  }
  return { $ts: at, $event_name: name, $properties: { ...$properties, $event_id: id, $url, $referrer } };
}

/** JSON leaves out the members that are `undefined`. */
function itemOf({ id, amount, quantity = 1, name, category }: Product) {
  return { $id: id, $price: amount, $qty: quantity, $name: name, $category: category };
}

function sizeOf(text: string): number {
  return new TextEncoder().encode(text).length;
}

function settle({ ids }: WireRequest, { status, body }: WireAnswer): Map<string, Outcome> {
  let outcome = outcomeOf(status);
  try {
    const { status: said } = JSON.parse(body);
    if (status === 200 && said === 'ok') outcome = 'accepted';
    // 403 refuses the activity, as for a choice that a page may not make. A refused token or origin is 401.
    if (said === 'error') outcome = status === 403 ? 'refused' : outcomeOfOwn(status);
  } catch {
    // A body that is not this protocol's answer (a captive portal's page, a gateway's) settles nothing.
  }
  return new Map(ids.map((id) => [id, outcome]));
}
