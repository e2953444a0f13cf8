import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { LIMITS } from '../../events/limits.ts';
import { withoutNames } from '../../events/products.ts';
import { anyEvent } from '../../events/testing/any-event.ts';
import type { StampedEvent, WidgetEvent } from '../../events/vocabulary.ts';
import { eventsOf, kept, kindsOf, proves } from '../testing/proven.ts';
import { COVERAGE } from './coverage.ts';
import { decode, decodeBulk } from './decode.ts';
import { encodeEvent, tracking } from './encode.ts';

const event = eventsOf(COVERAGE);
/** What comes back of an event: products come back without their names. */
const told = (event: StampedEvent) => ({
  ...kept(event, COVERAGE),
  ...('products' in event && { products: withoutNames(event.products) }),
});

const wire = tracking({ api: 'https://ugc.example', key: 'k&y' });
const ids = (n: number) =>
  Array.from({ length: n }, (_, i) => `0192f3a4-0000-7000-8000-${String(i).padStart(12, '0')}`);
const render = (id: string, extra: Partial<WidgetEvent> = {}): StampedEvent => ({
  kind: 'widget',
  action: 'render',
  id,
  at: 1_750_000_000_000,
  instance: 'abc',
  scope: { kind: 'best' },
  pics: 12,
  segments: [],
  analyticsId: 'v',
  ...extra,
});

describe('encode and decode', () => {
  test('decode(encode(event)) is the event', proves('tracking', kindsOf(COVERAGE)), () => {
    fc.assert(
      fc.property(event, (event) => {
        expect(decode(encodeEvent(event) as string)).toEqual({ events: [{ event: told(event) }], format: 'json' });
      }),
      { numRuns: 2000 },
    );
  });

  test('the id that a visitor had before comes back, too', () => {
    fc.assert(
      fc.property(event, fc.string({ minLength: 1, maxLength: 256 }), (event, id) => {
        const known = { ...event, previousId: id.replaceAll('\0', '') || 'v' };
        expect(decode(encodeEvent(known) as string)).toEqual({ events: [{ event: told(known) }], format: 'json' });
      }),
    );
  });

  test('an event of another kind is carried by no request', () => {
    fc.assert(
      fc.property(anyEvent, (event) => {
        expect(wire.encode([event], 65_536, 0).length).toBe(COVERAGE[event.kind] ? 1 : 0);
      }),
    );
  });

  test('a batch carries each event once, in order, and no request is over its limit', () => {
    fc.assert(
      fc.property(fc.array(event, { maxLength: 60 }), fc.integer({ min: 200, max: 16_384 }), (events, limit) => {
        const requests = wire.encode(events, limit, 1_750_000_000_000);
        expect(requests.flatMap(({ ids }) => ids)).toEqual(events.map(({ id }) => id));
        const decoded = requests.map(({ body }) => decodeBulk(JSON.parse(body ?? '')));
        expect(decoded.flatMap((batch) => ('requests' in batch ? batch.requests : []))).toEqual(
          events.map((event) => ({ events: [{ event: told(event) }], format: 'json' })),
        );
        for (const { body = '', ids } of requests) {
          expect(new TextEncoder().encode(body).length).toBe(body.length);
          if (ids.length > 1) expect(body.length).toBeLessThanOrEqual(limit);
        }
      }),
      { numRuns: 200 },
    );
  });

  test('an event that no request can hold is carried by none', () => {
    const value = '𝓋'.repeat(512);
    const giant = render(ids(1)[0] as string, {
      segments: Array.from({ length: 50 }, (_, i) => [`k${i}`, value] as const),
    });
    expect((encodeEvent(giant) as string).length).toBeGreaterThan(LIMITS.bulkBytes);
    expect(wire.encode([giant], 16_384, 0)).toEqual([]);
  });

  test('the key travels in the URL and the body needs no header of its own', () => {
    const [request] = wire.encode([render(ids(1)[0] as string)], 16_384, 5);
    expect(request).toMatchObject({
      method: 'POST',
      url: 'https://ugc.example/track/bulk?auth_token=k%26y',
      beacon: true,
    });
    expect(request?.headers).toBeUndefined();
  });
});

