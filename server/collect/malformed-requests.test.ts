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
 * Malformed requests that are nearly right, so that they get further than noise does. They are requests of the kit's own
 * wires, in which values are missing or replaced, also within queries and texts of JSON.
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

const REMOVED = Symbol('removed');
type Replacement = Json | typeof REMOVED;
/** The replacement of one value. The place is counted among all values, modulo their number. */
type Mutation = readonly [place: number, replacement: Replacement];

const deep = (levels: number): Json => (levels ? { deeper: deep(levels - 1) } : 'bottom');
const mutation: fc.Arbitrary<Mutation> = fc.tuple(
  fc.nat(),
  fc.oneof(
    { weight: 3, arbitrary: fc.constant<Replacement>(REMOVED) },
    fc.constantFrom<Replacement>(null, true, 0, -1, 1.5, 1e308, '', '0', 'x', '\0', 'x'.repeat(9000), '\u{1d4cb}'),
    fc.constantFrom<Replacement>([], {}, [[]], [null], [['a']], [['a', 1]], [[1, 'a']], { kind: 'stream' }, deep(40)),
    fc.constantFrom<Replacement>('NaN', 'toString', '__proto__', '[object Object]', '%', '{"a":', '{"constructor":1}'),
    fc.jsonValue() as fc.Arbitrary<Json>,
  ),
);

/** The body of a request with mutations. They reach into queries within the body, and into JSON within the queries. */
function mutate({ body = '' }: WireRequest, mutations: readonly Mutation[]): string {
  let tree = unpack(JSON.parse(body));
  for (const [place, replacement] of mutations) {
    const value = replacement === REMOVED ? REMOVED : structuredClone(replacement);
    const places = placesOf(tree);
    const [holder, key] = places[place % places.length] ?? [];
    if (holder === undefined || key === undefined) tree = value === REMOVED ? null : value;
    else if (value !== REMOVED) holder[key] = value;
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

/** Parses queries, as `{ $before, $query }`, and the JSON in them. */
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
    const [name, text] = Array.isArray(pair) ? pair : [pair, pair];
    query.append(textOf(name), textOf(text));
  }
  return `${textOf($before)}${query}`;
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value.toWellFormed() : (JSON.stringify(value) ?? '');
}

test.each(['tracking', 'matomo', 'product-events', 'activities'])(
  'a request of %s with missing and replaced values is answered, and the service stays up',
  async (name) => {
    const recent = (event: StampedEvent): StampedEvent => ({ ...event, at: Date.now() - (event.at % 10_000_000) });
    const statuses = new Set<number>();
    await fc.assert(
      fc.asyncProperty(
        anyEvent.map(recent),
        fc.array(mutation, { minLength: 1, maxLength: 3 }),
        async (event, mutations) => {
          for (const request of wires[name]?.encode([event], 65_536, Date.now()) ?? []) {
            const body = mutate(request, mutations);
            const response = await fetch(request.url, {
              method: 'POST',
              body,
              headers: { origin: SHOP_ORIGIN, 'content-type': 'text/plain', ...request.headers },
            });
            await response.text();
            statuses.add(response.status);
            expect(response.status, body.slice(0, 2000)).toBeLessThan(500);
          }
        },
      ),
      { numRuns: 600 },
    );
    expect((await fetch(`${service.url}/healthz`)).status).toBe(200);
    // Some mutations do no harm; the others are refused in the protocol's own shape.
    expect(statuses).toContain(200);
  },
);
