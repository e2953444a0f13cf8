import fc from 'fast-check';
import { expect, test } from 'vitest';
import * as field from './fields.ts';
import { RowError } from './rows.ts';

test.each([
  ['2026-05-31', Date.UTC(2026, 4, 31)],
  ['2026-05-31T14:30', Date.UTC(2026, 4, 31, 14, 30)],
  ['2026-05-31 14:30:15', Date.UTC(2026, 4, 31, 14, 30, 15)],
  ['2026-05-31T14:30:15.250Z', Date.UTC(2026, 4, 31, 14, 30, 15, 250)],
  ['2026-05-31T14:30+02:00', Date.UTC(2026, 4, 31, 12, 30)],
])('%s is a date', (value, time) => {
  expect(field.date('date', value)).toBe(time);
});

test.each(['31.05.2026', '2026-02-29', '2026-13-01', '2026-05-31T25:00', '2026', 'yesterday', '2026-05-31T14:30 CET'])(
  '%s is none',
  (value) => {
    expect(() => field.date('date', value)).toThrow(RowError);
  },
);

test('every moment written in ISO 8601 is read as that moment', () => {
  const moment = fc.date({ min: new Date(0), max: new Date('2100-01-01'), noInvalidDate: true });
  fc.assert(
    fc.property(moment, (date) => {
      expect(field.date('date', date.toISOString())).toBe(date.getTime());
    }),
  );
});

test.each(['https://shop.test/a?b=c#d', 'products/a.html', '/a', '//other.test/a'])(
  '%s is a URL of a shop',
  (value) => {
    expect(field.url('url', value, 'https://shop.test/shop/')).toMatch(/^https:\/\//);
  },
);

test.each([
  'javascript:alert(1)',
  'data:text/html,x',
  'https://user:password@shop.test/',
  'file:///etc/passwd',
  'http://',
])('%s is none', (value) => {
  expect(() => field.url('url', value, 'https://shop.test/')).toThrow(RowError);
});

test('a relative URL needs something to be relative to', () => {
  expect(() => field.url('url', 'products/a.html', undefined)).toThrow('--base-url');
});

test('whatever stands in a field, it is taken or refused in so many words', () => {
  const readers = [
    field.date,
    (column: string, value: string) => field.price(column, value),
    field.availability,
    field.currency,
    field.wholeNumber,
    field.yesOrNo,
    (column: string, value: string) => field.url(column, value, 'https://shop.test/'),
    (column: string, value: string) => field.needed(column, value, 10),
  ];
  fc.assert(
    fc.property(fc.constantFrom(...readers), fc.string({ unit: 'binary' }), (read, value) => {
      try {
        read('field', value);
      } catch (error) {
        expect(error).toBeInstanceOf(RowError);
        expect((error as Error).message).toMatch(/^field .*\.$/s);
      }
    }),
  );
});
