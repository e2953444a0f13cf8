import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { SORTINGS } from '../../../src/content/resources.ts';
import { SCOPE_KINDS } from '../../store/content/content-store.ts';
import { decodePageKey, encodePageKey, type Walk } from './page-key.ts';

const secret = randomBytes(32);
const NOW = Date.UTC(2026, 5, 1);
const id = fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER });
const place = fc.record({
  value: fc.oneof(fc.double({ min: 0, max: 1, noNaN: true }), fc.integer({ min: -1e15, max: 1e15 })),
  mediaId: id,
});
const walks: fc.Arbitrary<Walk> = fc.record({
  customerId: id,
  query: fc.record(
    {
      scope: fc.record({ kind: fc.constantFrom(...SCOPE_KINDS), id }),
      sorting: fc.constantFrom(...SORTINGS),
      onlyWithRights: fc.boolean(),
      onlyInStock: fc.boolean(),
      snapshot: fc.record({ seed: fc.nat(2 ** 32 - 1), ratingSnapshot: id, watermark: fc.maxSafeNat() }),
      count: fc.integer({ min: 1, max: 50 }),
      anchor: fc.record({ go: fc.constantFrom('from', 'after', 'before'), place }),
    },
    { requiredKeys: ['scope', 'sorting', 'onlyWithRights', 'onlyInStock', 'snapshot', 'count'] },
  ),
  embedding: fc.record({
    streams: fc.boolean(),
    categories: fc.boolean(),
    taggedGalleries: fc.boolean(),
    inactiveGalleries: fc.boolean(),
  }),
  pageNumber: id,
  begunAt: fc.integer({ min: NOW - 43_200_000, max: NOW }),
});

function decode(key: string, { customerId, query: { scope, sorting } }: Walk, with_ = secret) {
  return decodePageKey(key, { customerId, scope, sorting, now: NOW }, with_);
}

it('holds the whole walk', () => {
  fc.assert(
    fc.property(walks, (walk) => {
      const key = encodePageKey(walk, secret);
      expect(key).toMatch(/^[\w-]{40,400}$/);
      // -0 is 0 to a database.
      expect(JSON.stringify(decode(key, walk))).toBe(JSON.stringify(walk));
    }),
  );
});

it('is nothing to another database, another customer or another list, nor after 12 hours', () => {
  fc.assert(
    fc.property(walks, walks, (walk, other) => {
      const key = encodePageKey(walk, secret);
      expect(decode(key, walk, randomBytes(32))).toBeUndefined();
      const { scope, sorting } = other.query;
      const same = scope.kind === walk.query.scope.kind && scope.id === walk.query.scope.id;
      if (other.customerId !== walk.customerId || !same || sorting !== walk.query.sorting)
        expect(decode(key, other)).toBeUndefined();
      expect(decode(encodePageKey({ ...walk, begunAt: NOW - 43_200_001 }, secret), walk)).toBeUndefined();
    }),
  );
});

it('is not any other text', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 300 }), walks, (text, walk) => {
      expect(decode(text, walk)).toBeUndefined();
      expect(decode(Buffer.from(text).toString('base64url'), walk)).toBeUndefined();
    }),
  );
});
