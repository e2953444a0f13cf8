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

describe('instanceId', () => {
  const COUNT = 200_000;
  const ids = Array.from({ length: COUNT }, (_, i) => instanceId('vitrine-carousel', 'stream', String(i)));

  test('has 32 hex digits and no collision among near neighbours', () => {
    expect(new Set(ids).size).toBe(COUNT);
    expect(ids.every((id) => /^[0-9a-f]{32}$/.test(id))).toBe(true);
  });

  test('is the same on a page whose arrays say themselves in JSON, as Prototype.js has them', () => {
    const id = () => instanceId('vitrine-carousel', 'stream-key', 'a "mug", 中');
    const plain = id();
    expect(plain).toBe('59224b1302cc8f1c3a3ff10b2e01cb43');
    const arrays = Array.prototype as { toJSON?: () => string };
    arrays.toJSON = () => 'an array';
    try {
      expect(id()).toBe(plain);
    } finally {
      delete arrays.toJSON;
    }
  });

  test('uses all of its 128 bits: each lane collides as chance has it, and no two lanes together', () => {
    // 200,000 values of 32 bits collide 4.7 times on average; 20 would be a broken lane.
    const lanes = [0, 8, 16, 24];
    for (const lane of lanes) {
      expect(COUNT - new Set(ids.map((id) => id.slice(lane, lane + 8))).size).toBeLessThan(20);
      for (const other of lanes.filter((other) => other > lane)) {
        expect(new Set(ids.map((id) => id.slice(lane, lane + 8) + id.slice(other, other + 8))).size).toBe(COUNT);
      }
    }
    // Every digit takes each of its values about as often as any other.
    for (let digit = 0; digit < 32; digit++) {
      const counts = new Map<string, number>();
      for (const id of ids) counts.set(id[digit] as string, (counts.get(id[digit] as string) ?? 0) + 1);
      expect(counts.size).toBe(16);
      for (const count of counts.values()) expect(Math.abs(count / (COUNT / 16) - 1)).toBeLessThan(0.05);
    }
  });
});
