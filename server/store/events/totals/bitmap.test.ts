import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Bitmap, BLOCK } from './bitmap.ts';

const place = fc.integer({ min: 0, max: BLOCK - 1 });
/** Of few places and of many, which are stored differently. */
const places = fc.oneof(
  fc.uniqueArray(place, { maxLength: 20 }),
  fc.integer({ min: 1, max: 40 }).map((step) => Array.from({ length: Math.ceil(BLOCK / step) }, (_, n) => n * step)),
);

function of(members: readonly number[]): Bitmap {
  const bitmap = new Bitmap();
  for (const member of members) bitmap.set(member);
  return bitmap;
}

test('a set is what was set and not cleared, before and after it was stored', () => {
  const used = new Bitmap();
  fc.assert(
    fc.property(places, places, (set, cleared) => {
      const bitmap = of(set);
      for (const member of cleared) bitmap.clear(member);
      const expected = new Set(set.filter((member) => !cleared.includes(member)));
      expect(bitmap.size).toBe(expected.size);
      const stored = bitmap.store();
      expect(stored === undefined).toBe(expected.size === 0);
      expect(stored?.length ?? 0).toBe(Math.min(2 * expected.size, BLOCK / 8));
      used.load(stored);
      expect(used.size).toBe(expected.size);
      expect(used.store()).toEqual(of([...expected]).store());
    }),
  );
});

test('what two sets have in common is what is in both', () => {
  fc.assert(
    fc.property(places, places, (one, other) => {
      const common = of(one);
      common.intersect(of(other));
      expect(common.store()).toEqual(of(one.filter((member) => other.includes(member))).store());
    }),
  );
});

test('a list is the same bytes wherever it is written', () => {
  expect(of([0x0102, 3]).store()).toEqual(Uint8Array.of(3, 0, 2, 1));
});
