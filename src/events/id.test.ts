import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { checkoutId, instanceId, uuidv7 } from './id.ts';

describe('uuidv7', () => {
  test('carries its time, version and variant', () => {
    const id = uuidv7(0x0123456789ab);
    expect(id).toMatch(/^01234567-89ab-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  });

  test('is another one each time', () => {
    expect(new Set(Array.from({ length: 10_000 }, () => uuidv7(1))).size).toBe(10_000);
  });

  test('keeps the order within a millisecond', () => {
    const ids = Array.from({ length: 1000 }, () => uuidv7(7));
    expect(ids.toSorted()).toEqual(ids);
  });

  test('sorts by time', () => {
    fc.assert(
      fc.property(fc.nat(2 ** 47), fc.nat(2 ** 40), (at, later) => {
        expect(uuidv7(at).slice(0, 13) <= uuidv7(at + later).slice(0, 13)).toBe(true);
      }),
    );
  });
});

describe('checkoutId', () => {
  const mug = { id: 'mug', amount: 18 };
  const print = { id: 'print', amount: 42.5 };

  test('is a UUIDv8 that a reload repeats, whatever the order of products', () => {
    expect(checkoutId('T-1', [mug, print])).toMatch(
      /^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/,
    );
    expect(checkoutId('T-1', [mug, print])).toBe(checkoutId('T-1', [print, mug]));
  });

  test('differs by transaction, by product, by amount and by quantity', () => {
    const ids = [
      checkoutId('T-1', [mug]),
      checkoutId('T-2', [mug]),
      checkoutId('T-1', [mug, mug]),
      checkoutId('T-1', [print]),
      checkoutId('T-1', [{ id: 'mug', amount: 19 }]),
      checkoutId('T-1', []),
    ];
    expect(new Set(ids).size).toBe(ids.length);
  });
});

test('instanceId has 32 hex digits and no collision among 200,000 near neighbours', () => {
  const seen = new Set<string>();
  for (let i = 0; i < 200_000; i++) seen.add(instanceId('vitrine-carousel', 'stream', String(i)));
  expect(seen.size).toBe(200_000);
  expect([...seen].every((id) => /^[0-9a-f]{32}$/.test(id))).toBe(true);
  // Every bit of the hash moves: none is the same in all of them.
  for (let digit = 0; digit < 32; digit++)
    expect(new Set([...seen].slice(0, 500).map((id) => id[digit])).size).toBe(16);
});
