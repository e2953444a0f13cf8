import type { Activity, ActivityEvent, Identifier } from '../../../src/wires/activities/decode.ts';
import type { EventRow } from '../../store/events/event-row.ts';
import type { UserPointChange, UserPointUpdate } from '../../store/user-points/user-points.ts';
import { occurredAt } from '../ingest/clock.ts';
import { type Arrival, rowOf } from '../ingest/event-row.ts';
import { nameOf } from './selector.ts';

/** The rows of an activity's events. */
export function rowsOf({ events, about }: Activity, arrival: Arrival): EventRow[] {
  const common = Object.keys(about).length === 0 ? {} : { activity: about };
  return events.map(({ event, properties, choice, profile }) =>
    rowOf(event, arrival, 'activities', {
      ...common,
      ...(properties && { properties }),
      ...(choice && { processing: choice.processing }),
      // A refusal finds the events that it erases by the compartment.
      ...(profile && { compartment: profile.compartment }),
    }),
  );
}

/**
 * What the activity changes of its person's user point.
 * @param browser the one name that counts in an activity of a page
 */
export function actsOf(
  { identifiers, events }: Activity,
  arrival: Arrival,
  browser: Identifier | undefined,
): UserPointUpdate[] {
  const names = (browser ? [browser] : identifiers).map(nameOf);
  const common = { at: arrival.receivedAt, ...(browser && { fromPage: true as const }) };
  const acts: UserPointUpdate[] = browser ? [] : [{ ...common, names }];
  // A page makes a user point only together with an event, since a customer's events of a day are limited.
  if (browser && events.length > 0) acts.push({ ...common, names, row: 0 });
  events.forEach((event, row) => {
    const change = changeOf(event, arrival);
    if (!change) return;
    const account =
      change.kind === 'profile'
        ? [nameOf({ kind: 'account', compartment: change.compartment, id: change.account })]
        : [];
    acts.push({ ...common, names: [...names, ...account], change, row });
  });
  return acts;
}

/** A profile in an activity is merged property by property, which is the default of its own endpoint. */
function changeOf({ choice, profile }: ActivityEvent, { sentAt, receivedAt }: Arrival): UserPointChange | undefined {
  if (choice) {
    // Where the sender's clock is known, the time of a choice is corrected as the times of events are.
    const at = sentAt === undefined ? choice.at : occurredAt(choice.at, sentAt, receivedAt).at;
    return { kind: 'choice', ...choice, at };
  }
  return profile && { kind: 'profile', ...profile, strategy: 'merge' };
}
