import type { Fields } from '../wire.ts';

const ROOT = '/v1/datamarts/:datamartId';
const POINT = `${ROOT}/user_points/:userPointSelector`;

/** The requests of `003-user-activities.txt`. */
export const REQUESTS = {
  activity: `POST ${ROOT}/user_activities`,
  profile: `PUT ${POINT}/user_profiles/compartment_id=:compartmentId/user_account_id=:userAccount`,
  choose: `PUT ${POINT}/user_choices/processing_id=:processingId`,
  choices: `GET ${POINT}/user_choices/processing_id=:processingId`,
  history: `GET ${POINT}/user_choices/processing_id=:processingId/change_log`,
} as const;

const AUTHENTICATION = {
  Authorization:
    'the token as it is, or behind `api:`; a private one may do everything, a public one only send activities of one browser',
  'X-Mics-Key-Id': 'which token signs: the first 16 hex digits of the SHA-256 of its SHA-256; 401 when it is not known',
  'X-Mics-Ts': 'when it was signed, in milliseconds; 401 when that is more than 5 minutes from our clock',
  'X-Mics-Mac':
    'HMAC-SHA256 in hex of URI, `X-Mics-Key-Id`, `X-Mics-Ts` and body, a line each; the key is the token’s SHA-256 in hex',
};
const DATAMART = { datamartId: 'the customer’s id, that of the token; 403 for another’s' };
const SELECTED = {
  ...DATAMART,
  userPointSelector:
    'the user point: its id, also as `user_point_id=`, `email_hash=`, `user_agent_id=` or `compartment_id=,user_account_id=`; without a compartment, the default one',
};
const PROCESSING = { processingId: 'the processing; without `/processing_id=…`, choices about all of them' };
const PART = {
  first_result: 'how many of the list to leave out; 0 unless told',
  max_results: 'how many to answer at most; 50 unless told',
};

/** Every field of `003-user-activities.txt` and of its real clients, and what our service makes of it. */
export const FIELDS: Fields = {
  [REQUESTS.activity]: {
    datamartId:
      'the customer’s id, or another server’s datamart that the customer has a relay to: it is signed and sent on, with a public token only the events of its `USER_AGENT`, 403 for what sets something; 403 for others',
    ...AUTHENTICATION,
    'Content-Type': '`application/json`, or the `text/plain` of a beacon; 415 for others',
    $type: '`props.activity.type` of its events',
    $session_status: '`props.activity.session_status` of its events',
    $ttl: '`props.activity.ttl` of its events; none beside it: user points do not expire',
    $site_id: '`props.activity.site_id` of its events',
    $app_id: '`props.activity.app_id` of its events',
    $origin: '`props.activity.origin` of its events',
    $location: '`props.activity.location` of its events',
    $unique_key:
      '`props.activity.unique_key` of its events; none beside it: an event is known again by its `$event_id`',
    $ts: 'the time of events that have none, in milliseconds as a number or as a text',
    sent_at: 'ours: the sender’s clock, by which the times of events and choices are corrected',
    $user_identifiers:
      'names of one user point; those of several merge them. 400 without any, and for more than 50 names of one user point. With a public token 403 unless one is a `USER_AGENT`; it alone counts',
    '$user_identifiers[].$type': '`USER_ACCOUNT`, `USER_AGENT` or `USER_EMAIL`; 400 for others',
    '$user_identifiers[].$user_account_id': 'a name of the user point',
    '$user_identifiers[].$compartment_id': 'where the account is; without it, the default compartment `1`',
    '$user_identifiers[].$user_agent_id': 'a name of the user point; without `vec:` the `analytics_id` of its events',
    '$user_identifiers[].$hash': 'a name of the user point',
    '$user_identifiers[].$email': 'the address itself, kept with its hash until the person refuses',
    $user_agent_id: 'as in `$user_identifiers`',
    $user_account_id: 'as in `$user_identifiers`',
    $compartment_id: 'as in `$user_identifiers`',
    $email_hash: 'as `$hash` in `$user_identifiers`; one client sends an object with `$hash` and `$email`',
    $events: 'one row each; may be empty. 400 for more than 1000',
    '$events[].$ts': '`occurred_at`',
    '$events[].$event_name':
      '`kind` and `action` where the vocabulary knows it, otherwise the `action` of the kind `other`; 400 without it',
    '$events[].$properties': 'fields of the vocabulary in their columns, all others in `props.properties`',
    '$events[].$properties.$event_id': 'ours, a UUID: `id`, by which the event is stored once; otherwise a property',
    '$events[].$properties.$url': '`page_url`',
    '$events[].$properties.$referrer': '`referrer`',
    '$events[].$properties.$items':
      '`products`, of `$id`, `$price` (not known, where it is not told) and `$qty` (a fraction, too); `$name` and `$category` in `props.items`, one for each product; in `$transaction_confirmed` and `$basket_view`',
    '$set_user_profile_properties: $user_account_id':
      'whose profile, and a name of the user point; without it, the account among the identifiers',
    '$set_user_profile_properties: $compartment_id': 'where the account is; without it, the default compartment `1`',
    '$set_user_profile_properties: …': 'properties of the profile, merged with it one by one; 403 with a public token',
    '$set_user_choice: $processing_id': 'what is chosen about; 400 without it',
    '$set_user_choice: $choice_ts': 'when; without it, the `$ts` of the event',
    '$set_user_choice: $choice_acceptance_value':
      '`granted` or `denied` as `action`; the user choice; 400 without it. With a public token 403 where the user point has other names than the browser’s; it erases nothing',
    '$set_user_choice: …': 'keys of the user choice, as `$choice_source_id`, `$channel_id` and the shop’s own',
  },
  [REQUESTS.profile]: {
    ...SELECTED,
    ...AUTHENTICATION,
    'Content-Type': '`application/json`; 415 for others',
    compartmentId: 'where the account is; without `compartment_id=…/`, the default compartment `1`',
    userAccount: 'whose profile, and one more name of the user point',
    force_replace: '`true` or 1: the body takes the place of the whole profile',
    merge_objects: '`true` or 1, without `force_replace`: an object that both have is merged, at any depth',
    '(body)': 'the profile’s properties; 400 for what is no object',
    $compartment_id: 'none: is that of the path; 400 for another',
    $user_account_id: 'none: is that of the path; 400 for another',
  },
  [REQUESTS.choose]: {
    ...SELECTED,
    ...AUTHENTICATION,
    processingId: 'what is chosen about',
    '(body)': 'the user choice, keys of the shop’s own among them; 400 for what is no object',
    $processing_id: 'none: is that of the path; 400 for another',
    $choice_ts: 'when: the newest choice holds, older ones are history; 400 without it',
    $choice_acceptance_value: 'the decision, `true` or `false`; 400 for others',
    $choice_source_id: 'kept with the choice',
    $channel_id: 'kept with the choice',
  },
  [REQUESTS.choices]: {
    ...SELECTED,
    ...AUTHENTICATION,
    ...PROCESSING,
    ...PART,
    '(body)': 'none: a GET has no body',
  },
  [REQUESTS.history]: {
    ...SELECTED,
    ...AUTHENTICATION,
    processingId: 'the processing',
    ...PART,
    '(body)': 'none: a GET has no body',
  },
};
