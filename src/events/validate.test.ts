import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { LIMITS } from './limits.ts';
import { anyEvent, EVENTS } from './testing/any-event.ts';
import { problemOf } from './validate.ts';
import type { EventKind, VitrineEvent } from './vocabulary.ts';

const KINDS = Object.keys(EVENTS) as EventKind[];

/** A field, and values that it refuses. */
type Wrong = [field: string, values: unknown[]];

const NAMELESS = ['', undefined, null, 7, {}, 'a\0b', 'x'.repeat(LIMITS.id + 1)];
const WORDLESS = ['', undefined, null, 7, {}, 'a\0b', 'x'.repeat(LIMITS.text + 1)];
/** For texts that may be missing or empty. */
const UNTEXT = [null, 7, {}, 'a\0b', 'x'.repeat(LIMITS.url + 1)];
const UNWORDED = [null, 7, {}, 'a\0b', 'x'.repeat(LIMITS.text + 1)];
const UNKNOWN = ['', undefined, null, 7, 'fly', 'toString'];
const NO_COUNT = [-1, 0.5, Number.NaN, Number.POSITIVE_INFINITY, 1e9 + 1, '7', null];
const NO_AMOUNT = [-1, Number.NaN, Number.POSITIVE_INFINITY, '7', null];
const NO_NUMBER = [Number.NaN, Number.NEGATIVE_INFINITY, '7', null];
const NO_DIGITS = ['', 'x', '1.5', '-1', '1'.repeat(20), null];
const NO_OBJECT = [
  null,
  7,
  'text',
  [],
  JSON.parse('{"__proto__":1}'),
  { a: { constructor: 1 } },
  { a: [{ prototype: 1 }] },
  { a: Number.NaN },
  { a: () => 1 },
  { 'a\0b': 1 },
  { a: 'a\0b' },
  { a: 'x'.repeat(LIMITS.jsonText + 1) },
  { ['x'.repeat(LIMITS.id + 1)]: 1 },
  Object.fromEntries(Array.from({ length: LIMITS.jsonValues }, (_, i) => [`k${i}`, i])),
  JSON.parse(`${'{"a":'.repeat(LIMITS.jsonDepth + 1)}1${'}'.repeat(LIMITS.jsonDepth + 1)}`),
];
const NO_CURRENCY = ['', 'EURO', 'eur', 'E1R', undefined, null];
const NO_PRODUCTS = [
  [{ id: '', amount: 1 }],
  [{ id: 'mug', amount: Number.NaN }],
  [{ id: 'mug', amount: '1' }],
  [{ id: 'mug', amount: 1, quantity: 0 }],
  [{ id: 'mug', amount: 1, quantity: -1 }],
  [{ id: 'mug', amount: 1, quantity: Number.POSITIVE_INFINITY }],
  ...UNWORDED.map((name) => [{ id: 'mug', amount: 1, name }]),
  ...UNWORDED.map((category) => [{ id: 'mug', amount: 1, category }]),
  Array(LIMITS.products + 1).fill({ id: 'mug', amount: 1 }),
];
const NO_SEGMENTS = [
  [['', 'v']],
  [['a:b', 'v']],
  [['a', 'v\0']],
  [['a', 7]],
  [['k'.repeat(LIMITS.segmentKey + 1), 'v']],
  [['k', 'v'.repeat(LIMITS.segmentValue + 1)]],
  [
    ['a', '1'],
    ['a', '2'],
  ],
  Array.from({ length: LIMITS.segments + 1 }, (_, i) => [`k${i}`, '']),
];
const segments: Wrong = ['segments', NO_SEGMENTS];
const onWidget: Wrong[] = [
  ['instance', NAMELESS],
  ['action', UNKNOWN],
  ['pics', [...NO_COUNT, undefined]],
  ['abTesting', NO_COUNT],
  ['label', UNWORDED],
  segments,
];

