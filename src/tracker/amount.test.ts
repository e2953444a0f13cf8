import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readAmount } from './amount.ts';

describe('readAmount', () => {
  test.each([
    [18.5, 18.5],
    [12.345, 12.345],
    [-18.5, -18.5],
    [0, 0],
    ['18.50', 18.5],
    ['4,245.42', 4245.42],
    ['18,50', 18.5],
    ['1.234,56', 1234.56],
    ['€18.50', 18.5],
    ['18,50 €', 18.5],
    ['1 234,56', 1234.56],
    ['1\u00a0234,56\u00a0€', 1234.56],
    ['1\u202f234,56', 1234.56],
    ["1'234.50", 1234.5],
    ['CHF 1’234.50', 1234.5],
    ['1.234.567', 1234567],
    ['1,23,456.78', 123456.78],
    ['Rs. 1,234.00', 1234],
    ['Rs.1,234.00', 1234],
    ['R$ 18,50', 18.5],
    ['-€18.50', -18.5],
    ['€ −18,50', -18.5],
    ['18,-', 18],
    ['18.–', 18],
    ['0.350', 0.35],
    ['1234.567', 1234.567],
    ['1.0000', 1],
    ['1 234', 1234],
    ['.50', 0.5],
    ['1e21', 1e21],
  ])('reads %j as %d', (said, amount) => expect(readAmount(said)).toBe(amount));

  test.each([
    ...[
      '1.234',
      '1,234',
      '-1.234',
      '999.999 €',
      '',
      ' ',
      'free',
      'NaN',
      'Infinity',
      '0x10',
      '1.2.3',
      '1,2,3',
      '1.234,56,7',
    ],
    ...[
      '18.50/kg',
      '2 x 18.50',
      '18.50 - 20.00',
      '1 23',
      '12.34 567',
      '&euro;18.50',
      'kr.50',
      '1e999',
      '--5',
      '1'.repeat(65),
    ],
    ...[undefined, null, true, [18], {}, Number.NaN, Number.POSITIVE_INFINITY],
  ])('does not guess what %j may be', (said) => expect(readAmount(said)).toBeUndefined());

  test('reads what browsers print for every country, or nothing, but never another amount', () => {
    const locales = ['en', 'de', 'fr', 'de-CH', 'en-IN', 'es', 'pl', 'sv', 'pt-BR', 'nb', 'fi', 'cs', 'it', 'nl', 'ja'];
    fc.assert(
      fc.property(
        fc.constantFrom(...locales),
        fc.integer({ min: -1e9, max: 1e9 }),
        fc.boolean(),
        (locale, cents, named) => {
          const amount = cents / 100;
          const style = named ? ({ style: 'currency', currency: 'EUR' } as const) : { minimumFractionDigits: 2 };
          expect(readAmount(new Intl.NumberFormat(locale, style).format(amount))).toBe(amount);
        },
      ),
    );
  });

  test('takes any text', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.stringMatching(/^[\d., '’€-]{0,64}$/)), (text) => {
        const amount = readAmount(text);
        expect(amount === undefined || Number.isFinite(amount)).toBe(true);
      }),
    );
  });
});
