/**
 * Sorts what shares something scarce by who may keep it, those that keep it longest first. The last one goes first when
 * something has to go: taking the last one away again and again leaves all groups with the same share, except those that
 * never wanted as much (max-min fairness). No group is bounded while there is enough, and none that holds less than its
 * share ever loses anything to another.
 *
 * Groups of groups, as the addresses of a customer, are sorted from the inside: by address first, and that by customer.
 * @param holders within each group those first that keep it longest; of equals, the earlier one keeps it longer
 * @param weightOf how much one holds
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
