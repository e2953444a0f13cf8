import { expect, test } from 'vitest';
import { fairOrder } from './fair-order.ts';

interface Holder {
  group: string;
  weight: number;
}

/** What each group still has when as much was taken away as had to be. */
function afterTaking(holders: Holder[], most: number): Record<string, number> {
  const order = fairOrder(
    holders,
    ({ group }) => group,
    ({ weight }) => weight,
  );
  while (order.reduce((sum, { weight }) => sum + weight, 0) > most) order.pop();
  const left: Record<string, number> = {};
  for (const { group, weight } of order) left[group] = (left[group] ?? 0) + weight;
  return left;
}

const times = (count: number, group: string, weight = 1) => Array.from({ length: count }, () => ({ group, weight }));

test('large groups get the same share, and a group that holds less loses nothing', () => {
  expect(afterTaking([...times(100, 'a'), ...times(50, 'b'), ...times(3, 'c')], 23)).toEqual({ a: 10, b: 10, c: 3 });
  expect(afterTaking([...times(10, 'a', 5), ...times(2, 'b', 4)], 30)).toEqual({ a: 20, b: 8 });
});

test('within a group, the last holder is removed first, and of equals the latest', () => {
  const holders = [1, 2, 3].flatMap((number) => ['a', 'b'].map((group) => ({ group, number })));
  const order = fairOrder(holders, ({ group }) => group);
  expect(order.map(({ group, number }) => `${group}${number}`)).toEqual(['a1', 'b1', 'a2', 'b2', 'a3', 'b3']);
});

test('nested groups: the first to lose is the largest address of the largest customer', () => {
  const at = (customer: number, address: string) => ({ customer, address });
  const holders = [at(1, 'x'), at(1, 'x'), at(1, 'y'), at(2, 'x'), at(2, 'z')];
  const byAddress = fairOrder(holders, ({ address }) => address);
  expect(fairOrder(byAddress, ({ customer }) => customer).at(-1)).toEqual(at(1, 'x'));
});

test('sorting ten times as many holders takes about ten times as long', () => {
  const spent = (count: number) => {
    const holders = Array.from({ length: count }, (_, i) => ({ group: `${i % 1000}`, weight: (i * 7919) % 1000 }));
    const began = process.threadCpuUsage();
    fairOrder(
      holders,
      ({ group }) => group,
      ({ weight }) => weight,
    );
    const { user, system } = process.threadCpuUsage(began);
    return user + system;
  };
  spent(20_000);
  expect(spent(200_000)).toBeLessThan(40 * Math.max(spent(20_000), 2_000));
});
