import type { IncomingHttpHeaders } from 'node:http';
import { checkoutId } from '../../../src/events/id.ts';
import { LIMITS } from '../../../src/events/limits.ts';
import { withoutNames } from '../../../src/events/products.ts';
import type { CartEvent, IncomingEvent, Product, ProductEvent } from '../../../src/events/vocabulary.ts';
import type { EventRow } from '../../store/events/event-row.ts';
import { occurredAt } from './clock.ts';
import { newEventId } from './event-id.ts';
import { robotOf } from './robots.ts';

/** Characters of a User-Agent that are stored; real ones have 100 to 300. */
export const MAX_USER_AGENT_CHARACTERS = 512;

/** The facts of a request that hold for all of its events. */
export interface Arrival {
  receivedAt: number;
  sentAt?: number | undefined;
  /** The `Referer`, which is the page of an event that names none. */
  pageUrl?: string | undefined;
  userAgent?: string | undefined;
  /** The family, for a request of a robot. */
  robot?: string | undefined;
}

export function arrivalOf(headers: IncomingHttpHeaders, receivedAt: number, sentAt?: number): Arrival {
  const userAgent = headers['user-agent']?.slice(0, MAX_USER_AGENT_CHARACTERS);
  const pageUrl = headers.referer?.slice(0, LIMITS.url);
  return { receivedAt, sentAt, pageUrl, userAgent, robot: robotOf(userAgent) };
}

/**
 * The row of an event, which is the same for all wires. An event without an id gets one.
 * @param wire the wire's name
 * @param more what the wire carries and the vocabulary does not have; it goes into `props`
 */
export function rowOf(
  event: IncomingEvent,
  arrival: Arrival,
  wire = 'tracking',
  more: Record<string, unknown> = {},
): EventRow {
  const { receivedAt, sentAt } = arrival;
  const { at, flags } = occurredAt(event.at, sentAt, receivedAt);
  const row: EventRow = {
    id: event.id ?? idOf(event, receivedAt),
    kind: event.kind,
    analyticsId: event.analyticsId,
    previousId: event.previousId,
    referrer: event.pageReferrer,
    pageUrl: event.pageUrl ?? arrival.pageUrl,
    userAgent: arrival.userAgent,
    occurredAt: at,
    receivedAt,
    wire,
    props: propsOf({ ...flags, ...more }),
  };
  switch (event.kind) {
    case 'widget':
    case 'media':
      if (event.kind === 'media') {
        row.mediaId = event.media;
        row.redirectUrl = event.redirectUrl;
        if (event.image) row.props = { ...row.props, image: event.image };
      }
      if (event.label) row.props = { ...row.props, label: event.label };
      row.action = event.action;
      row.instanceId = event.instance;
      row.scopeKind = event.scope.kind;
      row.scopeId = 'id' in event.scope ? event.scope.id : undefined;
      row.pics = event.pics;
      row.abTesting = event.abTesting;
      row.segments = segmentsOf(event.segments);
      break;
    case 'checkout':
      row.transactionId = event.transactionId;
      setProducts(row, event.products);
      row.currency = event.currency;
      row.segments = segmentsOf(event.segments);
      // By the specification, `referrer` is the confirmation page. The page before it goes into `props`.
      row.referrer = event.referrer;
      if (event.pageReferrer) row.props = { ...row.props, page_referrer: event.pageReferrer };
      break;
    case 'vital':
      row.action = event.name;
      row.props = { ...row.props, value: event.value };
      break;
    case 'choice':
      row.action = event.choice;
      break;
    default: {
      // The other kinds use the columns that fit. The rest goes into `props`, under the names of the vocabulary.
      const { kind, id, at, analyticsId, previousId, pageUrl, pageReferrer, ...rest } = event;
      const { action, segments, products, currency, ...props } = rest as Partial<
        Omit<ProductEvent, 'kind'> & Omit<CartEvent, 'kind'>
      >;
      row.action = action;
      row.currency = currency;
      row.segments = segments && segmentsOf(segments);
      row.props = propsOf({ ...row.props, ...props });
      if (products) setProducts(row, products);
    }
  }
  return row;
}

/** A unit stands as often as it was sold; what its product is called is kept once, beside what the wire keeps there. */
function setProducts(row: EventRow, products: readonly Product[]): void {
  row.products = withoutNames(products);
  const items = new Map<string, { id: string; name?: string; categories?: [string] }>();
  for (const { id, name, category } of products) {
    if (!name && !category) continue;
    items.set(id, { id, ...(name && { name }), ...(category && { categories: [category] }), ...items.get(id) });
  }
  if (items.size) row.props = { ...row.props, items: [...items.values()] };
}

/** The id of an event without one. A sale gets that of its transaction: its order page may be loaded again. */
function idOf(event: IncomingEvent, receivedAt: number): string {
  return event.kind === 'checkout' ? checkoutId(event.transactionId, event.products) : newEventId(receivedAt);
}

function propsOf(props: Record<string, unknown>): Record<string, unknown> | undefined {
  return Object.keys(props).length === 0 ? undefined : props;
}

function segmentsOf(segments: readonly (readonly [string, string])[]): Record<string, string> | undefined {
  return segments.length === 0 ? undefined : Object.fromEntries(segments);
}
