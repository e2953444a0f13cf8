import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { problemOf } from '../events/validate.ts';
import { PRODUCT_ACTIONS, type StampedEvent, type VitrineEvent } from '../events/vocabulary.ts';
import { decodeProductEvent } from './product-events.decode.ts';
import { ACTS, EVENT_TYPES, productEvents } from './product-events.ts';
import type { Wire, WireRequest } from './wire.ts';

const NOW = 1_750_000_000_000;
const MINUTE = 60_000;
const wire = () => productEvents({ url: 'https://ugc.example', token: 'k&y' });

const text = (maxLength: number, minLength = 1) =>
  fc
    .string({ unit: 'binary', minLength, maxLength })
    .map((s) => s.replaceAll('\0', 'o').slice(0, maxLength).toWellFormed())
    .filter((s) => s.length >= minLength);
const key = text(20).filter((s) => !/^(__proto__|constructor|prototype)$/.test(s) && !s.includes(':'));
const json = fc.dictionary(
  key.map((s) => `my ${s}`),
  fc.oneof(text(30, 0), fc.integer(), fc.boolean(), fc.constant(null), fc.array(fc.integer(), { maxLength: 3 })),
  { maxKeys: 6, noNullPrototype: true },
);
const segments = fc
  .uniqueArray(fc.tuple(key, text(60, 0)), { maxLength: 10, selector: ([key]) => key })
  .map((pairs) => Object.entries(Object.fromEntries(pairs)) as (readonly [string, string])[]);
const stamp = {
  id: fc.uuid({ version: [7, 8] }),
  at: fc.nat(4_102_444_800_000),
  analyticsId: text(256),
  pageUrl: fc.webUrl({ withQueryParameters: true }),
  pageReferrer: fc.webUrl(),
  segments,
};
const product: fc.Arbitrary<StampedEvent> = fc
  .record(
    {
      kind: fc.constant('product' as const),
      action: fc.constantFrom(...PRODUCT_ACTIONS),
      session: text(64),
      product: text(64),
      configurationId: text(64),
      configuration: json,
      metric: fc.double({ noNaN: true, noDefaultInfinity: true }).map((n) => n + 0),
      metadata: json.filter((said) => Object.keys(said).length > 0),
      ...stamp,
    },
    { requiredKeys: ['kind', 'action', 'session', 'id', 'at', 'analyticsId', 'segments'] },
  )
  .filter((event) => problemOf(event as VitrineEvent) === undefined) as fc.Arbitrary<StampedEvent>;
const scope = fc.constantFrom(
  { kind: 'best' as const },
  { kind: 'stream' as const, id: '2' },
  { kind: 'category' as const, id: '31' },
);
const onWidget = { ...stamp, instance: text(64), scope, pics: fc.nat(100) };
const mapped: fc.Arbitrary<StampedEvent> = fc.oneof(
  fc.record({
    kind: fc.constant('widget' as const),
    action: fc.constantFrom('move' as const, 'filter_click' as const, 'view_all' as const, 'upload_click' as const),
    ...onWidget,
  }),
  fc.record({
    kind: fc.constant('media' as const),
    action: fc.constantFrom('click' as const, 'move' as const, 'play_click' as const, 'shop' as const),
    ...onWidget,
    media: fc.nat().map(String),
  }),
  fc.record({
    kind: fc.constant('checkout' as const),
    ...stamp,
    transactionId: text(64),
    products: fc.array(fc.record({ id: text(20), amount: fc.integer({ min: 0, max: 1000 }) }), {
      minLength: 1,
      maxLength: 300,
    }),
    currency: fc.constantFrom('EUR', 'JPY'),
  }),
);

const bodyOf = ({ body = '' }: WireRequest) => JSON.parse(body);
/** What an act became, without the starts and ends of sessions that go before it. */
function read(event: StampedEvent, sentAt = NOW) {
  const carrying = wire()
    .encode([event], 16_384, sentAt)
    .filter(({ ids }) => ids.length);
  expect(carrying.map(({ ids }) => ids)).toEqual([[event.id]]);
  return decodeProductEvent(bodyOf(carrying[0] as WireRequest));
}

const click = (at: number, id = `0192f3a4-0000-7000-8000-${String(at).padStart(12, '0')}`): StampedEvent => ({
  kind: 'media',
  action: 'click',
  id,
  at,
  instance: 'abc',
  scope: { kind: 'best' },
  media: '7',
  pics: 12,
  segments: [],
  analyticsId: 'v',
});

