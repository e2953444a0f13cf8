import { LIMITS } from '../../events/limits.ts';
import { quantityOf } from '../../events/products.ts';
import type { Product, StampedEvent } from '../../events/vocabulary.ts';
import { encodeEvent } from '../tracking/encode.ts';
import { type Outcome, outcomeOf, outcomeOfOwn, type Wire, type WireAnswer, type WireRequest } from '../wire.ts';

export interface TrackingGetOptions {
  /** The server, as in `https://tracking.shop.example`: the address before `/track/`. */
  api: string;
  /** The server's public token. */
  key: string;
  /**
   * Whether an event whose answer got lost is sent again. The original server does not recognize a repeated event, and may
   * count it twice; our service recognizes it.
   */
  atLeastOnce?: boolean;
}

/**
 * The tracking protocol of `000-analytics-tracking.txt` alone, for servers without `/track/bulk`. Each event is a GET, and
 * its answer is a picture of one pixel. The GET has our own parameters (`event_id`, `event_time`, `page_url`,
 * `page_referrer`), which such a server ignores, and never our own paths. The server has to let the page read its answers
 * (CORS), or every event looks lost. A beacon cannot be a GET, so events of a page that ends are sent by a fetch that
 * outlives it.
 */
export function trackingGet({ api, key, atLeastOnce = false }: TrackingGetOptions): Wire {
  const base = api.replace(/\/$/, '');
  const token = `auth_token=${encodeURIComponent(key)}`;
  return {
    name: 'tracking-get',
    idempotent: atLeastOnce,
    // A request without a visitor is no event, and is refused.
    probe: atLeastOnce
      ? undefined
      : { method: 'GET', url: `${base}/track/widget/probe/best/render.gif?${token}`, ids: ['probe'], beacon: false },
    encode: (events) =>
      events.flatMap((event): WireRequest[] => {
        const url = [true, false]
          .map((single) => pathOf(event, single))
          // The path is percent-encoded, so the first question mark ends it, and the format goes before.
          .map((path) => path && `${base}${path.replace('?', `.gif?${token}&`)}`)
          .find((address) => address && address.length <= MAX_URL_LENGTH);
        return url ? [{ method: 'GET', url, ids: [event.id], beacon: false }] : [];
      }),
    settle,
  };
}

/**
 * Characters of a request's URL. Past it, with the browser's own headers, a server may cut the request off without an
 * answer; such an event is not sent.
 */
const MAX_URL_LENGTH = LIMITS.bulkBytes - 4096;

function pathOf(event: StampedEvent, single: boolean): string | undefined {
  if (event.kind === 'vital' || event.kind === 'choice') return;
  // Another server has no use for the visitor's previous id.
  const sent = { ...event, previousId: undefined };
  if (sent.kind === 'checkout') sent.products = unitsOf(sent.products, single);
  // With `redirectUrl` the answer would be a redirect, which the browser would follow to a page that nobody asked for.
  return encodeEvent(sent.kind === 'media' ? { ...sent, redirectUrl: undefined } : sent);
}

/**
 * The products as single units, since the original protocol has no quantities. A fraction is one unit at what was paid.
 * So is each line of an order whose units do not fit into a URL (`single` is false).
 */
function unitsOf(products: readonly Product[], single: boolean): Product[] {
  const fits = single && quantityOf(products) <= LIMITS.products;
  return products.flatMap(({ id, amount = 0, quantity = 1 }) =>
    fits && Number.isInteger(quantity)
      ? Array<Product>(quantity).fill({ id, amount })
      : // A huge price times a huge quantity may be infinite.
        [{ id, amount: Math.min(Math.max(amount * quantity, -Number.MAX_VALUE), Number.MAX_VALUE) }],
  );
}

function settle({ ids }: WireRequest, { status, body }: WireAnswer): Map<string, Outcome> {
  // A body that is no picture (a captive portal's page, a gateway's) settles nothing.
  const own = body.startsWith('GIF8');
  const outcome = own && status === 200 ? 'accepted' : own ? outcomeOfOwn(status) : outcomeOf(status);
  return new Map(ids.map((id) => [id, outcome]));
}
