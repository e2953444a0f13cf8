import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { EVENTS } from '../events/testing/any-event.ts';
import type { IncomingEvent, StampedEvent } from '../events/vocabulary.ts';
import { COVERAGE as ACTIVITIES } from './activities/coverage.ts';
import { decode as decodeActivity } from './activities/decode.ts';
import { activities } from './activities/encode.ts';
import { COVERAGE as MATOMO } from './matomo/coverage.ts';
import { decode as decodeMatomo } from './matomo/decode.ts';
import { matomo } from './matomo/encode.ts';
import { parseQuery } from './matomo/query.ts';
import { COVERAGE as PRODUCT_EVENTS } from './product-events/coverage.ts';
import { decode as decodeProductEvent } from './product-events/decode.ts';
import { productEvents } from './product-events/encode.ts';
import { kept, kindsOf, proves } from './testing/proven.ts';
import type { Coverage, Decoded, Wire } from './wire.ts';

const NOW = 1_750_000_000_000;

/** Both halves of a wire: what a page sends, and what the service reads of a request's body. */
interface Pair {
  table: Coverage;
  wire: () => Wire;
  read: (body: string) => IncomingEvent[];
}

const eventsIn = (found: Decoded) => ('events' in found ? found.events.map(({ event }) => event) : []);

const WIRES: Record<string, Pair> = {
  matomo: {
    table: MATOMO,
    wire: () => matomo({ url: 'https://ugc.example/matomo.php', idSite: 7 }),
    read: (body) =>
      JSON.parse(body).requests.flatMap((query: string) => {
        const parameters = parseQuery(query.slice(1));
        return eventsIn('status' in parameters ? parameters : decodeMatomo(parameters, { now: NOW }));
      }),
  },
  activities: {
    table: ACTIVITIES,
    wire: () => activities({ url: 'https://ugc.example', datamart: 7 }),
    read: (body) => eventsIn(decodeActivity(JSON.parse(body))),
  },
  'product-events': {
    table: PRODUCT_EVENTS,
    wire: () => productEvents({ url: 'https://ugc.example', token: 'k' }),
    read: (body) => eventsIn(decodeProductEvent(JSON.parse(body))),
  },
};

/**
 * Of the last hours, since one wire sends nothing that is older; with only what a protocol's goals can be called, and
 * without segments whose key would reach into a prototype.
 */
const recent = (event: StampedEvent): StampedEvent => ({
  ...event,
  at: NOW - (event.at % 10_000_000),
  ...('segments' in event && {
    segments: event.segments.filter(([key]) => !['__proto__', 'constructor', 'prototype'].includes(key)),
  }),
  ...(event.kind === 'goal' && { goal: `${1 + event.goal.length}` }),
});

describe.each(Object.entries(WIRES))('%s', (name, { table, wire, read }) => {
  const arrived = (event: StampedEvent) =>
    wire()
      .encode([event], 65_536, NOW)
      .flatMap(({ body = '', ids }) => (ids.length ? read(body) : []));

  for (const kind of kindsOf(table)) {
    test(`brings back of ${kind} what its table says`, proves(name, [kind]), () => {
      fc.assert(
        fc.property(EVENTS[kind].map(recent), (event) => {
          expect(arrived(event)).toEqual([expect.objectContaining(kept(event, table))]);
        }),
      );
    });
  }

  for (const kind of kindsOf(table, 'encode').filter((kind) => table[kind]?.only)) {
    test(`writes of ${kind} what its table says`, proves(name, [kind], 'encode'), () => {
      let written = 0;
      fc.assert(
        fc.property(EVENTS[kind].map(recent), (event) => {
          const events = arrived(event);
          written += events.length;
          expect(events).toEqual(events.map(() => expect.objectContaining(kept(event, table))));
        }),
      );
      expect(written).toBeGreaterThan(0);
    });
  }

  test('does not tell which id the visitor had before', () => {
    fc.assert(
      fc.property(fc.oneof(...kindsOf(table).map((kind): fc.Arbitrary<StampedEvent> => EVENTS[kind])), (event) => {
        const sent = wire().encode([recent({ ...event, previousId: 'PREVIOUS' })], 65_536, NOW);
        expect(JSON.stringify(sent)).not.toMatch(/PREVIOUS|previous/);
      }),
    );
  });

  test('carries nothing that its table does not name', () => {
    const silent = Object.entries(EVENTS).filter(([kind]) => !table[kind as keyof Coverage]);
    if (!silent.length) return;
    fc.assert(
      fc.property(fc.oneof(...silent.map(([, events]) => events as fc.Arbitrary<StampedEvent>)), (event) => {
        expect(arrived(recent(event))).toEqual([]);
      }),
    );
  });
});
