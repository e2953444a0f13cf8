import {
  ACTIVITY_CATEGORY,
  type Activity,
  type ActivityEvent,
  type Identifier,
  PROFILE_NAME,
} from '../../../src/wires/activities/decode.ts';
import { HttpError } from '../../http/errors.ts';

/**
 * Rules for activities with a public token, which anybody who opens a page can read. They bring events of the one browser
 * that they name. Only the shop's server, with its private token, tells the person and the profile of a browser.
 */

/**
 * The browser that an activity names. Accounts and e-mail addresses beside it do not count, so that a page need not know
 * which kind of token it has.
 * @throws {HttpError} 403 where it names no browser or several, or brings a profile
 */
export function browserOf({ identifiers, events }: Activity): Identifier & { kind: 'agent' } {
  const index = events.findIndex(bringsProfile);
  if (index >= 0)
    throw new HttpError(403, `$events[${index}]: $set_user_profile_properties needs the private token, of your server`);
  const [browser, ...others] = identifiers.filter((identifier) => identifier.kind === 'agent');
  if (!browser || others.length > 0)
    throw new HttpError(403, '$user_identifiers: a public token needs one USER_AGENT; others need the private token');
  return browser;
}

/** A profile event that does not say whose profile it is counts, too; it is decoded as an event of the sender's own name. */
function bringsProfile({ event, profile }: ActivityEvent): boolean {
  return (
    profile !== undefined ||
    (event.kind === 'other' && event.category === ACTIVITY_CATEGORY && event.action === PROFILE_NAME)
  );
}
