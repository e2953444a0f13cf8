import { isUuid, problemOf } from '../../events/validate.ts';
import type { IncomingEvent, Json, JsonObject, VitrineEvent } from '../../events/vocabulary.ts';
import { problemIn } from '../problem.ts';
import type { DecodedEvent } from '../wire.ts';
import { type Identifier, visitorOf } from './decode-identifiers.ts';
import { FIELD_NAMES, type Properties, readKnown, take } from './decode-known-event.ts';
import { type ProfileChange, readProfile, readUserChoice, type UserChoice } from './decode-user-point.ts';
import { ActivityError, check, isObject, readTime, readUrl, wordOf } from './decode-values.ts';

/** One event of an activity, with the choice or the profile that it changes. */
export type ActivityEvent = DecodedEvent<{
  /** Properties for which the vocabulary has no field. */
  properties?: JsonObject;
  choice?: UserChoice;
  profile?: ProfileChange;
}>;

/** The category of an event whose name is the sender's own. */
export const ACTIVITY_CATEGORY = 'activity';
export const PROFILE_NAME = '$set_user_profile_properties';
const CHOICE_NAMES = ['$set_user_choice', '$set_user_choices'];

/**
 * Reads one event of an activity.
 * @param identifiers those of the activity
 * @param activityAt the activity's own time, for an event that has none
 * @throws {ActivityError}
 */
export function readEvent(
  written: Json,
  identifiers: readonly Identifier[],
  activityAt: number | undefined,
): ActivityEvent {
  if (!isObject(written)) throw new ActivityError('expected an object');
  const { $event_name: name, $ts, $properties } = written;
  if (typeof name !== 'string') throw new ActivityError('$event_name: is missing');
  if ($properties != null && !isObject($properties)) throw new ActivityError('$properties: expected an object');
  const properties: Properties = { ...$properties };
  const id = wordOf(take(properties, '$event_id')).toLowerCase();
  const isOurs = isUuid(id);
  const at = readTime('$ts', $ts) ?? activityAt;
  const stamp = {
    ...(isOurs && { id }),
    ...(at !== undefined && { at }),
    analyticsId: visitorOf(identifiers),
    ...optional('pageUrl', readUrl(take(properties, '$url'))),
    ...optional('pageReferrer', readUrl(take(properties, '$referrer'))),
  };
  // Our encoder marks a name of the shop's own by `$category`. In events of other clients, `$category` is a property.
  const category = isOurs && typeof properties.$category === 'string' ? properties.$category : undefined;
  if (category === undefined) {
    if (CHOICE_NAMES.includes(name)) {
      const choice = readUserChoice({ $choice_ts: at ?? null, ...properties });
      return { event: { kind: 'choice', choice: choice.accepted ? 'granted' : 'denied', ...stamp }, choice };
    }
    const profile = name === PROFILE_NAME ? readProfile(properties, identifiers) : undefined;
    if (profile)
      return {
        event: { kind: 'profile', account: profile.account, properties: profile.properties, ...stamp },
        profile,
      };
  }
  const left = { ...properties };
  const event = readKnown(name, left, category);
  if (typeof event === 'object') return { event: { ...event, ...stamp }, ...rest(left) };
  // Another client may use a name of ours for something else. An event of our own has to be right.
  if (event && isOurs) throw new ActivityError(event);
  const other: IncomingEvent = { kind: 'other', category: ACTIVITY_CATEGORY, action: name, segments: [], ...stamp };
  const problem = problemOf(other as VitrineEvent);
  if (problem) throw new ActivityError(problemIn(FIELD_NAMES, problem));
  return { event: other, ...rest(properties) };
}

function rest(properties: Properties): { properties?: JsonObject } {
  check('$properties', properties);
  return Object.keys(properties).length === 0 ? {} : { properties };
}

function optional<K extends string, V>(key: K, value: V | undefined): { [key in K]?: V } {
  return value === undefined ? {} : ({ [key]: value } as { [key in K]: V });
}
