/**
 * Sorts holders of a scarce resource by max-min fairness: the last holder is the first to give it up. Removing the last
 * holder again and again leaves all groups with the same share, except groups that hold less. No group is bounded while
 * there is enough, and a group that holds less than its share loses nothing to another.
 *
 * Nested groups, as the addresses of a customer, are sorted from the inside: first by address, the result by customer.
 * @param holders in each group, those first that keep the resource longest
 * @param weightOf how much a holder holds
 */
export function fairOrder<T>(
  holders: Iterable<T>,
  groupOf: (holder: T) => unknown,
  weightOf: (holder: T) => number = () => 1,
): T[] {
  const sums = new Map<unknown, number>();
  const shares: { holder: T; share: number }[] = [];
  for (const holder of holders) {
    const group = groupOf(holder);
    const share = (sums.get(group) ?? 0) + weightOf(holder);
    sums.set(group, share);
    shares.push({ holder, share });
  }
  return shares.sort((one, other) => one.share - other.share).map(({ holder }) => holder);
}
