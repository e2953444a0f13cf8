import { STATUS_CODES } from 'node:http';
import { EVENTS_UNAVAILABLE } from '../../http/errors.ts';
import { example } from '../../http/example.ts';
import { unavailable } from '../../http/overload-guard.ts';
import { TooManyRequestsError } from '../../http/rate-limit.ts';
import type { StoredChoice, StoredProfile } from '../../store/user-points/user-points.ts';

/** The body of every answer that is no error. */
export function ok<T>(data: T) {
  return { status: 'ok', data };
}

/** A part of a list, with the length of the whole. */
export function listed<T>(all: readonly T[], first: number, max: number) {
  const data = all.slice(first, first + max);
  return { ...ok(data), count: data.length, first_result: first, max_results: max, total: all.length };
}

/** The body of an error: a reason that a person can act on, and a code for programs. */
export function refusal(status: number, error: string) {
  const code = (STATUS_CODES[status] ?? 'ERROR').toUpperCase().replace(/\W+/g, '_');
  return { status: 'error', error, error_code: code };
}

/** The answer in an overload. */
export const UNAVAILABLE = unavailable(
  'application/json; charset=utf-8',
  JSON.stringify(refusal(503, EVENTS_UNAVAILABLE)),
);

/** A user profile object. */
export function profileOf(compartment: string, account: string, profile: StoredProfile) {
  return {
    ...profile.properties,
    $compartment_id: compartment,
    $user_account_id: account,
    $creation_ts: profile.createdAt,
    $last_modified_ts: profile.modifiedAt,
  };
}

/** A user choice object. */
export function choiceOf({ processing, at, accepted, body }: StoredChoice) {
  return { ...body, $processing_id: processing, $choice_ts: at, $choice_acceptance_value: accepted };
}

const AT = Date.UTC(2026, 0, 1);
export const CHOICE = { $choice_ts: AT, $choice_acceptance_value: true, $choice_source_id: '17' };
const STORED_CHOICE = { ...CHOICE, $processing_id: '1' };
export const PROFILE = { first_name: 'Ann', address: { city: 'Espoo' } };
const STORED_PROFILE = {
  ...PROFILE,
  $compartment_id: '1',
  $user_account_id: 'ann',
  $creation_ts: AT,
  $last_modified_ts: AT,
};
export const ACTIVITY = {
  $type: 'SITE_VISIT',
  $session_status: 'IN_SESSION',
  $ts: AT,
  $user_identifiers: [{ $type: 'USER_AGENT', $user_agent_id: 'vec:123' }],
  $events: [{ $ts: AT, $event_name: '$page_view', $properties: { title: 'Mugs' } }],
};

const REFUSALS = {
  400: example('Something is not what was expected.', refusal(400, '$choice_ts: is missing')),
  401: example('The token or the signature is missing or wrong.', refusal(401, 'Authorization: is missing')),
  403: example('The token may not do this.', refusal(403, 'The token belongs to another datamart.')),
  413: example('The body is too long.', refusal(413, 'body: at most 1048576 bytes')),
  415: example('The body is of another type, or compressed.', refusal(415, 'body: expected JSON')),
  429: example('Too many; try again after `Retry-After` seconds.', refusal(429, new TooManyRequestsError(4).message)),
  503: example('Try again after `Retry-After` seconds.', refusal(503, EVENTS_UNAVAILABLE)),
};
const NO_POINT = { 404: example('There is no such user point.', refusal(404, 'There is no such user point.')) };

export const ANSWERS = {
  activity: { 200: example('All of it is on disk.', ok(true)), ...REFUSALS },
  profile: { 200: example('The profile as it is now.', ok(STORED_PROFILE)), ...REFUSALS, ...NO_POINT },
  choice: { 200: example('The choice that holds now.', ok(STORED_CHOICE)), ...REFUSALS, ...NO_POINT },
  choices: { 200: example('Choices.', listed([STORED_CHOICE], 0, 50)), ...REFUSALS, ...NO_POINT },
};
