import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { ActivityError } from '../../../src/wires/activities/decode.ts';
import { parseJsonBodies } from '../../http/body.ts';
import { rawTokenOf, type TokenPlace } from '../../http/caller.ts';
import { answerPages, preflight } from '../../http/cors.ts';
import { handleErrors } from '../../http/error-handler.ts';
import { HttpError } from '../../http/errors.ts';
import { PROTECTION } from '../../http/headers.ts';
import { rejectExcess } from '../../http/overload-guard.ts';
import { acceptTrailingSlash } from '../../http/trailing-slash.ts';
import type { Relays } from '../../store/content/content-store.ts';
import { UserPointError } from '../../store/user-points/user-points.ts';
import { refusal, UNAVAILABLE } from './answers.ts';
import { choiceRoutes } from './choices.ts';
import type { ActivitiesOptions } from './options.ts';
import { profileRoutes } from './profiles.ts';
import { pointProblem } from './selected-point.ts';
import { isSigned, signerOf } from './signature.ts';
import { activityRoute } from './user-activities.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** The body as it came, which a signature is over; null without one. */
    signedBody: Buffer | null;
    /** The relay by which the activity is sent on; null for an activity of this service. */
    relayId: number | null;
  }
}

/** Bytes of a body: a server that sends batches has larger ones than a page. */
const BODY_BYTES = 1_048_576;
const security: Record<string, string[]>[] = [
  { rawToken: [] },
  { signature: [] },
  { publicToken: [] },
  { privateToken: [] },
];
/** The path of the protocol. */
export const PREFIX = '/v1/datamarts';
const ROOT = '/:datamart';

/** The protocol of `003-user-activities.txt`, to be registered at `PREFIX`. A customer's id is its datamart. */
export async function activitiesPlugin(app: FastifyInstance, options: ActivitiesOptions): Promise<void> {
  const { contentStore, eventStore } = options;
  const { access } = contentStore;
  app.decorateRequest('signedBody', null);
  app.decorateRequest('relayId', null);
  parseJsonBodies(app, (request, bytes) => {
    request.signedBody = bytes;
  });
  app.addHook('onRoute', (route) => {
    route.bodyLimit = BODY_BYTES;
    route.schema = { security, ...route.schema };
  });
  acceptTrailingSlash(app);
  rejectExcess(app, () => UNAVAILABLE);
  answerPages(app, access, AUTHORIZATION, ({ method }) => method === 'POST');
  app.addHook('onRequest', async (request, reply) => {
    reply.header('cache-control', 'no-store');
    if ('x-mics-key-id' in request.headers) request.caller = await signerOf(request, access);
    if (request.method === 'OPTIONS' || request.is404) return;
    app.rates.admit(request, 'track', request.caller);
    await authorize(request, contentStore);
  });
  app.addHook('preHandler', async (request) => {
    const { signedBody, headers } = request;
    if (!('x-mics-key-id' in headers) || (await isSigned(request, signedBody ?? new Uint8Array(), access))) return;
    app.rates.countGuess(request);
    throw new HttpError(401, 'X-Mics-Mac: expected the HMAC-SHA256 of URI, key id, time and body, in hex');
  });
  handleErrors(app, {
    logMessage: 'an activity was not stored',
    bodyOf: ({ status, message }) => refusal(status, message),
    bodyProblems: BODY_PROBLEMS,
    translate,
  });
  app.setNotFoundHandler((_, reply) => reply.code(404).send(refusal(404, 'There is nothing at this path.')));
  app.options(`${ROOT}/user_activities`, { schema: { hide: true } }, preflight('POST'));
  activityRoute(app, `${ROOT}/user_activities`, options);
  profileRoutes(app, `${ROOT}/user_points/:selector/user_profiles`, eventStore);
  choiceRoutes(app, `${ROOT}/user_points/:selector/user_choices`, eventStore);
}

/**
 * Answers a path of this protocol that reaches none of its routes and handlers: one that is not percent-encoded UTF-8, or
 * far too long. Returns false for paths of other protocols.
 */
export function answerBadPath(request: FastifyRequest, reply: FastifyReply): boolean {
  if (!request.url.startsWith(`${PREFIX}/`)) return false;
  reply.code(400).headers(PROTECTION).send(refusal(400, 'The path is too long, or not percent-encoded UTF-8.'));
  return true;
}

function translate(error: FastifyError): HttpError | undefined {
  if (error instanceof ActivityError) return new HttpError(400, error.message);
  return error instanceof UserPointError ? pointProblem(error) : undefined;
}

/** The token stands in `Authorization`, as it is or after `api:`, or in `auth_token`, which a beacon can carry. */
const AUTHORIZATION: TokenPlace = {
  name: 'Authorization',
  rawTokenOf: (request) => request.headers.authorization?.trim().replace(/^api:/i, '') || rawTokenOf(request),
};

/**
 * Lets a token act on its own datamart, and send activities to datamarts to which its customer has a relay. Sets
 * `request.relayId`.
 * @throws {HttpError} 401 without a known token, 403 where the token may not do this
 */
async function authorize(request: FastifyRequest, relays: Relays): Promise<void> {
  const { caller, params, routeOptions } = request;
  if (!caller || 'refused' in caller) throw new HttpError(401, caller?.refused ?? 'Authorization: is missing');
  const { customerId, kind } = caller.token;
  const { datamart } = params as { datamart: string };
  const isActivity = /\/user_activities\/?$/.test(routeOptions.url ?? '');
  if (datamart !== String(customerId)) {
    const toDatamart = isActivity ? await relays.relayTo(datamart) : [];
    request.relayId = toDatamart.find((relay) => relay.customerId === customerId)?.id ?? null;
    if (request.relayId === null) throw new HttpError(403, 'The token belongs to another datamart.');
  }
  if (kind === 'public' && !isActivity) throw new HttpError(403, 'A public token can only send activities.');
}

const BODY_PROBLEMS: Record<string, string> = {
  FST_ERR_CTP_BODY_TOO_LARGE: `body: at most ${BODY_BYTES} bytes`,
  FST_ERR_CTP_EMPTY_JSON_BODY: 'body: is empty; expected JSON',
  FST_ERR_CTP_INVALID_JSON_BODY: 'body: expected JSON without "__proto__"',
  FST_ERR_CTP_INVALID_MEDIA_TYPE: 'body: expected JSON',
};