describe('encode and decode', () => {
  test('an act on a product comes back whole', () => {
    fc.assert(
      fc.property(product, (event) => {
        expect(read(event)).toEqual({ event, sentAt: NOW });
      }),
      { numRuns: 1000 },
    );
  });

  test('what was done with media and bought becomes its product act, and keeps who, when, where and what it was', () => {
    fc.assert(
      fc.property(mapped, (event) => {
        const act = 'action' in event ? `${event.kind} ${event.action}` : event.kind;
        const { id, at, analyticsId, pageUrl, pageReferrer } = event;
        const { segments } = event as { segments: unknown };
        const kept =
          event.kind === 'checkout'
            ? {
                metric: event.products.reduce((sum, { amount }) => sum + amount, 0),
                metadata: {
                  act,
                  transactionId: event.transactionId,
                  currency: event.currency,
                  products: event.products.slice(0, 200).map(({ id, amount }) => `${id}:${amount}`),
                  units: event.products.length,
                },
              }
            : event.kind === 'media'
              ? {
                  metadata: { act, instance: event.instance, scope: event.scope, pics: event.pics, media: event.media },
                }
              : {
                  metadata: {
                    act,
                    instance: event.kind === 'widget' && event.instance,
                    scope: event.kind === 'widget' && event.scope,
                    pics: event.kind === 'widget' && event.pics,
                  },
                };
        expect(read(event)).toEqual({
          event: {
            kind: 'product',
            action: ACTS[act],
            session: id,
            ...kept,
            ...{ id, at, analyticsId, pageUrl, pageReferrer, segments },
          },
          sentAt: NOW,
        });
      }),
      { numRuns: 500 },
    );
  });

  test('what the protocol has no word for is carried by no request', () => {
    const base = { id: click(1).id, at: 1, analyticsId: 'v' };
    const events: StampedEvent[] = [
      { ...click(1), action: 'render' } as StampedEvent,
      { kind: 'page', title: 'Mugs', segments: [], ...base },
      { kind: 'search', keyword: 'mug', segments: [], ...base },
      { kind: 'choice', choice: 'granted', ...base },
      { kind: 'vital', name: 'LCP', value: 1, ...base },
    ];
    expect(wire().encode(events, 16_384, NOW)).toEqual([]);
  });

  test('one request for each event; the token travels in the URL', () => {
    const [, first, second] = productEvents({ url: 'https://ugc.example', token: 'k&y', orgId: '7' }).encode(
      [click(NOW), click(NOW + 1)],
      16_384,
      NOW,
    ) as [WireRequest, WireRequest, WireRequest];
    expect(first).toMatchObject({
      method: 'POST',
      url: 'https://ugc.example/api/analytics/events?bearer_token=k%26y&orgId=7',
      contentType: 'application/json',
    });
    expect(bodyOf(first)).toMatchObject({ orgId: '7', eventType: 'product interaction' });
    expect([first.ids, second.ids]).toEqual([[click(NOW).id], [click(NOW + 1).id]]);
  });
});

describe('a session', () => {
  const types = (requests: WireRequest[]) => requests.map((request) => bodyOf(request).eventType);
  const created = (request: WireRequest) => ({ status: 200, body: JSON.stringify({ ...bodyOf(request), id: 'x' }) });
  const settleAll = (wire: Wire, requests: WireRequest[]) => {
    for (const request of requests) wire.settle(request, created(request));
  };

  test('starts with an act, goes on for 30 minutes after each, and its end is told when another begins', () => {
    const speaking = wire();
    const first = speaking.encode([click(NOW)], 16_384, NOW);
    expect(types(first)).toEqual(['product session start', 'product interaction']);
    settleAll(speaking, first);
    const later = speaking.encode([click(NOW + 29 * MINUTE)], 16_384, NOW + 29 * MINUTE);
    expect(types(later)).toEqual(['product interaction']);
    expect(bodyOf(later[0] as WireRequest).sessionId).toBe(bodyOf(first[0] as WireRequest).sessionId);
    settleAll(speaking, later);
    const next = speaking.encode([click(NOW + 59 * MINUTE)], 16_384, NOW + 59 * MINUTE);
    expect(types(next)).toEqual(['product session end', 'product session start', 'product interaction']);
    expect(bodyOf(next[0] as WireRequest)).toMatchObject({
      sessionId: bodyOf(first[0] as WireRequest).sessionId,
      eventMetadata: { event_time: NOW + 29 * MINUTE },
    });
    settleAll(speaking, next);
    expect(types(speaking.encode([click(NOW + 60 * MINUTE)], 16_384, NOW + 60 * MINUTE))).toEqual([
      'product interaction',
    ]);
  });

  test('says its start again, under the same id, until it is answered for', () => {
    const speaking = wire();
    const [start] = speaking.encode([click(NOW)], 16_384, NOW);
    speaking.settle(start as WireRequest, { status: 503, body: '' });
    const [again] = speaking.encode([click(NOW + 1)], 16_384, NOW + 1);
    expect(bodyOf(again as WireRequest).eventMetadata.event_id).toBe(
      bodyOf(start as WireRequest).eventMetadata.event_id,
    );
    expect(types([again as WireRequest])).toEqual(['product session start']);
  });

  test('an act that is delivered late, or twice, stays in the session it happened in', () => {
    const speaking = wire();
    const early = speaking.encode([click(NOW)], 16_384, NOW).at(-1) as WireRequest;
    speaking.encode([click(NOW + 120 * MINUTE)], 16_384, NOW + 120 * MINUTE);
    const repeated = speaking.encode([click(NOW)], 16_384, NOW + 130 * MINUTE).at(-1) as WireRequest;
    expect(bodyOf(repeated).sessionId).toBe(bodyOf(early).sessionId);
  });

  test('of acts on a product is the page’s own', () => {
    const event = { ...click(NOW), kind: 'product', action: 'ar_offered', session: 's-1' } as StampedEvent;
    const requests = wire().encode([event], 16_384, NOW);
    expect(requests.map(bodyOf)).toMatchObject([{ eventType: 'product AR offered', sessionId: 's-1' }]);
  });
});

