import fc from 'fast-check';
import { expect, test } from 'vitest';
import { giveBack, lend } from './keepalive-ledger.ts';

test('65,536 bytes pass and 65,537 do not', () => {
  expect(lend(65_537)).toBe(false);
  expect(lend(65_536)).toBe(true);
  expect(lend(1)).toBe(false);
  giveBack(1);
  expect(lend(1)).toBe(true);
  giveBack(65_536);
});

test('never lends more than the quota, and all of it again once everything is given back', () => {
  fc.assert(
    fc.property(fc.array(fc.record({ bytes: fc.nat(70_000), back: fc.boolean() })), (moves) => {
      const lent: number[] = [];
      for (const { bytes, back } of moves) {
        if (back) giveBack(lent.pop() ?? 0);
        else if (lend(bytes)) lent.push(bytes);
        expect(lent.reduce((sum, some) => sum + some, 0)).toBeLessThanOrEqual(65_536);
      }
      for (const bytes of lent) giveBack(bytes);
      expect(lend(65_536)).toBe(true);
      giveBack(65_536);
    }),
  );
});
