/**
 * Which address stashed how much of what still waits. It is kept in memory only: a hash of an address in the database is
 * undone by trying all of them, and what a restart forgets gives an address its share once more, no stash to anybody else.
 */
export interface StashShares {
  add(id: string, network: string, bytes: number): void;
  /** The stash was used, has expired or was never kept. */
  remove(id: string): void;
  bytesOf(network: string): number;
  ids(): Iterable<string>;
}

export function createStashShares(): StashShares {
  const stashes = new Map<string, { network: string; bytes: number }>();
  const sums = new Map<string, number>();
  const bytesOf = (network: string) => sums.get(network) ?? 0;
  return {
    bytesOf,
    ids: () => stashes.keys(),
    add(id, network, bytes) {
      stashes.set(id, { network, bytes });
      sums.set(network, bytesOf(network) + bytes);
    },
    remove(id) {
      const stash = stashes.get(id);
      if (!stash) return;
      stashes.delete(id);
      const left = bytesOf(stash.network) - stash.bytes;
      if (left > 0) sums.set(stash.network, left);
      else sums.delete(stash.network);
    },
  };
}
