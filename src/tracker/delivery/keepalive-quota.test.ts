import fc from 'fast-check';
import { expect, test } from 'vitest';
import * as quota from './keepalive-quota.ts';

test('65,536 bytes fit and 65,537 do not', () => {
  expect(quota.has(65_537)).toBe(false);
  expect(quota.has(65_536)).toBe(true);
  quota.reserve(65_536);
  expect(quota.has(1)).toBe(false);
  quota.release(1);
  expect(quota.has(1)).toBe(true);
  quota.release(65_535);
});

test('what fits is within the quota, whatever is reserved beyond it, and all of it is there when everything is released', () => {
  const moves = fc.array(fc.record({ bytes: fc.nat(70_000), move: fc.constantFrom('ask', 'force', 'release') }));
  fc.assert(
    fc.property(moves, (moves) => {
      const reserved: number[] = [];
      for (const { bytes, move } of moves) {
        const sum = reserved.reduce((sum, some) => sum + some, 0);
        expect(quota.has(bytes)).toBe(bytes === 0 || sum + bytes <= 65_536);
        if (move === 'release') quota.release(reserved.pop() ?? 0);
        else if (move === 'force' || quota.has(bytes)) {
          quota.reserve(bytes);
          reserved.push(bytes);
        }
      }
      for (const bytes of reserved) quota.release(bytes);
      expect(quota.has(65_536)).toBe(true);
      expect(quota.has(65_537)).toBe(false);
    }),
  );
});
