import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { productText, quantityOf, totalOf } from '../../events/products.ts';
import { EVENTS } from '../../events/testing/any-event.ts';
import type { Segment, StampedEvent } from '../../events/vocabulary.ts';
import type { Wire, WireRequest } from '../wire.ts';
import { decode, type IncomingProductEvent } from './decode.ts';
import { productEvents } from './encode.ts';
import { ACTS } from './encode-act.ts';
import { EVENT_TYPES } from './event-types.ts';

const NOW = 1_750_000_000_000;
const MINUTE = 60_000;
const wire = () => productEvents({ url: 'https://ugc.example', token: 'k&y' });

/** As objects have them: by key, numbers first; keys that would reach into a prototype are refused. */
const asObject = (segments: readonly Segment[]) =>
  Object.entries(
    Object.fromEntries(segments.filter(([key]) => !['__proto__', 'constructor', 'prototype'].includes(key))),
  );
const product = EVENTS.product.map(({ metadata = {}, segments, ...event }) => ({
  ...event,
  ...(Object.keys(metadata).length > 0 && { metadata }),
  segments: asObject(segments),
}));
const mapped = fc
  .oneof(EVENTS.widget, EVENTS.media, EVENTS.checkout)
  .filter((event) => actOf(event) in ACTS)
  .map((event) => ({ ...event, segments: asObject(event.segments) }) as typeof event);
const actOf = (event: StampedEvent) => ('action' in event ? `${event.kind} ${event.action}` : event.kind);

const bodyOf = ({ body = '' }: WireRequest) => JSON.parse(body);
/** What the service reads of a body, with its one event beside what the request says. */
function decoded(body: unknown) {
  const found = decode(body);
  if (!('events' in found)) return found;
  const { events, ...message } = found;
  expect(events).toHaveLength(1);
  return { event: events[0].event, ...message };
}

/** What the service reads of an act's request. Requests that start or end a session carry no act. */
function read(event: StampedEvent, sentAt = NOW) {
  const carrying = wire()
    .encode([event], 16_384, sentAt)
    .filter(({ ids }) => ids.length);
  expect(carrying.map(({ ids }) => ids)).toEqual([[event.id]]);
  return decoded(bodyOf(carrying[0] as WireRequest));
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
        const { kind, id, at, analyticsId, pageUrl, pageReferrer, segments, ...said } = event;
        const { action: _, products, ...rest } = { action: undefined, products: undefined, ...said };
        const act = actOf(event);
        const total = products && totalOf(products);
        const units = products && {
          products: products.map(productText),
          units: quantityOf(products),
        };
        expect(read(event)).toEqual({
          event: {
            kind: 'product',
            action: ACTS[act],
            session: id,
            // What no number holds is no JSON.
            ...(Number.isFinite(total) && { metric: total }),
            metadata: { act, ...rest, ...units },
            ...{ id, at, analyticsId, pageUrl, pageReferrer, segments },
          },
          sentAt: NOW,
        });
      }),
      { numRuns: 500 },
    );
  });

  test('of an order of many units tells the first, how many there were and what all of them cost', () => {
    const products = Array.from({ length: 300 }, (_, n) => ({ id: `p${n}`, amount: 2 }));
    const { id, at, analyticsId } = click(1);
    const sold = { transactionId: 'T', products, currency: 'EUR', segments: [] };
    const order: StampedEvent = { kind: 'checkout', id, at, analyticsId, ...sold };
    const { event } = read(order) as { event: IncomingProductEvent };
    expect(event).toMatchObject({ action: 'ordered', metric: 600, metadata: { units: 300 } });
    expect(event.metadata?.products).toEqual(products.slice(0, 200).map(({ id }) => `${id}:2`));
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
      headers: { 'content-type': 'application/json' },
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
    expect(decoded({ ...body, eventType })).toEqual({ event: { ...event, action } });
  });

  test.each([
    ['an object', { color: 'red' }],
    ['JSON', '{"color":"red"}'],
  ])('metadata as %s', (_, said) => {
    const kept = { event: { ...event, metadata: { color: 'red' } } };
    expect(decoded({ ...body, eventMetadata: said })).toEqual(kept);
    expect(decoded({ ...body, metadata: said })).toEqual(kept);
  });

  test('keys of ours that hold what a shop says there are the shop’s', () => {
    const id = '0192f3a4-0000-7000-8000-00000000abcd';
    for (const metadata of [
      { event_id: 'E-1', segments: 'many', event_time: 'noon' },
      // Only our own encoder names every event.
      { page_url: 'https://shop.example/', segments: { country: 'FI' }, analytics_id: 'v', event_time: 1, sent_at: 2 },
    ])
      expect(decoded({ ...body, eventMetadata: metadata })).toEqual({ event: { ...event, metadata } });
    const metadata = { segments: 'many', event_time: 'noon' };
    expect(decoded({ ...body, eventMetadata: { ...metadata, event_id: id } })).toEqual({
      event: { ...event, id, metadata },
    });
  });

  test('null says nothing, and all else has its place', () => {
    expect(
      decoded({
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
    [{ ...body, device: '\ud800' }, 'device: expected a text of at most 8192 characters'],
    [{ ...body, metric: 'many' }, 'metric: expected a number'],
    [{ ...body, eventMetadata: [] }, 'eventMetadata: expected an object'],
    [{ ...body, eventMetadata: '{"__proto__":{"a":1}}' }, 'eventMetadata: __proto__ is no key'],
    [{ ...body, eventMetadata: '{"a":{"constructor":1}}' }, 'eventMetadata: constructor is no key'],
    [{ ...body, configuration: 'red' }, 'configuration: expected an object'],
  ])('%j is refused', (body, detail) => {
    expect(decoded(body)).toEqual({
      status: 422,
      detail: detail instanceof RegExp ? expect.stringMatching(detail) : detail,
    });
  });

  test('never throws, whatever the body', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.jsonValue(), (value, metadata) => {
        decoded(value);
        decoded({ ...body, eventMetadata: metadata });
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
    [400, 'refused'],
    [401, 'retry'],
    [403, 'retry'],
    [404, 'retry'],
    [413, 'refused'],
    [422, 'retry'],
  ])('%i without this protocol’s answer is %s', (status, expected) => {
    for (const body of ['', '<h1>nginx</h1>', '{"message":"Forbidden"}', 'null'])
      expect(outcome(status, body)).toEqual([expected]);
  });

  test.each([
    [401, 'retry'],
    [403, 'retry'],
    [422, 'refused'],
  ])('%i in this protocol’s words is %s', (status, expected) => {
    expect(outcome(status, '{"error":{"type":"unauthorized","message":"Unauthorized"}}')).toEqual([expected]);
  });
});
