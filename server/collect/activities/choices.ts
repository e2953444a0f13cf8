import type { FastifyInstance, FastifyRequest } from 'fastify';
import Type from 'typebox';
import type { JsonObject } from '../../../src/events/vocabulary.ts';
import { readUserChoice } from '../../../src/wires/activities/decode.ts';
import { HttpError } from '../../http/errors.ts';
import type { EventStore } from '../../store/events/event-store.ts';
import type { StoredChoice } from '../../store/user-points/user-points.ts';
import { ANSWERS, CHOICE, choiceOf, listed, ok } from './answers.ts';
import { changePoint, NO_SUCH_POINT, SelectedPoint, selectPoint } from './selected-point.ts';

const tags = ['activities'];
const params = Type.Object(SelectedPoint);
const OfProcessing = Type.Object({
  ...SelectedPoint,
  processing: Type.String({ description: 'The processing that is chosen about.', examples: ['1'] }),
});
const Part = Type.Object({
  first_result: Type.Optional(
    Type.Integer({
      minimum: 0,
      maximum: Number.MAX_SAFE_INTEGER,
      description: 'How many to leave out. Default 0.',
    }),
  ),
  max_results: Type.Optional(
    Type.Integer({ minimum: 1, maximum: 1000, description: 'How many to answer at most. Default 50.' }),
  ),
});
const PUT = {
  summary: 'Create or update a user choice',
  description:
    'One that is older than what is known is kept in the history and changes nothing. A refusal that leaves the user point nothing accepted erases its profiles and plain e-mail addresses, and soon what events said of the profiles; repeated, it erases nothing again.',
  tags,
  params: OfProcessing,
  body: Type.Unsafe<unknown>({
    description: 'A user choice object: `$choice_ts` and `$choice_acceptance_value`, and keys of your own.',
    examples: [CHOICE],
  }),
  response: ANSWERS.choice,
};
const list = (summary: string, pathParams: object) => ({
  schema: { summary, tags, params: pathParams, querystring: Part, response: ANSWERS.choices },
});

/** `…/user_choices`: what people decided about the processing of their data, and when. */
export function choiceRoutes(app: FastifyInstance, path: string, eventStore: EventStore): void {
  const { userPoints } = eventStore;
  const one = `${path}/processing_id=:processing`;
  const answer = async (
    request: FastifyRequest,
    read: (customerId: number, pointId: string) => Promise<StoredChoice[]>,
  ) => {
    const { customerId, pointId } = await selectPoint(request, eventStore);
    if (!pointId) throw new HttpError(404, NO_SUCH_POINT);
    const { first_result = 0, max_results = 50 } = request.query as { first_result?: number; max_results?: number };
    return listed((await read(customerId, pointId)).map(choiceOf), first_result, max_results);
  };
  const processingOf = ({ params }: FastifyRequest) => (params as { processing: string }).processing;

  app.put(one, { schema: PUT }, async (request) => {
    const processing = processingOf(request);
    const { customerId, pointId } = await changePoint(request, eventStore, () => ({
      change: { kind: 'choice', ...readUserChoice(readBody(request.body, processing)) },
    }));
    return ok((await userPoints.choices(customerId, pointId, processing)).map(choiceOf)[0]);
  });
  app.get(path, list('List user choices', params), async (request) =>
    answer(request, (customerId, pointId) => userPoints.choices(customerId, pointId)),
  );
  app.get(one, list('List user choices about a processing', OfProcessing), async (request) =>
    answer(request, (customerId, pointId) => userPoints.choices(customerId, pointId, processingOf(request))),
  );
  app.get(`${one}/change_log`, list('The history of user choices, the newest first', OfProcessing), async (request) =>
    answer(request, (customerId, pointId) => userPoints.choiceLog(customerId, pointId, processingOf(request))),
  );
}

function readBody(body: unknown, processing: string): JsonObject {
  if (typeof body !== 'object' || body === null || Array.isArray(body))
    throw new HttpError(400, 'body: expected a user choice object');
  const { $processing_id = processing } = body as JsonObject;
  if (String($processing_id) !== processing) throw new HttpError(400, '$processing_id: is not that of the path');
  return { ...(body as JsonObject), $processing_id: processing };
}
