/**
 * Keepalive fetches and beacons of a page share 64 KiB of bodies under way (Fetch standard, "HTTP-network-or-cache
 * fetch"); one more byte and the browser refuses. A fetch tells so only later, by a rejection that a page which is
 * closing never sees, so we count ourselves.
 */
export interface KeepaliveLedger {
  /** Takes bytes out of the quota, or says that they are not there. */
  take(bytes: number): boolean;
  /** Gives them back. Chromium frees a fetch only when its answer's body is read, or at a 204. */
  give(bytes: number): void;
}

export function createLedger(quota = 65_536): KeepaliveLedger {
  let left = quota;
  return {
    take(bytes) {
      if (bytes > left) return false;
      left -= bytes;
      return true;
    },
    give(bytes) {
      left += bytes;
    },
  };
}