describe('decode reads what real clients send', () => {
  const best = '/track/widget/abc/best/render';
  const read = (url: string) => {
    const found = decode(url);
    return 'events' in found ? { event: found.events[0].event, format: found.format } : found;
  };
  const refusal = (url: string) => decode(url) as { status: number; detail: string };

  test.each(['', '.json'])('the extension %j asks for JSON', (extension) => {
    expect(read(`${best}${extension}?analytics_id=1&pics=3`)).toEqual({
      event: {
        kind: 'widget',
        action: 'render',
        instance: 'abc',
        scope: { kind: 'best' },
        analyticsId: '1',
        pics: 3,
        segments: [],
      },
      format: 'json',
    });
  });

  test('.gif asks for a picture, for mistakes too', () => {
    expect(read(`${best}.gif?analytics_id=1&pics=3`)).toMatchObject({ format: 'gif', event: { action: 'render' } });
    expect(read(`${best}.gif`)).toMatchObject({ format: 'gif', status: 400 });
  });

  test.each([
    'segments[]=country:US&segments[]=section:a:b',
    'segments[0]=country:US&segments[1]=section:a:b',
    'segments%5B%5D=country%3AUS&segments%5B%5D=section:a:b',
    'segments%5b%5d=country%3AUS&segment%73%5B%5D=section:a:b',
    'segments=segments[]=country:US&segments[]=section:a:b',
    'segments[]=country:US&segments[]=section:a:b&segments[]=country:US',
  ])('segments as %s', (query) => {
    expect(read(`${best}?analytics_id=1&pics=0&${query}`)).toMatchObject({
      event: {
        segments: [
          ['country', 'US'],
          ['section', 'a:b'],
        ],
      },
    });
  });

  test('a checkout keeps every unit, and a product id may contain a colon', () => {
    expect(
      read('/track/transaction/T%2F1/checkout?analytics_id=1&products[]=a:b:10.50&products[]=a:b:10.50&products[]=c:0'),
    ).toMatchObject({
      event: {
        kind: 'checkout',
        transactionId: 'T/1',
        currency: 'USD',
        products: [
          { id: 'a:b', amount: 10.5 },
          { id: 'a:b', amount: 10.5 },
          { id: 'c', amount: 0 },
        ],
      },
    });
  });

  test('a plus sign is a space in a query and itself in a path', () => {
    expect(read('/track/transaction/T+1/checkout?analytics_id=a+b&products[]=x:1')).toMatchObject({
      event: { transactionId: 'T+1', analyticsId: 'a b' },
    });
  });

  test('empty optional parameters are omitted', () => {
    expect(read(`${best}?analytics_id=1&pics=3&ab_testing=&segments[]=`)).toMatchObject({ event: { segments: [] } });
  });

  test('a stream that was not found needs no pics', () => {
    expect(read('/track/widget/abc/stream/not_found/render.json?analytics_id=1')).toMatchObject({
      event: { scope: { kind: 'not_found' }, pics: 0 },
    });
  });

  test.each([
    ['/track/widget/abc/best/fly?analytics_id=1&pics=1'],
    ['/track/widget/abc/best/shop?analytics_id=1&pics=1'],
    ['/track/widget/abc/best/media/1/upload_click?analytics_id=1&pics=1'],
    ['/track/widget/abc/stream/not_found/move?analytics_id=1'],
    ['/track/widget/abc/planet/1/render?analytics_id=1&pics=1'],
    ['/track/transaction/1/refund?analytics_id=1'],
    ['/track/'],
    ['/track/widget/abc/best/render/more?analytics_id=1&pics=1'],
    ['/track/widget/abc/best/render.xml?analytics_id=1&pics=1'],
  ])('%s is an unknown action', (url) => {
    expect(read(url)).toMatchObject({ status: 404 });
  });

  test.each([
    [`${best}?pics=1`, 'analytics_id: is missing'],
    [`${best}?analytics_id=1`, 'pics: expected a whole number'],
    [`${best}?analytics_id=1&pics=many`, 'pics: expected a whole number'],
    [`${best}?analytics_id=1&pics=-1`, 'pics: expected a whole number'],
    [`${best}?analytics_id=${'x'.repeat(257)}&pics=1`, 'analytics_id: at most 256 characters'],
    [`${best}?analytics_id=%ff&pics=1`, '%ff: is not percent-encoded UTF-8'],
    [`${best}?analytics_id=1&pics=1&segments[]=a:1&segments[]=a:2`, 'segments: two values for the key "a"'],
    [`${best}?analytics_id=1&pics=1&segments[]=nocolon`, 'segments: expected key:value'],
    [`${best}?analytics_id=1&pics=1&segments[]=__proto__:polluted`, 'segments: __proto__ is no key'],
    [`${best}?analytics_id=1&pics=1&event_id=7`, 'event_id: expected a UUID'],
    [`${best}?analytics_id=1&pics=1&event_time=yesterday`, 'event_time: expected milliseconds since 1970'],
    ['/track/widget/abc/stream/x/render?analytics_id=1&pics=1', 'stream_id: expected an integer'],
    ['/track/widget/abc/best/media/x/click?analytics_id=1&pics=1', 'media_id: expected an integer'],
    [
      '/track/widget/abc/best/media/1/shop?analytics_id=1&pics=1&redirect_url=javascript:alert(1)',
      'redirect_url: expected an absolute http or https URL',
    ],
    ['/track/transaction/1/checkout?analytics_id=1', 'products: at least one, as products[]=ID:AMOUNT'],
    ['/track/transaction/1/checkout?analytics_id=1&products[]=mug', 'products: expected ID:AMOUNT, as in mug-01:18.50'],
    [
      '/track/transaction/1/checkout?analytics_id=1&products[]=mug:1&currency_code=EURO',
      'currency_code: expected three letters of ISO 4217',
    ],
  ])('%s says why', (url, detail) => {
    expect(refusal(url)).toMatchObject({ status: 400, detail });
  });

  test('never throws, whatever the URL', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (url) => void decode(`/track/${url}`)),
      { numRuns: 3000 },
    );
    fc.assert(
      fc.property(fc.oneof(fc.jsonValue(), fc.record({ requests: fc.array(fc.jsonValue()) })), (body) => {
        const bulk = decodeBulk(body);
        expect('detail' in bulk || Array.isArray(bulk.requests)).toBe(true);
      }),
      { numRuns: 2000 },
    );
  });
});

