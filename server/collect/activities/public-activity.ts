import type { JsonObject } from '../../../src/events/vocabulary.ts';
import {
  ABOUT,
  ACTIVITY_CATEGORY,
  type Activity,
  type ActivityEvent,
  type Identifier,
  PROFILE_NAME,
} from '../../../src/wires/activities/decode.ts';
import { Refused } from './refused-error.ts';

/**
 * What an activity may say with a public token, which whoever opens a page can read: events of the one browser that it
 * names. Whose browser that is, and what is known of the person, only the shop's server says, with its private token.
 */

/** Names of events that change what is known of a person here or at another server; of this protocol and any later one. */
const SETS_SOMETHING = /^\s*\$set_/i;

/** The members of an activity that are sent on beside its events and its browser. Others may name a person. */
const SENT_ON = ['$ts', ...ABOUT];

/**
 * The browser that an activity names, which is the only name that counts: accounts and e-mail addresses beside it are
 * left out, so that a page need not know which token it has.
 * @throws {Refused} where it names none or several, or says a profile
 */
export function browserOf({ identifiers, events }: Activity): Identifier & { kind: 'agent' } {
  const index = events.findIndex(saysProfile);
  if (index >= 0)
    throw new Refused(403, `$events[${index}]: $set_user_profile_properties needs the private token, of your server`);
  const [browser, ...others] = identifiers.filter((identifier) => identifier.kind === 'agent');
  if (!browser || others.length > 0)
    throw new Refused(403, '$user_identifiers: a public token needs one USER_AGENT; others need the private token');
  return browser;
}

/** Also one that does not say whose it is, which is stored as an event of the sender's own name. */
function saysProfile({ event, profile }: ActivityEvent): boolean {
  return (
    profile !== undefined ||
    (event.kind === 'other' && event.category === ACTIVITY_CATEGORY && event.action === PROFILE_NAME)
  );
}

/**
 * An activity that may be signed for another server: nobody here knows what a choice would do to the user points there.
 * @throws {Refused} where it sets anything
 */
export function sentOnFor(browser: Identifier & { kind: 'agent' }, body: JsonObject): JsonObject {
  const events = (body.$events ?? []) as JsonObject[];
  const index = events.findIndex(({ $event_name }) => SETS_SOMETHING.test(String($event_name)));
  if (index >= 0)
    throw new Refused(403, `$events[${index}]: what sets something is sent on with the private token only`);
  return {
    ...Object.fromEntries(SENT_ON.flatMap((key) => (key in body ? [[key, body[key]]] : []))),
    $user_identifiers: [{ $type: 'USER_AGENT', $user_agent_id: browser.id }],
    $events: events,
  } as JsonObject;
}
