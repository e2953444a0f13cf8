/** A batch whose `sent_at` is further from our clock than this was sent by a wrong clock, not by a slow network. */
const TRUSTED_SKEW_MS = 60_000;
const OLDEST_MS = 30 * 86_400_000;
const FURTHEST_AHEAD_MS = 5 * 60_000;

/** When an event happened by our clock, and what had to be done to the sender's time to say so. */
export interface Occurred {
  at: number;
  /** Flags for `props`: `clock_shift` (milliseconds added), `event_time` (the sender's, which was not believed). */
  flags?: { clock_shift?: number; event_time?: number };
}

/**
 * @param eventTime the sender's time of the event
 * @param sentAt the sender's time when it sent the batch
 * @param receivedAt our time when it arrived
 */
export function occurredAt(eventTime: number | undefined, sentAt: number | undefined, receivedAt: number): Occurred {
  if (eventTime === undefined) return { at: receivedAt };
  const skew = sentAt === undefined ? 0 : receivedAt - sentAt;
  const shift = Math.abs(skew) > TRUSTED_SKEW_MS ? skew : 0;
  const at = eventTime + shift;
  if (at < receivedAt - OLDEST_MS || at > receivedAt + FURTHEST_AHEAD_MS)
    return { at: receivedAt, flags: { event_time: eventTime } };
  return shift === 0 ? { at } : { at, flags: { clock_shift: shift } };
}
