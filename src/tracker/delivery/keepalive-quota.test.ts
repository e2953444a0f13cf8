import fc from 'fast-check';
import { expect, test } from 'vitest';
import { fits, lend } from './keepalive-quota.ts';

test('65,536 bytes fit and 65,537 do not', () => {
  expect(fits(65_537)).toBe(false);
  expect(fits(65_536)).toBe(true);
  lend(65_536);
  expect(fits(1)).toBe(false);
  lend(-1);
  expect(fits(1)).toBe(true);
  lend(-65_535);
});

test('what fits is within the quota, whatever was lent beyond it, and all of it is there when everything is back', () => {
  const moves = fc.array(fc.record({ bytes: fc.nat(70_000), move: fc.constantFrom('ask', 'force', 'back') }));
  fc.assert(
    fc.property(moves, (moves) => {
      const lent: number[] = [];
      for (const { bytes, move } of moves) {
        const sum = lent.reduce((sum, some) => sum + some, 0);
        expect(fits(bytes)).toBe(bytes === 0 || sum + bytes <= 65_536);
        if (move === 'back') lend(-(lent.pop() ?? 0));
        else if (move === 'force' || fits(bytes)) {
          lend(bytes);
          lent.push(bytes);
        }
      }
      for (const bytes of lent) lend(-bytes);
      expect(fits(65_536)).toBe(true);
      expect(fits(65_537)).toBe(false);
    }),
  );
});
