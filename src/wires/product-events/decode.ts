import { LIMITS } from '../../events/limits.ts';
import { segmentsProblem } from '../../events/problems.ts';
import { isUuid, problemOf } from '../../events/validate.ts';
import type { IncomingEvent, JsonObject, ProductAction, ProductEvent, Segment } from '../../events/vocabulary.ts';
import { problemIn } from '../problem.ts';
import type { Decoded, DecodedEvent } from '../wire.ts';
import { EVENT_TYPES } from './event-types.ts';

/** Other spellings of event types, in the specification and by its clients. */
const ALIASES: Record<string, ProductAction> = {
  'product configuration set': 'configuration_start',
  'production configuration attribute set': 'attribute_set',
  'produce AR not available': 'ar_not_available',
};

const ACTIONS = new Map<string, ProductAction>([
  ...Object.entries(EVENT_TYPES).map(([action, type]) => [type, action as ProductAction] as const),
  ...Object.entries(ALIASES),
]);

/** The action that an event type means, in any of its spellings. */
export function actionOfType(type: string): ProductAction | undefined {
  return ACTIONS.get(type);
}

export type IncomingProductEvent = Extract<IncomingEvent, { kind: 'product' }>;

/** What a request says beside its event. */
export interface ProductEventMessage {
  /** The customer that the sender names. */
  orgId?: string;
  userId?: string;
  device?: string;
}

export type DecodedProductEvent = Decoded<ProductEventMessage, [DecodedEvent<{ event: IncomingProductEvent }>]>;

/** Reads the body of a creation, parsed from JSON. What our own encoder put into `eventMetadata` is taken out again. */
export function decode(body: unknown): DecodedProductEvent {
  if (!isObject(body)) return problem('body: expected an object');
  const said = (name: string) => body[name] ?? undefined;
  for (const name of ['eventType', 'orgId', 'assetId', 'userId', 'sessionId', 'configId', 'device'] as const) {
    const value = said(name);
    const max = name === 'device' ? LIMITS.jsonText : LIMITS.id;
    if (value !== undefined && !isText(value, max))
      return problem(`${name}: expected a text of at most ${max} characters`);
  }
  const text = (name: string) => said(name) as string | undefined;
  const action = ACTIONS.get(text('eventType') ?? '');
  if (!action)
    return problem(
      `eventType: ${text('eventType') ? `expected one of ${Object.values(EVENT_TYPES).join(', ')}` : 'is missing'}`,
    );
  const metric = said('metric');
  if (metric !== undefined && typeof metric !== 'number') return problem('metric: expected a number');
  const sent = objectOf(said('eventMetadata') ?? said('metadata'));
  if (sent === 'wrong') return problem('eventMetadata: expected an object');
  const configuration = objectOf(said('configuration'));
  if (configuration === 'wrong') return problem('configuration: expected an object');

  const { metadata, envelope } = takeEnvelope(sent ?? {});
  const session = text('sessionId') ?? '';
  const { sentAt, ...stamp } = envelope;
  const event: IncomingProductEvent = {
    kind: 'product',
    action,
    session,
    ...defined({ product: text('assetId'), configurationId: text('configId'), configuration, metric }),
    ...(Object.keys(metadata).length > 0 && { metadata }),
    segments: [],
    // Another client names a user at best, and a session always.
    analyticsId: text('userId') ?? session,
    ...stamp,
  };
  const wrong = problemOf(event as ProductEvent);
  if (wrong) return problem(problemIn(NAMES, wrong));
  const message = { sentAt, orgId: text('orgId'), userId: text('userId'), device: text('device') };
  return { events: [{ event }], ...(defined(message) as ProductEventMessage & { sentAt?: number }) };
}

function problem(detail: string): DecodedProductEvent {
  return { status: 422, detail };
}

/** The protocol's names of the vocabulary's fields. */
const NAMES = { session: 'sessionId', product: 'assetId', configurationId: 'configId', metadata: 'eventMetadata' };

type Envelope = Partial<
  Pick<IncomingProductEvent, 'id' | 'at' | 'analyticsId' | 'pageUrl' | 'pageReferrer' | 'segments'>
> & { sentAt?: number };

/** Readers of the keys that our encoder writes. A key that holds another value is the shop's own. */
const ENVELOPE: Record<string, (value: unknown) => Envelope | undefined> = {
  event_id: (value) =>
    typeof value === 'string' && isUuid(value.toLowerCase()) ? { id: value.toLowerCase() } : undefined,
  event_time: (value) => (isTime(value) ? { at: value } : undefined),
  sent_at: (value) => (isTime(value) ? { sentAt: value } : undefined),
  analytics_id: (value) => (isText(value, LIMITS.analyticsId) && value ? { analyticsId: value } : undefined),
  page_url: (value) => (isText(value, LIMITS.url) ? { pageUrl: value } : undefined),
  page_referrer: (value) => (isText(value, LIMITS.url) ? { pageReferrer: value } : undefined),
  segments: (value) => {
    if (!isObject(value) || !Object.values(value).every((one) => typeof one === 'string')) return;
    const segments = Object.entries(value) as unknown as Segment[];
    return segmentsProblem(segments) ? undefined : { segments };
  },
};

/** Our encoder gives every event an id. In a request without one, keys like `page_url` and `segments` are the shop's own. */
function takeEnvelope(sent: JsonObject): { metadata: JsonObject; envelope: Envelope } {
  const envelope: Envelope = {};
  if (!ENVELOPE.event_id?.(sent.event_id)) return { metadata: sent, envelope };
  const rest = Object.entries(sent).filter(([key, value]) => {
    const taken = Object.hasOwn(ENVELOPE, key) ? ENVELOPE[key]?.(value) : undefined;
    Object.assign(envelope, taken);
    return !taken;
  });
  return { metadata: Object.fromEntries(rest), envelope };
}

/** Reads an object, or the JSON of one, which some clients send. */
function objectOf(value: unknown): JsonObject | 'wrong' | undefined {
  if (value === undefined || isObject(value)) return value as JsonObject | undefined;
  if (typeof value !== 'string') return 'wrong';
  try {
    const parsed: unknown = JSON.parse(value);
    return isObject(parsed) ? (parsed as JsonObject) : 'wrong';
  } catch {
    return 'wrong';
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isText(value: unknown, max: number): value is string {
  // The database cannot store a NUL, and would change a lone surrogate.
  return typeof value === 'string' && value.length <= max && !value.includes('\0') && value.isWellFormed();
}

function isTime(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0 && (value as number) < 1e14;
}

function defined<T extends object>(values: T): object {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined));
}
