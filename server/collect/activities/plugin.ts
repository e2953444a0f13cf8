import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { BadActivity } from '../../../src/wires/activities/decode.ts';
import { parseJsonBodies } from '../../http/body.ts';
import { rawTokenOf, type TokenPlace } from '../../http/caller.ts';
import { answerPages, preflight } from '../../http/cors.ts';
import { PROTECTION, type Refusal, refusalOf } from '../../http/errors.ts';
import { refuseExcess } from '../../http/overload-guard.ts';
import { acceptTrailingSlash } from '../../http/trailing-slash.ts';
import type { RelaySender } from '../../relay/relay.ts';
import type { ContentStore, Relays } from '../../store/content/content-store.ts';
import type { EventStore } from '../../store/events/event-store.ts';
import { UserPointError } from '../../store/user-points/user-points.ts';
import type { Intake } from '../ingest/intake.ts';
import { refused, TOLD_TO_COME_AGAIN } from './answers.ts';
import { choiceRoutes } from './choices.ts';
import { profileRoutes } from './profiles.ts';
import { Refused } from './refused-error.ts';
import { refusedBy } from './selected-point.ts';
import { isSigned, signerOf } from './signature.ts';
import { activityRoute } from './user-activities.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** The body as it came, which a signature is over; null without one. */
    signedBody: Buffer | null;
    /** Where the activity is to be sent on to, if it is not for us. */
    relayId: number | null;
  }
}

/** Bytes of a body: a server that sends in batches has larger ones than a page. */
const BODY_BYTES = 1_048_576;
const security: Record<string, string[]>[] = [
  { rawToken: [] },
  { signature: [] },
  { publicToken: [] },
  { privateToken: [] },
];
/** Where the protocol is. */
export const PREFIX = '/v1/datamarts';
const ROOT = '/:datamart';

/** The protocol of `003-user-activities.txt`, to be registered at `PREFIX`; a customer's id is its datamart. */
export async function activitiesPlugin(
  app: FastifyInstance,
  { content, events, intake, relay }: { content: ContentStore; events: EventStore; intake: Intake; relay: RelaySender },
): Promise<void> {
  const { access } = content;
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
  refuseExcess(app, () => TOLD_TO_COME_AGAIN);
  answerPages(app, access, AUTHORIZATION, ({ method }) => method === 'POST');
  app.addHook('onRequest', async (request, reply) => {
    reply.header('cache-control', 'no-store');
    if ('x-mics-key-id' in request.headers) request.caller = await signerOf(request, access);
    if (request.method === 'OPTIONS' || request.is404) return;
    app.rates.admit(request, reply, 'track', request.caller);
    await admit(request, content);
  });
  app.addHook('preHandler', async (request, reply) => {
    const { signedBody, headers } = request;
    if (!('x-mics-key-id' in headers) || (await isSigned(request, signedBody ?? new Uint8Array(), access))) return;
    app.rates.guessed(request, reply);
    throw new Refused(401, 'X-Mics-Mac: expected the HMAC-SHA256 of URI, key id, time and body, in hex');
  });
  app.setErrorHandler((error: FastifyError, request, reply) => {
    const { status, detail, retryAfter } = answerTo(error);
    if (status === 500) request.log.error({ err: error, route: request.routeOptions.url }, 'an activity was not taken');
    if (retryAfter) reply.header('retry-after', retryAfter);
    return reply.code(status).send(refused(status, BODY_PROBLEMS[error.code] ?? detail));
  });
  app.setNotFoundHandler((_, reply) => reply.code(404).send(refused(404, 'There is nothing at this path.')));
  app.options(`${ROOT}/user_activities`, { schema: { hide: true } }, preflight('POST'));
  activityRoute(app, `${ROOT}/user_activities`, { access, events, intake, relay });
  profileRoutes(app, `${ROOT}/user_points/:selector/user_profiles`, events);
  choiceRoutes(app, `${ROOT}/user_points/:selector/user_choices`, events);
}

/** A path that is not percent-encoded UTF-8, or far too long, reaches no route and no handler of ours. */
export function answerBadPath(request: FastifyRequest, reply: FastifyReply): boolean {
  if (!request.url.startsWith(`${PREFIX}/`)) return false;
  reply.code(400).headers(PROTECTION).send(refused(400, 'The path is too long, or not percent-encoded UTF-8.'));
  return true;
}

function answerTo(error: FastifyError): Refusal {
  if (error instanceof BadActivity) return { status: 400, detail: error.message };
  if (error instanceof UserPointError) return refusedBy(error);
  return error instanceof Refused ? error : refusalOf(error);
}

/** In `Authorization` as it is or behind `api:`, or in `auth_token`, which a beacon can carry. */
const AUTHORIZATION: TokenPlace = {
  name: 'Authorization',
  rawTokenOf: (request) => request.headers.authorization?.trim().replace(/^api:/i, '') || rawTokenOf(request),
};

/** A token acts on its own datamart, and may send activities to those that its customer has registered a relay to. */
async function admit(request: FastifyRequest, relays: Relays): Promise<void> {
  const { caller, params, routeOptions } = request;
  if (!caller || 'refused' in caller) throw new Refused(401, caller?.refused ?? 'Authorization: is missing');
  const { customerId, kind } = caller.token;
  const { datamart } = params as { datamart: string };
  const sends = /\/user_activities\/?$/.test(routeOptions.url ?? '');
  if (datamart !== String(customerId)) {
    const relayed = sends ? await relays.relayTo(datamart) : [];
    request.relayId = relayed.find((relay) => relay.customerId === customerId)?.id ?? null;
    if (request.relayId === null) throw new Refused(403, 'The token belongs to another datamart.');
  }
  if (kind === 'public' && !sends) throw new Refused(403, 'A public token can only send activities.');
}

/** The framework's complaints about a body, in words that help. */
const BODY_PROBLEMS: Record<string, string> = {
  FST_ERR_CTP_BODY_TOO_LARGE: `body: at most ${BODY_BYTES} bytes`,
  FST_ERR_CTP_EMPTY_JSON_BODY: 'body: is empty; expected JSON',
  FST_ERR_CTP_INVALID_JSON_BODY: 'body: expected JSON without "__proto__"',
  FST_ERR_CTP_INVALID_MEDIA_TYPE: 'body: expected JSON',
};
