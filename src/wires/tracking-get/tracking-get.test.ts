import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { anyEvent } from '../../events/testing/any-event.ts';
import type { StampedEvent } from '../../events/vocabulary.ts';
import { eventsOf, kept, kindsOf, proves } from '../testing/proven.ts';
import { COVERAGE } from './coverage.ts';
import { decode } from './decode.ts';
import { trackingGet } from './encode.ts';

const API = 'https://tracking.example';
const wire = trackingGet({ api: API, key: 'k&y' });
const checkout = (id: string): StampedEvent => ({
  kind: 'checkout',
  transactionId: 'T-1',
  products: Array.from({ length: 1000 }, () => ({ id, amount: 42.5 })),
  currency: 'EUR',
  segments: [],
  ...{ id: '0192f3a4-0000-7000-8000-000000000001', at: 1_750_000_000_000, analyticsId: 'v' },
});

describe('encode', () => {
  test(
    'each event is one GET for a picture, which says all that the table says',
    proves('tracking-get', kindsOf(COVERAGE)),
    () => {
      fc.assert(
        fc.property(fc.array(eventsOf(COVERAGE), { maxLength: 5 }), (events) => {
          const requests = wire.encode(events, 16_384, 0);
          expect(requests.map(({ ids }) => ids)).toEqual(events.map(({ id }) => [id]));
          requests.forEach(({ method, url, body, beacon }, i) => {
            expect([method, body, beacon]).toEqual(['GET', undefined, false]);
            expect(url.startsWith(`${API}/track/`)).toBe(true);
            expect(new URL(url).searchParams.get('auth_token')).toBe('k&y');
            const event = kept(events[i] as StampedEvent, COVERAGE);
            const products = event.kind === 'checkout' && { products: expect.any(Array) };
            expect(decode(url.slice(API.length))).toEqual({
              events: [{ event: { ...event, ...products } }],
              format: 'gif',
            });
          });
        }),
      );
    },
  );

  test('what the original has no path for is carried by no request', () => {
    fc.assert(
      fc.property(anyEvent, (event) => {
        expect(wire.encode([event], 16_384, 0)).toHaveLength(COVERAGE[event.kind] ? 1 : 0);
      }),
    );
  });

  test('the id that a visitor had before is not told to another server', () => {
    const [request] = wire.encode([{ ...checkout('x'), previousId: 'PREVIOUS' }], 65_536, 0);
    expect(request?.url).not.toMatch(/previous/i);
  });

  test('an order that is too long for an address is carried by no request', () => {
    expect(wire.encode([checkout('x'.repeat(30))], 16_384, 0)).toHaveLength(1);
    expect(wire.encode([checkout('x'.repeat(60))], 16_384, 0).map(({ url }) => url.length)).toEqual([]);
  });
});

test('nothing is repeated, unless the server is said to know an event again', () => {
  expect(wire.idempotent).toBe(false);
  expect(trackingGet({ api: API, key: 'k', atLeastOnce: true }).idempotent).toBe(true);
});

describe('settle', () => {
  const [request] = wire.encode([checkout('mug')], 16_384, 0);
  if (!request) throw new Error('nothing to settle');
  const outcome = (status: number, body: string) => [...wire.settle(request, { status, body })];

  test.each([
    ['a picture', 200, 'GIF89a\u0001', 'accepted'],
    ['a captive portal’s page', 200, '<h1>Welcome to the airport</h1>', 'retry'],
    ['nothing', 204, '', 'retry'],
    ['a picture of a mistake', 400, 'GIF89a\u0001', 'refused'],
    ['a picture for a wrong token', 403, 'GIF89a\u0001', 'retry'],
    ['a gateway’s page', 403, '<h1>nginx</h1>', 'retry'],
    ['too many', 429, '', 'retry'],
    ['a picture of a server that is down', 503, 'GIF89a\u0001', 'retry'],
  ])('%s under %i is settled', (_, status, body, expected) => {
    expect(outcome(status, body)).toEqual([[request.ids[0], expected]]);
  });

  test('says units only: a fraction is one at what was paid, and an unknown price is 0', () => {
    const products = [
      { id: 'cheese', amount: 20, quantity: 0.25 },
      { id: 'mug', amount: 2, quantity: 3 },
      { id: 'jug', quantity: 1 },
    ];
    const sold = {
      kind: 'checkout',
      id: 'i',
      at: 0,
      analyticsId: 'v',
      transactionId: 'T',
      products,
      currency: 'EUR',
      segments: [],
    } as const;
    const [request] = trackingGet({ api: '', key: 'k' }).encode(
      [{ ...sold, products: [...products], segments: [] }],
      65_536,
      0,
    );
    const said = new URL(request?.url ?? '', 'https://a.example').searchParams.getAll('products[]');
    expect(said).toEqual(['cheese:5', 'mug:2', 'mug:2', 'mug:2', 'jug:0']);
  });
});
