import fc from 'fast-check';
import { expect, test } from 'vitest';
import { STREAM_STATUSES } from '../../../src/content/resources.ts';
import { growthOf, MAX_GROWTH } from '../../testing/growth.ts';
import { readAvailability } from './availability.ts';

test.each([
  ['in stock', 'available'],
  ['in_stock', 'available'],
  ['In Stock', 'available'],
  ['https://schema.org/InStock', 'available'],
  ['preorder', 'available'],
  ['pre-order', 'available'],
  ['backorder', 'available'],
  ['available for order', 'available'],
  ['active', 'available'],
  ['out_of_stock', 'unavailable'],
  ['out of stock', 'unavailable'],
  ['SoldOut', 'unavailable'],
  ['draft', 'unavailable'],
  ['archived', 'discontinued'],
  ['perhaps', undefined],
  ['', undefined],
  ['constructor', undefined],
])('%s is %s', (word, status) => {
  expect(readAvailability(word)).toBe(status);
});

test('case, spaces, hyphens and underscores make no other word', () => {
  const word = fc.constantFrom('in stock', 'out of stock', 'pre order', 'sold out', ...STREAM_STATUSES);
  const letters = word.chain((word) =>
    fc.tuple(
      ...[...word].map((letter) =>
        fc.constantFrom(...(letter === ' ' ? [' ', '_', '-', ''] : [letter, letter.toUpperCase()])),
      ),
    ),
  );
  fc.assert(
    fc.property(letters, (letters) => {
      const written = letters.join('');
      expect(readAvailability(` ${written} `)).toBe(readAvailability(written.toLowerCase()));
      expect(STREAM_STATUSES).toContain(readAvailability(written));
    }),
  );
});

test('whatever stands there is a status or none', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      expect([undefined, ...STREAM_STATUSES]).toContain(readAvailability(text));
    }),
  );
});

test.each([' ', '_', 'https://schema.org/'])('of many %j', async (part) => {
  const filled = (size: number) => part.repeat(Math.ceil(size / part.length));
  expect(await growthOf(readAvailability, filled(250_000), filled(1_000_000))).toBeLessThan(MAX_GROWTH);
});
