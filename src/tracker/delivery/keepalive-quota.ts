/**
 * Keepalive fetches and beacons of a page share 64 KiB of bodies that are under way (Fetch standard, "HTTP-network-or-cache
 * fetch"). The browser refuses a request that exceeds the quota. A fetch reports the refusal by a later rejection, which a
 * closing page never sees. So the tracker counts by itself, for all destinations and trackers of the page.
 */
let remaining = 65_536;

/** Whether the quota has this number of bytes left. An empty body always fits, even when more was reserved than there is. */
export function has(bytes: number): boolean {
  return bytes <= Math.max(0, remaining);
}

export function reserve(bytes: number): void {
  remaining -= bytes;
}

/** Chromium frees the bytes of a fetch only when the body of its answer has been read, or at a 204. */
export function release(bytes: number): void {
  remaining += bytes;
}
