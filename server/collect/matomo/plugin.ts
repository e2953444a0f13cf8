import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import Type from 'typebox';
import { LIMITS } from '../../../src/events/limits.ts';
import { PARAMETERS } from '../../../src/wires/matomo/fields.ts';
import type { Parameters } from '../../../src/wires/matomo/query.ts';
import { clientAddress } from '../../http/client-address.ts';
import { corsHeaders, preflight } from '../../http/cors.ts';
import { handleErrors } from '../../http/error-handler.ts';
import { rejectExcess } from '../../http/overload-guard.ts';
import type { Access } from '../../store/access.ts';
import type { ContentStore } from '../../store/content/content-store.ts';
import type { EventStore } from '../../store/events/event-store.ts';
import { arrivalOf } from '../ingest/event-row.ts';
import type { Intake } from '../ingest/intake.ts';
import { admission } from './admission.ts';
import { ANSWERS, answers, refusal, UNAVAILABLE } from './answers.ts';
import { isAuthenticated, requestOriginOf } from './authorization.ts';
import { type Body, bodyOf, MAX_BODY_BYTES } from './body.ts';
import { explain } from './debug.ts';
import type { Batch } from './judge.ts';
import { invalid, type Outcome } from './outcome.ts';
import { siteRoutes } from './site.ts';
import { MatomoTracker } from './tracker.ts';

export interface MatomoPluginOptions {
  contentStore: ContentStore;
  eventStore: EventStore;
  intake: Intake;
}

const QUERY = 'idsite=1&rec=1&url=https%3A%2F%2Fwww.atelier.example%2F&action_name=Mugs';
const REQUIRED = ['idsite', 'rec'];

const schema = {
  description:
    'The Tracking HTTP API. A page may track for the customers that registered its origin. A request that names no page (of an app, a server, a page that hides where it is) tracks by the id of the site, unless the customer forbids it (`admin permit trackers no`). The special parameters need the private token as `token_auth`. HEAD is answered as GET, and nothing is stored. With `debug=1` and a private token the answer tells how the request was understood.',
  tags: ['tracking'],
  security: [],
  response: ANSWERS,
};
/** Any query passes the framework: this protocol answers wrong parameters in its own shape. */
const parameters = Type.Unsafe<unknown>({
  type: 'object',
  properties: Object.fromEntries(
    Object.entries(PARAMETERS).map(([name, effect]) => [
      name,
      { description: effect, ...(REQUIRED.includes(name) && { examples: ['1'] }) },
    ]),
  ),
});
const body = Type.Unsafe<unknown>({
  description: `Empty where the URL has the parameters, a form of them, or in JSON at most ${LIMITS.bulkRequests} requests of ${MAX_BODY_BYTES} bytes in all.`,
  examples: [{ requests: [`?${QUERY}`] }],
});

/** Tracking by query string (`004-tracking-http.txt`): `/matomo.php` and `/piwik.php`, and the methods that its importer calls. */
export async function matomoPlugin(
  app: FastifyInstance,
  { contentStore, eventStore, intake }: MatomoPluginOptions,
): Promise<void> {
  // Bodies come with any content type or none; `bodyOf` tells them apart.
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', { parseAs: 'buffer', bodyLimit: MAX_BODY_BYTES }, (_, body, done) => done(null, body));
  handleErrors(app, {
    logMessage: 'a tracking request was not stored',
    bodyOf: ({ message }, _, reply) => refusal(reply, message),
    bodyProblems: { FST_ERR_CTP_BODY_TOO_LARGE: 'body: is too long' },
  });
  rejectExcess(app, () => UNAVAILABLE);
  // Any page may read the answers, which have no data of a customer. Whether it may track is decided by `authorize`.
  app.addHook('onRequest', async ({ headers: { origin } }, reply) => {
    reply.header('vary', 'Origin');
    if (origin !== undefined) reply.headers(corsHeaders(origin)).header('access-control-allow-credentials', 'true');
  });

  const tracking: Tracking = {
    tracker: new MatomoTracker(contentStore, eventStore, intake),
    access: contentStore.access,
    admit: admission(app, contentStore.access),
  };
  for (const url of ['/matomo.php', '/piwik.php']) {
    app.options(url, { schema: { hide: true } }, preflight('GET, HEAD, POST', ['Content-Type']));
    app.get(
      url,
      { schema: { ...schema, summary: 'Track by query string', querystring: parameters } },
      (request, reply) => answer(request, reply, tracking),
    );
    app.post(url, { schema: { ...schema, summary: 'Track by query string, one or many', body } }, (request, reply) =>
      answer(request, reply, tracking),
    );
  }
  siteRoutes(app, contentStore, tracking.admit);
}

