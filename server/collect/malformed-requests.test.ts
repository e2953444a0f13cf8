import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { anyEvent } from '../../src/events/testing/any-event.ts';
import type { Json, StampedEvent } from '../../src/events/vocabulary.ts';
import { activities } from '../../src/wires/activities/encode.ts';
import { matomo } from '../../src/wires/matomo/encode.ts';
import { productEvents } from '../../src/wires/product-events/encode.ts';
import { tracking } from '../../src/wires/tracking/encode.ts';
import type { Wire, WireRequest } from '../../src/wires/wire.ts';
import { openTestService, SHOP_ORIGIN, type TestService } from '../testing/service.ts';

/**
 * What our own clients send, mangled: nearly right, so that it gets further than noise does. Each place of a request may
 * be missing or hold something else; what a protocol carries as a text of JSON is mangled inside.
 */

let service: TestService;
let wires: Record<string, Wire>;
beforeAll(async () => {
  service = await openTestService();
  const { url, key, customerId } = service;
  wires = {
    tracking: tracking({ api: url, key }),
    matomo: matomo({ url: `${url}/matomo.php`, idSite: customerId }),
    'product-events': productEvents({ url, token: key }),
    activities: activities({ url, datamart: customerId, key }),
  };
});
afterAll(() => service.close());

const GONE = Symbol('gone');
type Mangled = Json | typeof GONE;
/** What stands in a place instead, and which of the places it is. */
type Blow = readonly [place: number, instead: Mangled];

const deep = (levels: number): Json => (levels ? { deeper: deep(levels - 1) } : 'bottom');
const blow: fc.Arbitrary<Blow> = fc.tuple(
  fc.nat(),
  fc.oneof(
    { weight: 3, arbitrary: fc.constant<Mangled>(GONE) },
    fc.constantFrom<Mangled>(null, true, 0, -1, 1.5, 1e308, '', '0', 'x', '\0', 'x'.repeat(9000), '\u{1d4cb}'),
    fc.constantFrom<Mangled>([], {}, [[]], [null], [['a']], [['a', 1]], [[1, 'a']], { kind: 'stream' }, deep(40)),
    fc.constantFrom<Mangled>('NaN', 'toString', '__proto__', '[object Object]', '%', '{"a":', '{"constructor":1}'),
    fc.jsonValue() as fc.Arbitrary<Json>,
  ),
);

/** A request with its blows: `body` is parsed, and with it what it carries as queries and as JSON in them. */
function mangle({ body = '' }: WireRequest, blows: readonly Blow[]): string {
  let tree = unpack(JSON.parse(body));
  for (const [place, what] of blows) {
    const instead = what === GONE ? GONE : structuredClone(what);
    const places = placesOf(tree);
    const [holder, key] = places[place % places.length] ?? [];
    if (holder === undefined || key === undefined) tree = instead === GONE ? null : instead;
    else if (instead !== GONE) holder[key] = instead;
    else if (Array.isArray(holder)) holder.splice(Number(key), 1);
    else delete holder[key];
  }
  return JSON.stringify(pack(tree));
}

type Holder = Record<string, unknown>;

function placesOf(value: unknown): [Holder, string][] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.keys(value).flatMap((key) => [
    [value as Holder, key] as [Holder, string],
    ...placesOf((value as Holder)[key]),
  ]);
}

/** Queries are taken apart, as `{ $before, $query }`, and the JSON in them. */
function unpack(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(unpack);
  if (typeof value === 'object' && value)
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, unpack(inner)]));
  const [, $before, query] = (typeof value === 'string' && /^(\/track\/[^?]*\?|\?)(.*)$/.exec(value)) || [];
  if ($before === undefined) return value;
  const $query = [...new URLSearchParams(query)].map(([name, text]) => [
    name,
    /^[[{]/.test(text) ? parsed(text) : text,
  ]);
  return { $before, $query };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

function pack(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(pack);
  if (typeof value !== 'object' || !value) return value;
  const { $before, $query } = value as Holder;
  if (!Array.isArray($query))
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, pack(inner)]));
  const query = new URLSearchParams();
  for (const pair of $query) {
    const [name, said] = Array.isArray(pair) ? pair : [pair, pair];
    query.append(textOf(name), textOf(said));
  }
  return `${textOf($before)}${query}`;
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value.toWellFormed() : (JSON.stringify(value) ?? '');
}

test.each(['tracking', 'matomo', 'product-events', 'activities'])(
  'whatever is missing from what %s sends, or stands in its place, it is answered and the service stays up',
  async (name) => {
    const recent = (event: StampedEvent): StampedEvent => ({ ...event, at: Date.now() - (event.at % 10_000_000) });
    const statuses = new Set<number>();
    await fc.assert(
      fc.asyncProperty(anyEvent.map(recent), fc.array(blow, { minLength: 1, maxLength: 3 }), async (event, blows) => {
        for (const request of wires[name]?.encode([event], 65_536, Date.now()) ?? []) {
          const body = mangle(request, blows);
          const response = await fetch(request.url, {
            method: 'POST',
            body,
            headers: { origin: SHOP_ORIGIN, 'content-type': 'text/plain', ...request.headers },
          });
          await response.text();
          statuses.add(response.status);
          expect(response.status, body.slice(0, 2000)).toBeLessThan(500);
        }
      }),
      { numRuns: 600 },
    );
    expect((await fetch(`${service.url}/healthz`)).status).toBe(200);
    // Some blows do no harm, and some are refused in the protocol's own words.
    expect(statuses).toContain(200);
  },
);