describe('decode reads what real clients send', () => {
  const body = { eventType: 'product session start', sessionId: 's' };
  const event = { kind: 'product', action: 'session_start', session: 's', analyticsId: 's', segments: [] };

  test.each([
    ...Object.entries(EVENT_TYPES),
    ['configuration_start', 'product configuration set'],
    ['attribute_set', 'production configuration attribute set'],
    ['ar_not_available', 'produce AR not available'],
  ])('%s from %s', (action, eventType) => {
    expect(decodeProductEvent({ ...body, eventType })).toEqual({ event: { ...event, action } });
  });

  test.each([
    ['an object', { color: 'red' }],
    ['JSON', '{"color":"red"}'],
  ])('metadata as %s', (_, said) => {
    const kept = { event: { ...event, metadata: { color: 'red' } } };
    expect(decodeProductEvent({ ...body, eventMetadata: said })).toEqual(kept);
    expect(decodeProductEvent({ ...body, metadata: said })).toEqual(kept);
  });

  test('keys of ours that hold what a shop says there are the shop’s', () => {
    const metadata = { event_id: 'E-1', segments: 'many', event_time: 'noon' };
    expect(decodeProductEvent({ ...body, eventMetadata: metadata })).toEqual({ event: { ...event, metadata } });
  });

  test('null says nothing, and all else has its place', () => {
    expect(
      decodeProductEvent({
        ...body,
        orgId: '1',
        userId: 'u',
        assetId: null,
        configId: 'c',
        configuration: { color: 'red' },
        device: 'Kiosk',
        metric: 1.5,
        unknown: 1,
      }),
    ).toEqual({
      event: { ...event, configurationId: 'c', configuration: { color: 'red' }, metric: 1.5, analyticsId: 'u' },
      orgId: '1',
      userId: 'u',
      device: 'Kiosk',
    });
  });

  test.each([
    [null, 'body: expected an object'],
    [[body], 'body: expected an object'],
    [{ sessionId: 's' }, 'eventType: is missing'],
    [{ ...body, eventType: 'product teleport' }, /^eventType: expected one of product session start, /],
    [{ ...body, eventType: '__proto__' }, /^eventType: expected one of/],
    [{ eventType: body.eventType }, 'sessionId: is missing'],
    [{ ...body, sessionId: 7 }, 'sessionId: expected a text of at most 256 characters'],
    [{ ...body, assetId: 'x'.repeat(257) }, 'assetId: expected a text of at most 256 characters'],
    [{ ...body, userId: 'a\0b' }, 'userId: expected a text of at most 256 characters'],
    [{ ...body, metric: 'many' }, 'metric: expected a number'],
    [{ ...body, eventMetadata: [] }, 'eventMetadata: expected an object'],
    [{ ...body, eventMetadata: '{"__proto__":{"a":1}}' }, 'eventMetadata: __proto__ is no key'],
    [{ ...body, eventMetadata: '{"a":{"constructor":1}}' }, 'eventMetadata: constructor is no key'],
    [{ ...body, configuration: 'red' }, 'configuration: expected an object'],
  ])('%j is refused', (body, detail) => {
    expect(decodeProductEvent(body)).toEqual({
      detail: detail instanceof RegExp ? expect.stringMatching(detail) : detail,
    });
  });

  test('never throws, whatever the body', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.jsonValue(), (value, metadata) => {
        decodeProductEvent(value);
        decodeProductEvent({ ...body, eventMetadata: metadata });
      }),
      { numRuns: 2000 },
    );
  });
});

describe('settle', () => {
  const speaking = wire();
  const request = speaking.encode([click(NOW)], 16_384, NOW).at(-1) as WireRequest;
  const outcome = (status: number, body = '') => [...speaking.settle(request, { status, body }).values()];

  test.each([
    ['an object', '{"id":"1","eventType":"product interaction"}'],
    ['a list of one', '[{"id":"1","eventType":"product interaction"}]'],
  ])('the created event, as %s, acknowledges', (_, body) => {
    expect(outcome(200, body)).toEqual(['accepted']);
  });

  test.each(['', '<html>Welcome to the airport</html>', 'null', '[]', '{}', '{"ok":true}'])(
    'a 200 that says %j acknowledges nothing',
    (body) => expect(outcome(200, body)).toEqual(['retry']),
  );

  test.each([
    [204, 'retry'],
    [302, 'retry'],
    [429, 'retry'],
    [503, 'retry'],
    [401, 'refused'],
    [422, 'refused'],
  ])('%i is %s', (status, expected) => expect(outcome(status)).toEqual([expected]));
});
