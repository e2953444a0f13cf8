import type { FastifyInstance, FastifyRequest } from 'fastify';
import Type from 'typebox';
import type { JsonObject } from '../../../src/events/vocabulary.ts';
import { type Activity, ActivityError, decode, type Identifier } from '../../../src/wires/activities/decode.ts';
import { HttpError } from '../../http/errors.ts';
import type { Token } from '../../store/access.ts';
import { arrivalOf } from '../ingest/event-row.ts';
import { NOT_STORABLE } from '../ingest/intake.ts';
import { redirects } from '../ingest/redirects.ts';
import { actsOf, rowsOf } from './activity-rows.ts';
import { ACTIVITY, ANSWERS, ok } from './answers.ts';
import type { ActivitiesOptions } from './options.ts';
import { browserOf } from './public-activity.ts';
import { publicPartOf, relayedActivity } from './relayed-activity.ts';
import { SelectedPoint } from './selected-point.ts';

const schema = {
  summary: 'Send a user activity',
  description:
    'All of it is stored, or nothing; for a datamart to which the customer has a relay, it is signed and sent on. With the private token, its identifiers make a user point or merge several, and `$set_user_choice` and `$set_user_profile_properties` change what is known of it. With a public token it is events of the one `USER_AGENT` that it names; a choice is taken for a user point that has no other name, and 403 answers a profile. An event with `$properties.$event_id`, a UUID, is stored once.',
  tags: ['activities'],
  params: Type.Object({ datamart: SelectedPoint.datamart }),
  // Any body passes the framework: this protocol answers wrong ones in its own shape.
  body: Type.Unsafe<unknown>({ description: 'A user activity object.', examples: [ACTIVITY] }),
  response: ANSWERS.activity,
};

type Options = Pick<ActivitiesOptions, 'eventStore' | 'intake' | 'relay'>;

/** `POST …/user_activities`: answers when the activity is on disk. */
export function activityRoute(app: FastifyInstance, path: string, options: Options): void {
  const { intake } = options;
  app.post(path, { schema }, async (request) => {
    const activity = decode(request.body);
    if ('detail' in activity) throw new ActivityError(activity.detail);
    app.rates.charge(request, activity.events.length);
    const receivedAt = Date.now();
    const { customerId, kind } = (request.caller as { token: Token }).token;
    const browser = kind === 'public' ? browserOf(activity) : undefined;
    const arrival = arrivalOf(request.headers, receivedAt, activity.sentAt);
    // The User-Agent of a shop's server is no visitor's. An activity must not be lost for it.
    if (!browser) arrival.robot = undefined;
    if (arrival.robot !== undefined) {
      await intake.countRobots(customerId, arrival.robot, 'activities', activity.events.length, receivedAt);
      return ok(true);
    }
    if (request.relayId !== null) {
      await enqueue(request, { activity, browser, customerId, receivedAt }, options);
      return ok(true);
    }
    for (const { event } of activity.events) {
      const problem = redirects(event) ? await intake.redirectProblem(customerId, event) : undefined;
      if (problem !== undefined) throw new HttpError(400, problem);
    }
    const outcomes = await intake.submit(
      customerId,
      arrival,
      rowsOf(activity, arrival),
      actsOf(activity, arrival, browser),
    );
    if (outcomes.includes('refused')) throw new HttpError(400, NOT_STORABLE);
    return ok(true);
  });
}

interface ToRelay {
  activity: Activity;
  /** The browser that a page's activity names; undefined for a server's activity. */
  browser: (Identifier & { kind: 'agent' }) | undefined;
  customerId: number;
  receivedAt: number;
}

/** Puts an activity into the queue of its relay. Resolves when it is on disk. */
async function enqueue(
  { body, relayId }: FastifyRequest,
  { activity, browser, customerId, receivedAt }: ToRelay,
  { eventStore, intake, relay }: Options,
): Promise<void> {
  await intake.requireCustomer(customerId);
  const toSend = browser ? publicPartOf(body as JsonObject, browser) : (body as JsonObject);
  const relayed = relayedActivity(toSend, activity, receivedAt, intake.redact);
  await eventStore.relayed.add(customerId, relayId as number, relayed, browser !== undefined);
  relay.schedule(relayId as number);
}
