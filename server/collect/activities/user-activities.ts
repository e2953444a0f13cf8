import type { FastifyInstance } from 'fastify';
import Type from 'typebox';
import type { JsonObject } from '../../../src/events/vocabulary.ts';
import {
  type Activity,
  type ActivityEvent,
  BadActivity,
  decodeActivity,
  type Identifier,
} from '../../../src/wires/activities/decode.ts';
import type { RelaySender } from '../../relay/relay.ts';
import type { Access, Token } from '../../store/access.ts';
import type { EventRow, EventStore } from '../../store/events/event-store.ts';
import type { UserPointChange, UserPointUpdate } from '../../store/user-points/user-points.ts';
import { occurredAt } from '../ingest/clock.ts';
import { type Arrival, arrivalOf, rowOf } from '../ingest/event-row.ts';
import type { Intake } from '../ingest/intake.ts';
import { type Redact, redacting } from '../ingest/redaction.ts';
import { NOT_STORABLE, redirectProblem } from '../tracking/tracking.ts';
import { ACTIVITY, ANSWERS, ok } from './answers.ts';
import { browserOf, sentOnFor } from './public-activity.ts';
import { SelectedPoint } from './selected-point.ts';
import { nameOf } from './selector.ts';

const schema = {
  summary: 'Send a user activity',
  description:
    'All of it is stored, or nothing; for a datamart to which the customer has a relay, it is signed and sent on. With the private token, its identifiers make a user point or merge several, and `$set_user_choice` and `$set_user_profile_properties` change what is known of it. With a public token it is events of the one `USER_AGENT` that it names; a choice is taken for a user point that has no other name, and 403 answers a profile. An event with `$properties.$event_id`, a UUID, is stored once.',
  tags: ['activities'],
  params: Type.Object({ datamart: SelectedPoint.datamart }),
  // Any body passes: what is wrong with it is told in this protocol's words.
  body: Type.Unsafe<unknown>({ description: 'A user activity object.', examples: [ACTIVITY] }),
  response: ANSWERS.activity,
};

/** `POST …/user_activities`: answers when the activity is on disk. */
export function activityRoute(
  app: FastifyInstance,
  path: string,
  { access, events, intake, relay }: { access: Access; events: EventStore; intake: Intake; relay: RelaySender },
): void {
  app.post(path, { schema }, async (request, reply) => {
    const activity = decodeActivity(request.body);
    app.rates.charge(request, reply, request.caller, activity.events.length);
    const receivedAt = Date.now();
    const { customerId, kind } = (request.caller as { token: Token }).token;
    const browser = kind === 'public' ? browserOf(activity) : undefined;
    const arrival = arrivalOf(request.headers, receivedAt, activity.sentAt);
    // The agent of a shop's server is no visitor's, and what it says of people must not be lost for its name.
    if (!browser) arrival.robot = undefined;
    if (arrival.robot !== undefined) {
      await intake.countRobots(customerId, arrival.robot, 'activities', activity.events.length, receivedAt);
      return ok(true);
    }
    if (request.relayId !== null) {
      await intake.demandCustomer(customerId);
      const body = request.body as JsonObject;
      const sentOn = browser ? sentOnFor(browser, body) : body;
      const relayed = relayedOf(sentOn, activity, receivedAt, intake.redact);
      await events.relayed.add(customerId, request.relayId, relayed, browser !== undefined);
      relay.wake(request.relayId);
      return ok(true);
    }
    for (const { event } of activity.events) {
      const elsewhere = await redirectProblem(event, customerId, access);
      if (elsewhere) throw new BadActivity(elsewhere);
    }
    const rows = rowsOf(activity, arrival);
    const outcomes = await intake.submit(customerId, arrival, rows, actsOf(activity, arrival, browser));
    if (outcomes.includes('refused')) throw new BadActivity(NOT_STORABLE);
    return ok(true);
  });
}

function rowsOf({ events, about }: Activity, arrival: Arrival): EventRow[] {
  const said = Object.keys(about).length === 0 ? {} : { activity: about };
  return events.map(({ event, properties, choice, profile }) =>
    rowOf(event, arrival, 'activities', {
      ...said,
      ...(properties && { properties }),
      ...(choice && { processing: choice.processing }),
      // A refusal finds by it what to erase.
      ...(profile && { compartment: profile.compartment }),
    }),
  );
}

/**
 * What the activity says of its person.
 * @param browser the one name that counts, where a page says it
 */
function actsOf(
  { identifiers, events }: Activity,
  arrival: Arrival,
  browser: Identifier | undefined,
): UserPointUpdate[] {
  const names = (browser ? [browser] : identifiers).map(nameOf);
  const said = { at: arrival.receivedAt, ...(browser && { fromPage: true as const }) };
  const acts: UserPointUpdate[] = browser ? [] : [{ ...said, names }];
  // A page makes a user point only with an event that is stored: of these a customer has so many a day.
  if (browser && events.length > 0) acts.push({ ...said, names, row: 0 });
  events.forEach((event, row) => {
    const change = changeOf(event, arrival);
    if (!change) return;
    const account =
      change.kind === 'profile'
        ? [nameOf({ kind: 'account', compartment: change.compartment, id: change.account })]
        : [];
    acts.push({ ...said, names: [...names, ...account], change, row });
  });
  return acts;
}

/**
 * The activity as it came, but without the secrets in its addresses, and without the sender's clock, which goes on while
 * it waits.
 * @throws {BadActivity}
 */
function relayedOf(body: JsonObject, { sentAt }: Activity, receivedAt: number, redact: Redact) {
  const clock = sentAt === undefined ? null : sentAt - receivedAt;
  try {
    return { body: JSON.stringify({ ...body, sent_at: undefined }, redacting(redact)), receivedAt, clock };
  } catch {
    throw new BadActivity('activity: has too many levels');
  }
}

/** A profile said in an activity is merged property by property, as its own endpoint does unless told otherwise. */
function changeOf({ choice, profile }: ActivityEvent, { sentAt, receivedAt }: Arrival): UserPointChange | undefined {
  if (choice) {
    // A sender that tells its clock has its choices in our time, as its events are.
    const at = sentAt === undefined ? choice.at : occurredAt(choice.at, sentAt, receivedAt).at;
    return { kind: 'choice', ...choice, at };
  }
  return profile && { kind: 'profile', ...profile, strategy: 'merge' };
}