const WRONG: Record<EventKind, Wrong[]> = {
  widget: onWidget,
  media: [...onWidget, ['media', [...NO_DIGITS, undefined]], ['image', UNTEXT]],
  checkout: [
    ['transactionId', NAMELESS],
    ['products', [[], ...NO_PRODUCTS]],
    ['currency', NO_CURRENCY],
    ['referrer', ['', ...UNTEXT]],
    segments,
  ],
  vital: [
    ['name', UNKNOWN],
    ['value', [...NO_AMOUNT, undefined]],
  ],
  choice: [['choice', UNKNOWN]],
  page: [['title', [undefined, null, 7, 'a\0b', 'x'.repeat(LIMITS.text + 1)]], ['loadingTime', NO_AMOUNT], segments],
  product: [
    ['action', UNKNOWN],
    ['session', NAMELESS],
    ['product', UNTEXT],
    ['configurationId', UNTEXT],
    ['configuration', NO_OBJECT],
    ['metadata', NO_OBJECT],
    ['metric', NO_NUMBER],
    segments,
  ],
  cart: [['products', NO_PRODUCTS], ['currency', NO_CURRENCY], segments],
  goal: [['goal', NAMELESS], ['revenue', NO_NUMBER], segments],
  search: [['keyword', WORDLESS], ['category', UNTEXT], ['count', NO_COUNT], segments],
  content: [
    ['action', UNKNOWN],
    ['name', WORDLESS],
    ['piece', UNTEXT],
    ['target', UNTEXT],
    ['interaction', UNTEXT],
    segments,
  ],
  other: [['category', WORDLESS], ['action', WORDLESS], ['name', UNTEXT], ['value', NO_NUMBER], segments],
  link: [['action', UNKNOWN], ['target', ['', undefined, ...UNTEXT]], segments],
  profile: [
    ['account', NAMELESS],
    ['properties', NO_OBJECT],
  ],
};

test('a valid event has no problem, and survives JSON', () => {
  fc.assert(
    fc.property(anyEvent, (event) => {
      expect(problemOf(event)).toBeUndefined();
      expect(JSON.parse(JSON.stringify(event))).toEqual(event);
    }),
    { numRuns: 2000 },
  );
});

describe('a problem names the field that is wrong, as the vocabulary does', () => {
  test.each(KINDS.flatMap((kind) => WRONG[kind].map(([field, values]) => ({ kind, field, values }))))(
    '$kind.$field',
    ({ kind, field, values }) => {
      fc.assert(
        fc.property(EVENTS[kind] as fc.Arbitrary<VitrineEvent>, fc.constantFrom(...values), (event, value) => {
          const problem = problemOf({ ...event, [field]: value } as VitrineEvent);
          expect(problem).toMatch(new RegExp(`^${field}: .`));
        }),
        { numRuns: 20 * values.length },
      );
    },
  );
});

test('a scope needs an integer as its id, and only a render may have no stream', () => {
  fc.assert(
    fc.property(fc.oneof(EVENTS.widget, EVENTS.media), fc.constantFrom(...NO_DIGITS), (event, id) => {
      const inScope = (scope: unknown) => problemOf({ ...event, scope } as VitrineEvent);
      expect(inScope({ kind: 'stream', id })).toMatch(/^scope\.id: expected an integer$/);
      expect(inScope({ kind: 'category', id })).toMatch(/^scope\.id: expected an integer$/);
      const wrong = inScope({ kind: 'not_found' });
      if (event.kind === 'widget' && event.action === 'render') expect(wrong).toBeUndefined();
      else expect(wrong).toMatch(/^action: .* not found /);
    }),
  );
});

test('only a shop redirects, and only to the web', () => {
  fc.assert(
    fc.property(EVENTS.media, (event) => {
      const to = (redirectUrl: string) => problemOf({ ...event, redirectUrl });
      expect(to('javascript:alert(1)')).toMatch(/^redirectUrl: /);
      if (event.action === 'shop') expect(to('https://shop.example/mug')).toBeUndefined();
      else expect(to('https://shop.example/mug')).toMatch(/^redirectUrl: only /);
    }),
  );
});

test('content has an interaction when it is interacted with, and no other time', () => {
  fc.assert(
    fc.property(EVENTS.content, (event) => {
      const { interaction: _, ...without } = event;
      const swapped = event.interaction === undefined ? { ...event, interaction: 'click' } : without;
      expect(problemOf(swapped)).toMatch(/^interaction: /);
    }),
  );
});

test.each([undefined, null, '', 'toString', 7])('%j is no kind of event', (kind) => {
  expect(problemOf({ kind } as never)).toBe('kind: is missing');
});
