import type { EventRow } from '../../server/store/events/event-row.ts';
import { uuidv7 } from '../../src/events/id.ts';
import type { ProductAction } from '../../src/events/vocabulary.ts';
import { below, generator, pick } from '../random.ts';

export const DAYS = 730;
const DAY_MS = 86_400_000;
export const SHOP = 'https://www.shop.example';
const OTHER_SHOP = 'https://shop.example.org';
const PRODUCTS = 500;

/** One shopper in so many does it. */
const ACTIONS: [ProductAction, share: number][] = [
  ['session_start', 20],
  ['session_end', 12],
  ['configuration_start', 10],
  ['attribute_set', 25],
  ['interaction', 20],
  ['ar_offered', 5],
  ['ar_not_available', 3],
  ['cart_add', 3],
  ['ordered', 1],
  ['social_share', 0.8],
  ['ar_download', 0.2],
];

const AGENTS = Array.from({ length: 300 }, (_, n) => {
  const [system, version] = [
    ['X11; Linux x86_64', 'iPhone; CPU iPhone OS 19_1 like Mac OS X', 'Windows NT 10.0'][n % 3],
    100 + n,
  ];
  return `Mozilla/5.0 (${system}) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/${version}.0.0.0 Safari/537.36`;
});

/** What the questions name: the device that many have, the one that hardly anybody has, and so on. */
export const COMMON = { device: AGENTS[0] as string, page: pageOf(0), shelf: 'top' };
export const RARE = { device: AGENTS.at(-1) as string, campaign: 'letter 99' };

/**
 * So many acts on products, in the order in which they happened, evenly over two years: the same share of them of each
 * type, on each device and page, and with each piece of metadata, however many there are. A piece in twenty is unique.
 */
export function* eventsOf(count: number, now: number): Generator<EventRow> {
  const random = generator(count);
  const first = now - DAYS * DAY_MS;
  for (let n = 0; n < count; n++) {
    const at = Math.floor(first + (n / count) * DAYS * DAY_MS);
    const product = below(random, 1 + below(random, PRODUCTS));
    const session = `session-${Math.floor(n / 12)}`;
    const metadata = {
      shelf: pick(random, ['top', 'top', 'middle', 'bottom', 'window']),
      campaign: `letter ${Math.floor(random() ** 2 * 100)}`,
      ...(n % 20 === 0 && { basket: uuidv7(at) }),
    };
    yield {
      id: uuidv7(at),
      kind: 'product',
      action: actionOf(random() * 100),
      analyticsId: session,
      pageUrl: pageOf(product),
      userAgent: AGENTS[Math.floor(random() ** 2 * AGENTS.length)],
      occurredAt: at,
      receivedAt: at,
      wire: 'product-events',
      props: { session, product: `mug-${product}`, configuration: { color: 'blue' }, metadata },
    };
  }
}

function actionOf(share: number): ProductAction {
  let sum = 0;
  for (const [action, part] of ACTIONS) {
    sum += part;
    if (share < sum) return action;
  }
  return 'session_start';
}

function pageOf(product: number): string {
  return `${product % 10 === 9 ? OTHER_SHOP : SHOP}/products/mug-${product}?utm_source=letter`;
}
