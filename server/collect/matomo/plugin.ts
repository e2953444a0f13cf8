import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import Type from 'typebox';
import { LIMITS } from '../../../src/events/limits.ts';
import { PARAMETERS } from '../../../src/wires/matomo/fields.ts';
import type { Parameters } from '../../../src/wires/matomo/query.ts';
import { clientAddress } from '../../http/client-address.ts';
import { allowedHeaders } from '../../http/cors.ts';
import { isForLog, refusalOf } from '../../http/errors.ts';
import { refuseExcess } from '../../http/overload-guard.ts';
import type { Access } from '../../store/access.ts';
import type { ContentStore } from '../../store/content/content-store.ts';
import type { EventStore } from '../../store/events/event-store.ts';
import { arrivalOf } from '../ingest/event-row.ts';
import type { Intake } from '../ingest/intake.ts';
import { ANSWERS, answers, TOLD_TO_COME_AGAIN } from './answers.ts';
import { type Body, bodyOf, MOST_BYTES } from './body.ts';
import { explain } from './debug.ts';
import { admission } from './rates.ts';
import { isAuthenticated, senderOf } from './sender.ts';
import { siteRoutes } from './site.ts';
import { type Batch, MatomoTracker, type Outcome } from './tracker.ts';

export interface MatomoPluginOptions {
  content: ContentStore;
  events: EventStore;
  intake: Intake;
}

const QUERY = 'idsite=1&rec=1&url=https%3A%2F%2Fwww.atelier.example%2F&action_name=Mugs';
const REQUIRED = ['idsite', 'rec'];

const schema = {
  description:
    'The Tracking HTTP API. A page may track for the customers that registered its origin; who names no page (an app, a server, a page that hides where it is) tracks by the id of the site, unless the customer forbids it (`admin permit trackers no`). The special parameters need the private token as `token_auth`. HEAD is answered as GET, and nothing is stored. With `debug=1` and a private token the answer tells how the request was understood.',
  tags: ['tracking'],
  security: [],
  response: ANSWERS,
};
/** Nothing is refused by it: what is wrong with a parameter is told in this protocol's words. */
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
  description: `Empty where the URL has the parameters, a form of them, or in JSON at most ${LIMITS.bulkRequests} requests of ${MOST_BYTES} bytes in all.`,
  examples: [{ requests: [`?${QUERY}`] }],
});

/** Tracking by query string (`004-tracking-http.txt`): `/matomo.php` and `/piwik.php`, and what its importer asks. */
export async function matomoPlugin(
  app: FastifyInstance,
  { content, events, intake }: MatomoPluginOptions,
): Promise<void> {
  // Bodies come under any type or none, and say themselves what they are.
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', { parseAs: 'buffer', bodyLimit: MOST_BYTES }, (_, body, done) => done(null, body));
  app.setErrorHandler((error: FastifyError, request, reply) => {
    const { status, detail, retryAfter } = refusalOf(error);
    if (retryAfter) reply.header('retry-after', retryAfter);
    if (isForLog(error, status))
      request.log.error({ err: error, route: request.routeOptions.url }, 'a request was not taken');
    return answers.refused(reply, status, error.code === 'FST_ERR_CTP_BODY_TOO_LARGE' ? 'body: is too long' : detail);
  });
  refuseExcess(app, () => TOLD_TO_COME_AGAIN);
  // Answers say nothing of anybody, so any page may read them; whether it may track is another question.
  app.addHook('onRequest', async ({ headers: { origin } }, reply) => {
    reply.header('vary', 'Origin');
    if (origin === undefined) return;
    reply.header('access-control-allow-origin', origin).header('access-control-allow-credentials', 'true');
  });

  const tracking: Tracking = {
    tracker: new MatomoTracker(content, events, intake),
    access: content.access,
    admit: admission(app, content.access),
  };
  for (const url of ['/matomo.php', '/piwik.php']) {
    app.options(url, { schema: { hide: true } }, preflight);
    app.get(
      url,
      {
        schema: { ...schema, summary: 'Track by query string', querystring: parameters },
      },
      (request, reply) => answer(request, reply, tracking),
    );
    app.post(url, { schema: { ...schema, summary: 'Track by query string, one or many', body } }, (request, reply) =>
      answer(request, reply, tracking),
    );
  }
  siteRoutes(app, content, tracking.admit);
}

