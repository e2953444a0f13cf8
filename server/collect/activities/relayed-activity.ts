import type { JsonObject } from '../../../src/events/vocabulary.ts';
import { ABOUT, type Activity, type Identifier } from '../../../src/wires/activities/decode.ts';
import { HttpError } from '../../http/errors.ts';
import { type Redact, redacting } from '../ingest/redaction.ts';

/** Names of events that change what is known of a person, here or at another server, in this protocol or a later one. */
const SETS_SOMETHING = /^\s*\$set_/i;

/** The members of an activity that are sent on beside its events and its browser. Others may name a person. */
const SENT_ON = ['$ts', ...ABOUT];

/**
 * The part of a page's activity that may be signed for another server. Choices are refused: this service cannot know
 * what a choice does to the user points of the other server.
 * @throws {HttpError} 403 where it sets anything
 */
export function publicPartOf(body: JsonObject, browser: Identifier & { kind: 'agent' }): JsonObject {
  const events = (body.$events ?? []) as JsonObject[];
  const index = events.findIndex(({ $event_name }) => SETS_SOMETHING.test(String($event_name)));
  if (index >= 0)
    throw new HttpError(403, `$events[${index}]: an event that sets a choice or a profile needs the private token`);
  return {
    ...Object.fromEntries(SENT_ON.flatMap((key) => (key in body ? [[key, body[key]]] : []))),
    $user_identifiers: [{ $type: 'USER_AGENT', $user_agent_id: browser.id }],
    $events: events,
  } as JsonObject;
}

/**
 * An activity as it waits for its relay: as it came, but with redacted addresses, and without the time of the sender's
 * clock, which goes on while the activity waits.
 * @throws {HttpError} 400
 */
export function relayedActivity(body: JsonObject, { sentAt }: Activity, receivedAt: number, redact: Redact) {
  const clock = sentAt === undefined ? null : sentAt - receivedAt;
  try {
    return { body: JSON.stringify({ ...body, sent_at: undefined }, redacting(redact)), receivedAt, clock };
  } catch {
    throw new HttpError(400, 'activity: has too many levels');
  }
}
