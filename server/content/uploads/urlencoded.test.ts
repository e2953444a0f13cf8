import fc from 'fast-check';
import { expect, test } from 'vitest';
import { MAX_PAIRS } from './limits.ts';
import { readUrlencoded } from './urlencoded.ts';

const latin1 = (text: string) => Buffer.from(text).toString('latin1');

test('what is escaped is read as everybody reads it', () => {
  const pairs = fc.array(fc.tuple(fc.string({ unit: 'grapheme', minLength: 1 }), fc.string({ unit: 'grapheme' })));
  fc.assert(
    fc.property(pairs, (pairs) => {
      expect(readUrlencoded(new URLSearchParams(pairs).toString(), () => false)).toEqual(pairs);
    }),
  );
});

test('what is not escaped stands for itself', () => {
  expect(readUrlencoded(latin1('a=1=2&b=100%&c=%zz Größe 雪&d&=e'), () => true)).toEqual([
    ['a', '1=2'],
    ['b', '100%'],
    ['c', '%zz Größe 雪'],
    ['d', ''],
    ['', 'e'],
  ]);
});

test('a URL that is not escaped goes on behind its ampersands, up to a field that is known', () => {
  const known = (name: string) => ['u', 'v'].includes(name);
  expect(readUrlencoded('u=https://a.example/?b=1&c=2&d&v=3&w=4', known)).toEqual([
    ['u', 'https://a.example/?b=1&c=2&d'],
    ['v', '3'],
    ['w', '4'],
  ]);
});

test('what is not UTF-8 has no value', () => {
  expect(readUrlencoded('a=%ff&b=1&%ff=2', () => true)).toEqual([
    ['a', undefined],
    ['b', '1'],
    ['%ff', '2'],
  ]);
});

test('pairs are read up to a bound, empty ones apart, and more are refused', () => {
  const pairs = (count: number) => `${'&'.repeat(5000)}${'a=1&'.repeat(count)}`;
  expect(readUrlencoded(pairs(MAX_PAIRS), () => true)).toHaveLength(MAX_PAIRS);
  expect(() => readUrlencoded(pairs(MAX_PAIRS + 1), () => true)).toThrow(`at most ${MAX_PAIRS} pairs`);
});