async function preflight(request: FastifyRequest, reply: FastifyReply) {
  return reply
    .headers({
      allow: 'GET, HEAD, POST, OPTIONS',
      'access-control-allow-methods': 'GET, POST',
      'access-control-allow-headers': allowedHeaders(request, 'Content-Type'),
      'access-control-max-age': '7200',
    })
    .code(204)
    .send();
}

interface Tracking {
  tracker: MatomoTracker;
  access: Access;
  admit: ReturnType<typeof admission>;
}

async function answer(request: FastifyRequest, reply: FastifyReply, tracking: Tracking) {
  const body = bodyOf(request);
  if (body.kind === 'none') return answers.about(reply);
  await tracking.admit(request, reply, body);
  if (body.kind === 'wrong') return answers.refused(reply, 400, body.detail);
  const batch: Batch = {
    arrival: arrivalOf(request.headers, Date.now()),
    sender: senderOf(request.headers),
    address: clientAddress(request),
    language: request.headers['accept-language'],
  };
  if (request.method === 'HEAD') return answerHead(body, reply, tracking, batch);
  return body.kind === 'bulk'
    ? answerBulk(body, reply, tracking, batch)
    : answerOne(body.parameters, reply, tracking, batch);
}

/** As GET is answered. It is sent by what looks at links before anybody follows them, so nothing is stored. */
async function answerHead(body: Body, reply: FastifyReply, { tracker }: Tracking, batch: Batch) {
  const parameters = body.kind === 'one' ? body.parameters : new Map<string, string>();
  const outcome = await tracker.check(parameters, batch);
  if (outcome?.kind === 'invalid') return answers.refused(reply, outcome.status, outcome.detail);
  return answers.taken(reply, parameters.get('send_image') !== '0');
}

async function answerOne(parameters: Parameters, reply: FastifyReply, { tracker, access }: Tracking, batch: Batch) {
  const [outcome] = await tracker.take([parameters], batch);
  if (!outcome) throw new Error('The tracker says nothing of a request.');
  const status = outcome.kind === 'invalid' ? outcome.status : 200;
  if (parameters.get('debug') === '1' && (await isAuthenticated(batch.sender, parameters.get('token_auth'), access)))
    return answers.json(reply, explain(parameters, outcome), status);
  if (outcome.kind === 'invalid') return answers.refused(reply, status, outcome.detail);
  return answers.taken(reply, parameters.get('send_image') !== '0');
}

async function answerBulk(
  { items, token, silent, debug }: Body & { kind: 'bulk' },
  reply: FastifyReply,
  { tracker, access }: Tracking,
  batch: Batch,
) {
  const readable = items.flatMap(({ parameters }) => ('status' in parameters ? [] : [parameters]));
  const outcomes = await tracker.take(readable, { ...batch, token });
  const [first] = outcomes;
  // Who has no rights here learns it by the status: `tracked: 0` would say that something is wrong with the events.
  if (first && isForbidden(first) && outcomes.length === items.length && outcomes.every(isForbidden))
    return answers.refused(reply, first.status, first.detail);
  if (silent) return answers.taken(reply, false);
  const results = items.map(({ index, parameters }) => {
    if (!('status' in parameters)) return { index, parameters, outcome: outcomes.shift() as Outcome };
    const outcome: Outcome = { kind: 'invalid', status: 400, detail: parameters.detail };
    return { index, parameters: new Map<string, string>(), outcome };
  });
  const invalid = results.flatMap(({ index, outcome }) => (outcome.kind === 'invalid' ? [index] : []));
  const authenticated = await isAuthenticated(batch.sender, token, access);
  return answers.json(reply, {
    status: 'success',
    tracked: items.length - invalid.length,
    invalid: invalid.length,
    ...(authenticated && { invalid_indices: invalid }),
    ...(authenticated && debug && { debug: results.map(({ parameters, outcome }) => explain(parameters, outcome)) }),
  });
}

function isForbidden(outcome: Outcome): outcome is Outcome & { kind: 'invalid' } {
  return outcome.kind === 'invalid' && outcome.status === 403;
}