describe('settle', () => {
  const request = wire.encode(
    ids(4).map((id) => render(id)),
    16_384,
    0,
  )[0];
  if (!request) throw new Error('nothing to settle');
  const answer = (data: unknown, code = 200) => ({ status: 200, body: JSON.stringify({ metadata: { code }, data }) });
  const outcomes = (status: number, body = '') => [...wire.settle(request, { status, body }).values()];

  test('follows the answer id by id; what it does not name is retried', () => {
    const { status, body } = answer({
      accepted: [0],
      repeated: [1],
      refused: [{ index: 2, error: 'Invalid params', detail: 'pics' }],
    });
    expect(outcomes(status, body)).toEqual(['accepted', 'repeated', 'refused', 'retry']);
  });

  test.each([200, 204, 302, 401, 403, 404, 405, 408, 429, 500, 503])(
    '%i without this protocol’s answer acknowledges nothing',
    (status) => {
      expect(outcomes(status, '<html>Welcome to the airport</html>')).toEqual(Array(4).fill('retry'));
    },
  );

  test('400 and 413 are said of the request, whoever says them', () => {
    for (const status of [400, 413]) expect(outcomes(status)).toEqual(Array(4).fill('refused'));
    // A redirect may have made a GET of it; a key or an origin that is refused is put right by the shop.
    for (const status of [401, 403, 404])
      expect(outcomes(status, `{"metadata":{"code":${status}}}`)).toEqual(Array(4).fill('retry'));
  });

  test('JSON of another kind acknowledges nothing', () => {
    for (const body of [
      'null',
      '[]',
      '{"data":{"accepted":[0,1,2,3]}}',
      '{"metadata":{"code":503},"data":{"accepted":[0]}}',
    ]) {
      expect(outcomes(200, body)).toEqual(Array(4).fill('retry'));
    }
  });
});
