import type { FastifyInstance } from 'fastify';
import Type from 'typebox';
import type { JsonObject } from '../../../src/events/vocabulary.ts';
import { DEFAULT_COMPARTMENT, profileProperties } from '../../../src/wires/activities/decode.ts';
import { HttpError } from '../../http/errors.ts';
import { isOn, Switch } from '../../http/validation.ts';
import type { EventStore } from '../../store/events/event-store.ts';
import { ANSWERS, ok, PROFILE, profileOf } from './answers.ts';
import { changePoint, SelectedPoint } from './selected-point.ts';
import { readAccount } from './selector.ts';

const Account = Type.String({ description: 'The account that the profile belongs to.', examples: ['ann'] });
const Compartment = Type.String({ description: 'Where the account is.', examples: ['1'] });
const schema = {
  summary: 'Create or update a user profile',
  description:
    'The account becomes a name of the selected user point; where another has it, the two are merged. Of a body, `$user_account_id` and `$compartment_id` may be left out; they are those of the path.',
  tags: ['activities'],
  querystring: Type.Object({
    force_replace: Switch(
      '`true` or 1: the body takes the place of the whole profile; without it, it is merged with it.',
    ),
    merge_objects: Switch(
      '`true` or 1, only without `force_replace`: an object that both have is merged, at any depth, instead of overridden.',
    ),
  }),
  body: Type.Unsafe<unknown>({ description: 'A user profile object.', examples: [PROFILE] }),
  response: ANSWERS.profile,
};

/** `PUT …/user_profiles/compartment_id=C/user_account_id=U`; without a compartment, the default one. */
export function profileRoutes(app: FastifyInstance, path: string, eventStore: EventStore): void {
  const params = { ...SelectedPoint, account: Account };
  const paths: [string, object][] = [
    [`${path}/user_account_id=:account`, params],
    [`${path}/compartment_id=:compartment/user_account_id=:account`, { ...params, compartment: Compartment }],
  ];
  for (const [url, properties] of paths)
    app.put(url, { schema: { ...schema, params: Type.Object(properties as never) } }, async (request) => {
      const { account, compartment = DEFAULT_COMPARTMENT } = request.params as Record<string, string>;
      const { force_replace, merge_objects } = request.query as { force_replace?: string; merge_objects?: string };
      const { customerId, name } = await changePoint(request, eventStore, () => {
        const name = readAccount({ compartment_id: compartment, user_account_id: account ?? '' });
        const properties = readBody(request.body, name.compartment, name.id);
        const strategy = isOn(force_replace) ? 'replace' : isOn(merge_objects) ? 'deep' : 'merge';
        return {
          name,
          change: { kind: 'profile', compartment: name.compartment, account: name.id, properties, strategy },
        };
      });
      const stored = await eventStore.userPoints.profile(customerId, name.compartment, name.id);
      if (!stored) throw new HttpError(400, 'user profile: was erased in the meantime');
      return ok(profileOf(name.compartment, name.id, stored));
    });
}

function readBody(body: unknown, compartment: string, account: string): JsonObject {
  if (typeof body !== 'object' || body === null || Array.isArray(body))
    throw new HttpError(400, 'body: expected a user profile object');
  const { $compartment_id = compartment, $user_account_id = account } = body as JsonObject;
  if (String($compartment_id) !== compartment) throw new HttpError(400, '$compartment_id: is not that of the path');
  if (String($user_account_id) !== account) throw new HttpError(400, '$user_account_id: is not that of the path');
  return profileProperties(body as JsonObject);
}
