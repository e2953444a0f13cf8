/** Milliseconds between `sent_at` and the arrival that a slow network explains. Past it, the sender's clock is wrong. */
const MAX_DELAY_MS = 60_000;
/** Milliseconds. An older event counts as having happened when it arrived. */
const MAX_AGE_MS = 30 * 86_400_000;
/** Milliseconds. An event from further in the future counts as having happened when it arrived. */
const MAX_AHEAD_MS = 5 * 60_000;

/** When an event happened by this service's clock, and how the sender's time was corrected. */
export interface Occurred {
  at: number;
  /** Members of `props`: `clock_shift` (milliseconds added), `event_time` (the sender's time, which was replaced). */
  flags?: { clock_shift?: number; event_time?: number };
}

/**
 * @param eventTime the time of the event by the sender's clock
 * @param sentAt the time of the request by the sender's clock
 * @param receivedAt the time of arrival by this service's clock
 */
export function occurredAt(eventTime: number | undefined, sentAt: number | undefined, receivedAt: number): Occurred {
  if (eventTime === undefined) return { at: receivedAt };
  const skew = sentAt === undefined ? 0 : receivedAt - sentAt;
  const shift = Math.abs(skew) > MAX_DELAY_MS ? skew : 0;
  const at = eventTime + shift;
  if (at < receivedAt - MAX_AGE_MS || at > receivedAt + MAX_AHEAD_MS)
    return { at: receivedAt, flags: { event_time: eventTime } };
  return shift === 0 ? { at } : { at, flags: { clock_shift: shift } };
}
