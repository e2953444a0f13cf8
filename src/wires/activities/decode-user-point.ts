import type { Json, JsonObject } from '../../events/vocabulary.ts';
import { type Identifier, readAccount } from './decode-identifiers.ts';
import { ActivityError, check, readId, readTime } from './decode-values.ts';

/** What an activity changes of a user point: a choice about a processing, or the profile of an account. */

/** A visitor's decision about one processing. */
export interface UserChoice {
  processing: string;
  at: number;
  accepted: boolean;
  /** The choice as it was sent, with the shop's own keys. */
  body: JsonObject;
}

/** Properties that are added to an account's profile. */
export interface ProfileChange {
  compartment: string;
  account: string;
  properties: JsonObject;
}

/** Reads a user choice, which is an event's properties or the body of its own endpoint. @throws {ActivityError} */
export function readUserChoice(body: JsonObject): UserChoice {
  check('user choice', body);
  const { $processing_id, $processing_token, $choice_ts, $choice_acceptance_value: accepted } = body;
  // The protocol's own script sends a token in place of the id.
  const processing = readId('$processing_id', $processing_id ?? $processing_token);
  const at = readTime('$choice_ts', $choice_ts);
  if (at === undefined) throw new ActivityError('$choice_ts: is missing');
  if (typeof accepted !== 'boolean') throw new ActivityError('$choice_acceptance_value: expected true or false');
  return { processing, at, accepted, body };
}

/** Reads a profile; `undefined` where neither the event nor the activity names an account. @throws {ActivityError} */
export function readProfile(
  properties: Record<string, Json>,
  identifiers: readonly Identifier[],
): ProfileChange | undefined {
  const { $user_account_id: account, ...said } = properties;
  const named =
    account == null
      ? identifiers.find((identifier) => identifier.kind === 'account')
      : (readAccount(properties) as Identifier & { kind: 'account' });
  return named && { compartment: named.compartment, account: named.id, properties: profileProperties(said) };
}

/** The properties of a profile, without the keys that name its account and those that the service adds. @throws {ActivityError} */
export function profileProperties(body: JsonObject): JsonObject {
  const { $user_account_id, $compartment_id, $compartmentId, $creation_ts, $last_modified_ts, ...properties } = body;
  check('user profile', properties);
  return properties;
}
