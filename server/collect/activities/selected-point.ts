import type { FastifyRequest } from 'fastify';
import Type from 'typebox';
import { HttpError } from '../../http/errors.ts';
import type { EventStore } from '../../store/events/event-store.ts';
import {
  MAX_NAMES,
  MAX_PROCESSINGS,
  type UserPointChange,
  type UserPointError,
  type UserPointName,
  type UserPointProblem,
} from '../../store/user-points/user-points.ts';
import { NOT_STORABLE } from '../ingest/intake.ts';
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

export const NO_SUCH_POINT = 'There is no such user point.';

/** The answers to changes that are well-formed, and that the store refuses. */
const PROBLEMS: Record<UserPointProblem, [status: number, detail: string]> = {
  gone: [404, NO_SUCH_POINT],
  known: [403, '$set_user_choice: the user point has other names; its choices need the private token, of your server'],
  names: [400, `user point: at most ${MAX_NAMES} names; nothing was added or merged`],
  processings: [400, `user choice: at most ${MAX_PROCESSINGS} processings of one user point`],
  profile: [400, 'user profile: would have too many values or levels'],
};

export function pointProblem({ problem }: UserPointError): HttpError {
  return new HttpError(...PROBLEMS[problem]);
}

interface PointChange {
  /** One more name of the person. */
  name?: UserPointName;
  change: UserPointChange;
}

/**
 * Changes the selected user point. Resolves when the change is on disk.
 * @param read reads the change from the request, after the point was found
 * @throws {ActivityError} @throws {HttpError} @throws {UserPointError}
 */
export async function changePoint<C extends PointChange>(
  request: FastifyRequest,
  eventStore: EventStore,
  read: () => C,
): Promise<C & { customerId: number; pointId: string }> {
  const { customerId, selector, pointId } = await selectPoint(request, eventStore);
  if ('point' in selector && !pointId) throw new HttpError(404, NO_SUCH_POINT);
  const wanted = read();
  const names = [...('name' in selector ? [selector.name] : []), ...(wanted.name ? [wanted.name] : [])];
  const point = 'point' in selector ? selector.point : undefined;
  const [outcome] = await eventStore.submit(customerId, [], [{ names, point, at: Date.now(), change: wanted.change }]);
  if (outcome !== 'accepted') throw new HttpError(400, NOT_STORABLE);
  return { ...wanted, customerId, pointId: (await pointOf(selector, customerId, eventStore.userPoints)) as string };
}

/** The selector of the path, and the id of the user point that has it, if there is one. */
export async function selectPoint(request: FastifyRequest, { userPoints }: EventStore) {
  const { datamart, selector: written = '' } = request.params as { datamart: string; selector?: string };
  const customerId = Number(datamart);
  const selector = readSelector(written);
  return { customerId, selector, pointId: await pointOf(selector, customerId, userPoints) };
}
