/**
 * Keepalive fetches and beacons of a page share 64 KiB of bodies under way (Fetch standard, "HTTP-network-or-cache
 * fetch"); one more byte and the browser refuses. A fetch tells so only later, by a rejection that a page which is
 * closing never sees, so we count ourselves: here, for all destinations and trackers of the page.
 */
let left = 65_536;

/** Takes bytes out of the quota, or says that they are not there. */
export function lend(bytes: number): boolean {
  const fits = bytes <= left;
  if (fits) left -= bytes;
  return fits;
}

/** Gives them back. Chromium frees a fetch only when its answer's body is read, or at a 204. */
export function giveBack(bytes: number): void {
  left += bytes;
}
