import type { FastifyRequest } from 'fastify';
import Type from 'typebox';
import { BadActivity } from '../../../src/wires/activities/decode.ts';
import type { EventStore } from '../../store/events/event-store.ts';
import {
  MAX_NAMES,
  MAX_PROCESSINGS,
  type UserPointChange,
  type UserPointError,
  type UserPointName,
  type UserPointProblem,
} from '../../store/user-points/user-points.ts';
import { NOT_STORABLE } from '../tracking/tracking.ts';
import { Refused } from './refused-error.ts';
import { pointOf, readSelector } from './selector.ts';

/** The parameters of a path to a user point. */
export const SelectedPoint = {
  datamart: Type.String({ description: 'The customer’s id.', examples: ['1'] }),
  selector: Type.String({
    description:
      'The user point: its id, also as `user_point_id=ID`, `email_hash=H`, `user_agent_id=A` or `compartment_id=C,user_account_id=U`. A name that nobody has yet makes one.',
    examples: ['user_agent_id=vec:123'],
  }),
};

/** Why the store refuses what was well said. */
const PROBLEMS: Record<UserPointProblem, [status: number, detail: string]> = {
  gone: [404, 'There is no such user point.'],
  known: [403, '$set_user_choice: the user point has other names; its choices need the private token, of your server'],
  names: [400, `user point: at most ${MAX_NAMES} names; nothing was added or merged`],
  processings: [400, `user choice: at most ${MAX_PROCESSINGS} processings of one user point`],
  profile: [400, 'user profile: would have too many values or levels'],
};

export function refusedBy({ problem }: UserPointError): Refused {
  return new Refused(...PROBLEMS[problem]);
}

interface Said {
  /** One more name of the person. */
  name?: UserPointName;
  change: UserPointChange;
}

/**
 * Says something of the selected user point; resolves when it is on disk.
 * @param read what the request says
 * @throws {BadActivity} @throws {Refused} @throws {UserPointError}
 */
export async function actOn<S extends Said>(
  request: FastifyRequest,
  events: EventStore,
  read: () => S,
): Promise<S & { customerId: number; pointId: string }> {
  const { customerId, selector, pointId } = await selected(request, events);
  if ('point' in selector && !pointId) throw new Refused(404, 'There is no such user point.');
  const said = read();
  const names = [...('name' in selector ? [selector.name] : []), ...(said.name ? [said.name] : [])];
  const point = 'point' in selector ? selector.point : undefined;
  const [outcome] = await events.submit(customerId, [], [{ names, point, at: Date.now(), change: said.change }]);
  if (outcome !== 'accepted') throw new BadActivity(NOT_STORABLE);
  return { ...said, customerId, pointId: (await pointOf(selector, customerId, events.userPoints)) as string };
}

/** Who is meant, and the id of the user point if there is one. */
export async function selected(request: FastifyRequest, { userPoints }: EventStore) {
  const { datamart, selector: written = '' } = request.params as { datamart: string; selector?: string };
  const customerId = Number(datamart);
  const selector = readSelector(written);
  return { customerId, selector, pointId: await pointOf(selector, customerId, userPoints) };
}