interface Tracking {
  tracker: MatomoTracker;
  access: Access;
  admit: ReturnType<typeof admission>;
}

async function answer(request: FastifyRequest, reply: FastifyReply, tracking: Tracking) {
  const body = bodyOf(request);
  if (body.kind === 'none') return answers.about(reply);
  await tracking.admit(request, body);
  if (body.kind === 'wrong') return answers.refused(reply, 400, body.detail);
  const batch: Batch = {
    arrival: arrivalOf(request.headers, Date.now()),
    origin: requestOriginOf(request.headers),
    address: clientAddress(request),
    language: request.headers['accept-language'],
  };
  if (request.method === 'HEAD') return answerHead(body, reply, tracking, batch);
  return body.kind === 'bulk'
    ? answerBulk(body, reply, tracking, batch)
    : answerOne(body.parameters, reply, tracking, batch);
}

/** Answers HEAD as GET. Programs that check links send it before anybody follows the link, so nothing is stored. */
async function answerHead(body: Body, reply: FastifyReply, { tracker }: Tracking, batch: Batch) {
  const parameters = body.kind === 'one' ? body.parameters : new Map<string, string>();
  const outcome = await tracker.check(parameters, batch);
  if (outcome?.kind === 'invalid') return answers.refused(reply, outcome.status, outcome.detail);
  return answers.tracked(reply, parameters.get('send_image') !== '0');
}

async function answerOne(parameters: Parameters, reply: FastifyReply, { tracker, access }: Tracking, batch: Batch) {
  const [outcome] = await tracker.track([parameters], batch);
  if (!outcome) throw new Error('The tracker has no outcome for a request.');
  const status = outcome.kind === 'invalid' ? outcome.status : 200;
  if (parameters.get('debug') === '1' && (await isAuthenticated(batch.origin, parameters.get('token_auth'), access)))
    return answers.json(reply, explain(parameters, outcome), status);
  if (outcome.kind === 'invalid') return answers.refused(reply, status, outcome.detail);
  return answers.tracked(reply, parameters.get('send_image') !== '0');
}

async function answerBulk(
  { items, token, silent, debug }: Body & { kind: 'bulk' },
  reply: FastifyReply,
  { tracker, access }: Tracking,
  batch: Batch,
) {
  const readable = items.flatMap(({ parameters }) => ('status' in parameters ? [] : [parameters]));
  const outcomes = await tracker.track(readable, { ...batch, token });
  const [first] = outcomes;
  // A sender without rights learns it from the status: `tracked: 0` would mean that its events are wrong.
  if (first && isForbidden(first) && outcomes.length === items.length && outcomes.every(isForbidden))
    return answers.refused(reply, first.status, first.detail);
  if (silent) return answers.tracked(reply, false);
  const results = items.map(({ index, parameters }) => {
    if (!('status' in parameters)) return { index, parameters, outcome: outcomes.shift() as Outcome };
    return { index, parameters: new Map<string, string>(), outcome: invalid(parameters.detail) };
  });
  const invalidIndexes = results.flatMap(({ index, outcome }) => (outcome.kind === 'invalid' ? [index] : []));
  const authenticated = await isAuthenticated(batch.origin, token, access);
  return answers.json(reply, {
    status: 'success',
    tracked: items.length - invalidIndexes.length,
    invalid: invalidIndexes.length,
    ...(authenticated && { invalid_indices: invalidIndexes }),
    ...(authenticated && debug && { debug: results.map(({ parameters, outcome }) => explain(parameters, outcome)) }),
  });
}

function isForbidden(outcome: Outcome): outcome is Outcome & { kind: 'invalid' } {
  return outcome.kind === 'invalid' && outcome.status === 403;
}
