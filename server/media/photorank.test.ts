import fc from 'fast-check';
import { expect, test } from 'vitest';
import { photorank } from './photorank.ts';

const good = { width: 1080, height: 1350, sharpness: 6, products: 1 };

test('is the documented sum', () => {
  expect(photorank(good)).toBeCloseTo(0.4 + 0.2 + 0.1, 4);
  expect(photorank({ width: 540, height: 5000, sharpness: 0, products: 0 })).toBeCloseTo(0.2, 4);
});

test('is between 0 and 1, and grows with resolution, sharpness and products', () => {
  const picture = fc.record({
    width: fc.integer({ min: 1, max: 16_383 }),
    height: fc.integer({ min: 1, max: 16_383 }),
    sharpness: fc.double({ min: 0, max: 255, noNaN: true }),
    products: fc.nat(50),
  });
  fc.assert(
    fc.property(picture, (one) => {
      const rank = photorank(one);
      expect(rank).toBeGreaterThanOrEqual(0);
      expect(rank).toBeLessThanOrEqual(1);
      const larger = { ...one, width: one.width * 2, height: one.height * 2 };
      for (const better of [larger, { ...one, sharpness: one.sharpness + 1 }, { ...one, products: one.products + 1 }]) {
        expect(photorank(better)).toBeGreaterThanOrEqual(rank);
      }
    }),
  );
});
