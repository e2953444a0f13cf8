import fc from 'fast-check';
import { expect, test } from 'vitest';
import { growthOf, MAX_GROWTH } from '../../testing/growth.ts';
import { readAmount } from './amount.ts';

test.each([
  ['28', '28'],
  ['28.00', '28.00'],
  ['18,50', '18.50'],
  ['0,5', '0.5'],
  ['.99', '0.99'],
  ['4,245.42', '4245.42'],
  ['1.234,56', '1234.56'],
  ['1 234,56', '1234.56'],
  ['1\u00a0234,56', '1234.56'],
  ['1\u202f234,56', '1234.56'],
  ["1'234.50", '1234.50'],
  ['1’234.50', '1234.50'],
  ['1.234.567', '1234567'],
  ['12,34,567.50', '1234567.50'],
  ['0.125', '0.125'],
  ['1234.567', '1234.567'],
  ['18,–', '18'],
  ['$18.50', '18.50'],
])('%s is an amount', (value, amount) => {
  expect(readAmount(value)).toEqual({ amount });
});

test.each([
  ['18.50 EUR', '18.50', 'EUR'],
  ['EUR 18.50', '18.50', 'EUR'],
  ['18,50 eur', '18.50', 'EUR'],
  ['€18.50', '18.50', 'EUR'],
  ['18,50 €', '18.50', 'EUR'],
  ['£4,245.42', '4245.42', 'GBP'],
  ['CHF 1’234.50', '1234.50', 'CHF'],
  ['1.234 KWD', '1.234', 'KWD'],
])('%s says its currency', (value, amount, currency) => {
  expect(readAmount(value)).toEqual({ amount, currency });
});

test.each(['1.234', '1,234', '12,345 EUR', '€999.999'])('%s may be thousands or decimals', (value) => {
  expect(readAmount(value)).toBe('ambiguous');
});

test('three decimals are no thousands in a currency that has three', () => {
  expect(readAmount('1.234', 'BHD')).toEqual({ amount: '1.234' });
});

test.each([
  '',
  'free',
  '28;00',
  '1.2.3',
  '1,2,3',
  '1.234,56.7',
  '-5',
  '1e3',
  '0x10',
  'EUR',
  '18 50',
  '1.23456',
  '9'.repeat(10),
])('%j is none', (value) => {
  expect(readAmount(value)).toBeUndefined();
});

test('however a language writes an amount with decimals, it is read as that amount', () => {
  const locale = fc.constantFrom(
    'en-US',
    'en-IN',
    'de-DE',
    'de-CH',
    'de-AT',
    'fr-FR',
    'fr-CH',
    'sv-SE',
    'nl-NL',
    'it-IT',
  );
  const shown = fc.constantFrom('code', 'symbol', 'none');
  fc.assert(
    fc.property(locale, shown, fc.integer({ min: 0, max: 99_999_999_999 }), (language, currencyDisplay, cents) => {
      const digits = { minimumFractionDigits: 2, maximumFractionDigits: 2 };
      const format = new Intl.NumberFormat(
        language,
        currencyDisplay === 'none'
          ? digits
          : { ...digits, style: 'currency', currency: 'EUR', currencyDisplay: currencyDisplay as 'code' },
      );
      const amount = `${Math.floor(cents / 100)}.${String(cents % 100).padStart(2, '0')}`;
      const currency = currencyDisplay === 'none' ? {} : { currency: 'EUR' };
      expect(readAmount(format.format(cents / 100))).toEqual({ amount, ...currency });
    }),
  );
});

test('whatever stands there is an amount, ambiguous or none', () => {
  const written = fc
    .array(fc.constantFrom('1', '23', '456', '.', ',', ' ', '\u00a0', "'", '€', 'EUR', '-', '+', 'e'), {
      maxLength: 12,
    })
    .map((parts) => parts.join(''));
  fc.assert(
    fc.property(fc.oneof(written, fc.string({ unit: 'binary' })), (text) => {
      const read = readAmount(text);
      if (typeof read === 'object') expect(read.amount).toMatch(/^\d{1,9}(\.\d{1,4})?$/);
      // Nothing is made up: the digits are the ones that were written.
      if (typeof read === 'object') {
        const digits = text.replace(/\D/g, '');
        expect([digits, `0${digits}`]).toContain(read.amount.replace('.', ''));
      }
    }),
    { numRuns: 1000 },
  );
});

test.each(['1', '1,', '1.000', ' 000', "'", '€', 'EUR', '.'])('of many %j', async (part) => {
  const filled = (size: number) => part.repeat(Math.ceil(size / part.length));
  expect(await growthOf((text) => readAmount(text), filled(250_000), filled(1_000_000))).toBeLessThan(MAX_GROWTH);
});
