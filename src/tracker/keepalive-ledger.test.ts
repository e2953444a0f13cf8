import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createLedger } from './keepalive-ledger.ts';

test('65,536 bytes pass and 65,537 do not', () => {
  expect(createLedger().take(65_537)).toBe(false);
  const ledger = createLedger();
  expect(ledger.take(65_536)).toBe(true);
  expect(ledger.take(1)).toBe(false);
  ledger.give(1);
  expect(ledger.take(1)).toBe(true);
});

test('never lends more than the quota, and all of it again once everything is given back', () => {
  fc.assert(
    fc.property(fc.array(fc.record({ bytes: fc.nat(70_000), back: fc.boolean() })), (moves) => {
      const ledger = createLedger();
      const lent: number[] = [];
      for (const { bytes, back } of moves) {
        if (back) ledger.give(lent.pop() ?? 0);
        else if (ledger.take(bytes)) lent.push(bytes);
        expect(lent.reduce((sum, some) => sum + some, 0)).toBeLessThanOrEqual(65_536);
      }
      for (const bytes of lent) ledger.give(bytes);
      expect(ledger.take(65_536)).toBe(true);
    }),
  );
});
