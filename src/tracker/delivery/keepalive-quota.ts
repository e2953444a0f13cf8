/**
 * Keepalive fetches and beacons of a page share 64 KiB of bodies under way (Fetch standard, "HTTP-network-or-cache
 * fetch"); one more byte and the browser refuses. A fetch tells so only later, by a rejection that a page which is
 * closing never sees, so we count ourselves: here, for all destinations and trackers of the page.
 */
let left = 65_536;

/** Whether the quota has so many bytes left. None always fit, also when the browser has taken more than there were. */
export function fits(bytes: number): boolean {
  return bytes <= Math.max(0, left);
}

/**
 * Takes bytes out of the quota, or gives them back, if negative. Chromium frees a fetch only when its answer's body is
 * read, or at a 204.
 */
export function lend(bytes: number): void {
  left -= bytes;
}
