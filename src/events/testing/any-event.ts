import fc from 'fast-check';
import { productsOf } from '../products.ts';
import {
  CHOICES,
  CONTENT_ACTIONS,
  type EventKind,
  type Json,
  type JsonObject,
  LINK_ACTIONS,
  MEDIA_ACTIONS,
  PRODUCT_ACTIONS,
  type StampedEvent,
  VITAL_NAMES,
  WIDGET_ACTIONS,
} from '../vocabulary.ts';

/** Every kind of event there can be, for property tests: whatever field may be missing sometimes is. */

/** Any unicode, and what protocols take for separators far more often than chance would have it. */
const text = (maxLength: number, minLength = 1) =>
  fc
    .string({
      unit: fc.oneof(
        fc.string({ unit: 'binary', minLength: 1, maxLength: 1 }),
        fc.constantFrom(...':=&[]/?#%+.,;"\'\\<> '),
      ),
      minLength,
      maxLength,
    })
    .map((s) => s.replaceAll('\0', '').slice(0, maxLength).toWellFormed())
    .filter((s) => s.length >= minLength);
const digits = fc.bigInt({ min: 0n, max: 10n ** 18n }).map(String);
// JSON has no -0.
const number = fc.double({ noNaN: true, noDefaultInfinity: true }).map((n) => n + 0);
const amount = fc.double({ min: 0, max: 1e6, noNaN: true }).map((n) => n + 0);
const url = fc.webUrl({ withQueryParameters: true, withFragments: true });
const isKey = (s: string) => !['__proto__', 'constructor', 'prototype'].includes(s);
const key = text(20, 0).filter(isKey);
const objectOf = (value: fc.Arbitrary<Json>): fc.Arbitrary<JsonObject> =>
  fc.dictionary(key, value, { maxKeys: 4, noNullPrototype: true });
const { json } = fc.letrec<{ json: Json }>((tie) => ({
  json: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    fc.oneof(text(20, 0), number, fc.boolean(), fc.constant(null)),
    fc.array(tie('json'), { maxLength: 4 }),
    objectOf(tie('json')),
  ),
}));
const object = objectOf(json);
const segments = fc
  .uniqueArray(
    fc.tuple(
      text(40)
        .map((name) => name.replaceAll(':', '') || 'k')
        .filter(isKey),
      text(60, 0),
    ),
    { maxLength: 50, selector: ([name]) => name },
  )
  .map((pairs) => pairs.map(([name, value]) => [name, value] as const));
const scope = fc.oneof(
  fc.record({ kind: fc.constant('category' as const), id: digits }),
  fc.record({ kind: fc.constant('stream' as const), id: digits }),
  fc.constant({ kind: 'best' as const }),
);
/** Of an order with units, fractions and large quantities, some without a price. */
const units = (minLength: number) => {
  const quantity = fc.oneof(fc.constant(1), fc.integer({ min: 1, max: 200 }), fc.constantFrom(0.35, 1.85, 1e9));
  const named = fc.option(text(40), { nil: undefined });
  const line = fc.record({
    id: text(40),
    amount: fc.oneof(number, fc.constant(undefined)),
    quantity,
    name: named,
    category: named,
  });
  return fc.array(line, { minLength, maxLength: 20 }).map(productsOf);
};
const currency = fc.constantFrom('USD', 'EUR', 'JPY');

type Fields<T> = { [F in keyof T]: fc.Arbitrary<T[F]> };

/** A kind of event: the fields it always has, and those it may have. */
function kindOf<const K extends EventKind, R extends object, O extends object = object>(
  kind: K,
  always: Fields<R>,
  maybe?: Fields<O>,
) {
  const stamp = { id: fc.uuid({ version: [7, 8] }), at: fc.nat(4_102_444_800_000), analyticsId: text(256) };
  const required = { kind: fc.constant(kind), ...stamp, ...always };
  const optional = { pageUrl: url, pageReferrer: url, ...maybe };
  return fc.record({ ...required, ...optional } as Fields<Record<string, unknown>>, {
    requiredKeys: Object.keys(required),
  }) as unknown as fc.Arbitrary<{ kind: K; id: string; at: number; analyticsId: string } & R & Partial<O>>;
}

const onWidget = { instance: text(64), scope, pics: fc.nat(1000), segments };
const maybeOnWidget = { abTesting: fc.nat(9), label: text(60) };
const maybeOnMedia = { ...maybeOnWidget, image: url };
const onContent = { name: text(60), segments };
const maybeOnContent = { piece: fc.oneof(url, text(60)), target: url };

/** An arbitrary for each kind of event; `problemOf` finds nothing wrong with what they make. */
export const EVENTS: { readonly [K in EventKind]: fc.Arbitrary<Extract<StampedEvent, { kind: K }>> } = {
  widget: fc.oneof(
    kindOf('widget', { action: fc.constantFrom(...WIDGET_ACTIONS), ...onWidget }, maybeOnWidget),
    kindOf(
      'widget',
      { ...onWidget, action: fc.constant('render' as const), scope: fc.constant({ kind: 'not_found' as const }) },
      maybeOnWidget,
    ),
  ),
  media: fc.oneof(
    kindOf('media', { action: fc.constantFrom(...MEDIA_ACTIONS), ...onWidget, media: digits }, maybeOnMedia),
    kindOf(
      'media',
      { action: fc.constant('shop' as const), ...onWidget, media: digits },
      { ...maybeOnMedia, redirectUrl: fc.webUrl({ withQueryParameters: true }) },
    ),
  ),
  checkout: kindOf(
    'checkout',
    { transactionId: text(64), products: units(1), currency, segments },
    { referrer: fc.webUrl() },
  ),
  vital: kindOf('vital', { name: fc.constantFrom(...VITAL_NAMES), value: amount }),
  choice: kindOf('choice', { choice: fc.constantFrom(...CHOICES) }),
  page: kindOf('page', { title: text(60, 0), segments }, { loadingTime: amount }),
  product: kindOf(
    'product',
    { action: fc.constantFrom(...PRODUCT_ACTIONS), session: text(64), segments },
    { product: text(40), configurationId: text(40), configuration: object, metric: number, metadata: object },
  ),
  cart: kindOf('cart', { products: units(0), currency, segments }),
  goal: kindOf('goal', { goal: text(40), segments }, { revenue: number }),
  search: kindOf('search', { keyword: text(60), segments }, { category: text(40), count: fc.nat(1e9) }),
  content: fc.oneof(
    kindOf('content', { action: fc.constant(CONTENT_ACTIONS[0]), ...onContent }, maybeOnContent),
    kindOf('content', { action: fc.constant(CONTENT_ACTIONS[1]), ...onContent, interaction: text(40) }, maybeOnContent),
  ),
  other: kindOf('other', { category: text(40), action: text(40), segments }, { name: text(40), value: number }),
  link: kindOf('link', { action: fc.constantFrom(...LINK_ACTIONS), target: url, segments }),
  profile: kindOf('profile', { account: text(64), properties: object }),
};

/** An event of any kind. */
export const anyEvent: fc.Arbitrary<StampedEvent> = fc.oneof(...Object.values<fc.Arbitrary<StampedEvent>>(EVENTS));
