import { LIMITS } from '../../events/limits.ts';
import { quantityOf } from '../../events/products.ts';
import type { Product, StampedEvent } from '../../events/vocabulary.ts';
import { encodeEvent } from '../tracking/encode.ts';
import { type Outcome, outcomeOf, outcomeOfOwn, type Wire, type WireAnswer, type WireRequest } from '../wire.ts';

export interface TrackingGetOptions {
  /** The server, as in `https://tracking.shop.example`: what stands before `/track/`. */
  api: string;
  /** Its public token. */
  key: string;
  /**
   * Send again what was perhaps heard. The original does not know an event again, so it may then count twice; our
   * service does. Without this an event whose answer got lost is not repeated.
   */
  atLeastOnce?: boolean;
}

/**
 * The tracking protocol of `000-analytics-tracking.txt` and no more, for servers that know no `/track/bulk`: each event
 * is a GET whose answer is a picture of one pixel. It carries the parameters that are ours (`event_id`, `event_time`,
 * `page_url`, `page_referrer`), which such a server ignores, and none of the paths that are ours. The server has to let
 * the page read its answers (CORS), or every event looks lost. A GET is no beacon: what is said while the page ends goes
 * by a fetch that outlives it.
 */
export function trackingGet({ api, key, atLeastOnce = false }: TrackingGetOptions): Wire {
  const base = api.replace(/\/$/, '');
  const token = `auth_token=${encodeURIComponent(key)}`;
  return {
    name: 'tracking-get',
    idempotent: atLeastOnce,
    // Without a visitor it is no event, and is refused.
    probe: atLeastOnce
      ? undefined
      : { method: 'GET', url: `${base}/track/widget/probe/best/render.gif?${token}`, ids: ['probe'], beacon: false },
    encode: (events) =>
      events.flatMap((event): WireRequest[] => {
        const url = [true, false]
          .map((single) => pathOf(event, single))
          // The name of the format ends the path, which is percent-encoded, so that the first question mark ends it too.
          .map((path) => path && `${base}${path.replace('?', `.gif?${token}&`)}`)
          .find((address) => address && address.length <= LONGEST);
        return url ? [{ method: 'GET', url, ids: [event.id], beacon: false }] : [];
      }),
    settle,
  };
}

/** A server reads no more headers than this, and the browser has some to add. Of one that is cut off nothing is heard. */
const LONGEST = LIMITS.bulkBytes - 4096;

function pathOf(event: StampedEvent, single: boolean): string | undefined {
  if (event.kind === 'vital' || event.kind === 'choice') return;
  // To another server, which id a visitor had before is of no use.
  const told = { ...event, previousId: undefined };
  if (told.kind === 'checkout') told.products = unitsOf(told.products, single);
  // The answer would be a redirect, and the browser would follow it to a page that nobody asked for.
  return encodeEvent(told.kind === 'media' ? { ...told, redirectUrl: undefined } : told);
}

/**
 * The original knows units only: a fraction is one unit at what was paid, and where units do not fit into an address one
 * by one (`single`), so is each line.
 */
function unitsOf(products: readonly Product[], single: boolean): Product[] {
  const fits = single && quantityOf(products) <= LIMITS.products;
  return products.flatMap(({ id, amount = 0, quantity = 1 }) =>
    fits && Number.isInteger(quantity)
      ? Array<Product>(quantity).fill({ id, amount })
      : // A price that no shop has times a quantity that none has may be no number.
        [{ id, amount: Math.min(Math.max(amount * quantity, -Number.MAX_VALUE), Number.MAX_VALUE) }],
  );
}

function settle({ ids }: WireRequest, { status, body }: WireAnswer): Map<string, Outcome> {
  // What is no picture (a captive portal's page, a gateway's) settles nothing.
  const own = body.startsWith('GIF8');
  const outcome = own && status === 200 ? 'accepted' : own ? outcomeOfOwn(status) : outcomeOf(status);
  return new Map(ids.map((id) => [id, outcome]));
}
