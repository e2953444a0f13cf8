import { productText, quantityOf, totalOf } from '../../events/products.ts';
import type { ProductAction, StampedEvent } from '../../events/vocabulary.ts';

/** Entries of an order that a request tells; `eventMetadata.units` has the number of all units. */
const MAX_UNITS = 200;

/**
 * The product action that each act of a shopper is in this protocol. The wire carries no other acts: a page's own doing
 * (`render`, and the `view` that follows a click) is no act of a shopper, the contents of a basket (`cart`) do not tell
 * what was added, and the protocol has no type for pages, searches, goals and visitors.
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

/** The product action of an event; `undefined` where the wire does not carry the event. */
export function actionOf(event: StampedEvent): ProductAction | undefined {
  return event.kind === 'product' ? event.action : ACTS[actOf(event)];
}

function actOf(event: StampedEvent): string {
  return 'action' in event ? `${event.kind} ${event.action}` : event.kind;
}

/** Members of a body. JSON leaves out those that are `undefined`. */
export type Details = { readonly [key: string]: unknown; eventMetadata?: object };

/** What a body tells of an event beside its id, time, visitor and page. */
export function detailsOf(event: StampedEvent): Details {
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
      const units = products.slice(0, MAX_UNITS).map(productText);
      const sold = { transactionId, currency, referrer, products: units, units: quantityOf(products) };
      return { metric: totalOf(products), eventMetadata: { act: actOf(event), ...sold, segments } };
    }
    default:
      return {};
  }
}
