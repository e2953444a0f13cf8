/**
 * Counts the bytes of unused stashes by network address. The counts are in memory only, since a hash of an address in
 * the database could be reversed by trying all addresses. After a restart each address has its whole share again, which
 * gives nobody access to another stash.
 */
export interface StashShares {
  add(id: string, network: string, bytes: number): void;
  /** Call it when the stash was used, has expired or was never stored. */
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
