import { LIMITS } from '../../events/limits.ts';
import type { Json, JsonObject } from '../../events/vocabulary.ts';
import type { Decoded } from '../wire.ts';
import { type ActivityEvent, readEvent } from './decode-event.ts';
import { type Identifier, readIdentifiers } from './decode-identifiers.ts';
import { ActivityError, check, isObject, readTime } from './decode-values.ts';

export { ACTIVITY_CATEGORY, type ActivityEvent, PROFILE_NAME } from './decode-event.ts';
export { DEFAULT_COMPARTMENT, type Identifier, readAgent } from './decode-identifiers.ts';
export { profileProperties, readUserChoice } from './decode-user-point.ts';
export { ActivityError, readId } from './decode-values.ts';

/** What an activity says beside its events. */
export interface ActivityMessage {
  identifiers: Identifier[];
  /** What the activity says of itself as a whole: `$type`, `$session_status` and the other keys of `ABOUT`. */
  about: JsonObject;
}

/** An activity that is to be stored. Only our own clients tell its `sentAt`. */
export type Activity = ActivityMessage & { events: ActivityEvent[]; sentAt?: number };

/** The keys by which an activity tells of itself as a whole. */
export const ABOUT = [
  '$type',
  '$session_status',
  '$ttl',
  '$site_id',
  '$app_id',
  '$origin',
  '$location',
  '$unique_key',
] as const;

/** Entries of the orders in all events of one activity. An activity with more is refused. */
const MAX_UNITS = 20_000;

/** Reads an activity, parsed from JSON. All of its events are read, or none. */
export function decode(body: unknown): Decoded<ActivityMessage, ActivityEvent[]> {
  try {
    return readActivity(body);
  } catch (error) {
    if (error instanceof ActivityError) return { status: 400, detail: error.message };
    throw error;
  }
}

function readActivity(body: unknown): Activity {
  if (!isObject(body)) throw new ActivityError('body: expected a user activity object');
  const { $events, $user_identifiers: _, sent_at, ...root } = body as Record<string, Json | undefined>;
  // Some clients send null where they have no events.
  const written = $events ?? [];
  if (!Array.isArray(written)) throw new ActivityError('$events: expected an array');
  if (written.length > LIMITS.bulkRequests) throw new ActivityError(`$events: at most ${LIMITS.bulkRequests}`);
  check('activity', root);
  const identifiers = readIdentifiers(body);
  const at = readTime('$ts', root.$ts);
  const sentAt = readTime('sent_at', sent_at);
  const about = Object.fromEntries(
    ABOUT.flatMap((key) => (root[key] == null ? [] : [[key.slice(1), root[key] as Json]])),
  );
  return {
    identifiers,
    events: readEvents(written, identifiers, at),
    ...(sentAt === undefined ? {} : { sentAt }),
    about,
  };
}

function readEvents(written: Json[], identifiers: readonly Identifier[], at: number | undefined): ActivityEvent[] {
  let units = 0;
  return written.map((one, index) => {
    try {
      const read = readEvent(one, identifiers, at);
      if ('products' in read.event) units += read.event.products.length;
      if (units > MAX_UNITS) throw new ActivityError(`$items: at most ${MAX_UNITS} units in one activity`);
      return read;
    } catch (error) {
      if (error instanceof ActivityError) throw new ActivityError(`$events[${index}]: ${error.message}`);
      throw error;
    }
  });
}
