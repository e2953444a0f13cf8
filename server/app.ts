import { join } from 'node:path';
// Types only: a route's schema may carry what the OpenAPI document says of it.
import type {} from '@fastify/swagger';
import fastify, { type FastifyInstance } from 'fastify';
import { LIMITS } from '../src/events/limits.ts';
import { adminPlugin } from './admin/plugin.ts';
import { Removals } from './admin/removal.ts';
import * as activities from './collect/activities/plugin.ts';
import { Intake } from './collect/ingest/intake.ts';
import { openQuota } from './collect/ingest/quota.ts';
import { createRedact } from './collect/ingest/redaction.ts';
import { matomoPlugin } from './collect/matomo/plugin.ts';
import { matomoScriptPlugin } from './collect/matomo/script.ts';
import { productEventsPlugin } from './collect/product-events/plugin.ts';
import { collectPlugin } from './collect/tracking/plugin.ts';
import { routedUrl } from './collect/tracking/tracking.ts';
import { type Config, ROOT } from './config.ts';
import { contentPlugin } from './content/plugin.ts';
import { ratingsPlugin } from './content/ratings.ts';
import { guardBodies } from './http/bodies.ts';
import { parseJsonBodies } from './http/body.ts';
import { registerDataMetrics } from './http/data-metrics.ts';
import { answerBadPath, answerError, answerNotFound, answerUnreadable } from './http/errors.ts';
import { closeSoon } from './http/graceful-close.ts';
import { protectAnswers } from './http/headers.ts';
import { healthRoute } from './http/health.ts';
import { type LogStream, logging } from './http/log.ts';
import { createMetrics, metricsRoute } from './http/metrics.ts';
import { operatorOf } from './http/operator.ts';
import { Load } from './http/overload-guard.ts';
import { trusting, warnOfUnknownProxy } from './http/proxies.ts';
import { limitRates } from './http/rate-limit.ts';
import { logRefusals } from './http/refusal-log.ts';
import { VALIDATION } from './http/validation.ts';
import { checkWritable } from './media/files.ts';
import { MediaArchive } from './media/media-archive.ts';
import { mediaFolder } from './media/paths.ts';
import { mediaPlugin } from './media/plugin.ts';
import { RELAY_DEFAULTS, type RelayOptions, RelaySender } from './relay/relay.ts';
import { describeRoutes, docsPlugin } from './site/docs.ts';
import { kitPlugin } from './site/kit.ts';
import { shopPlugin } from './site/shop.ts';
import type { ContentStore } from './store/content/content-store.ts';
import type { EventStore } from './store/events/event-store.ts';

/** The databases, open; whoever opened them closes them after the app. */
export interface Stores {
  content: ContentStore;
  events: EventStore;
}

/** How long a request may take to arrive, headers and body: 25 MB from a phone whose line sends 1 Mbit/s. */
const REQUEST_MS = 240_000;
/** And its headers alone: they come in one piece, also from that phone. A connection that says nothing ends like this. */
const HEADERS_MS = 20_000;
/** What is late is looked for so often. */
const LOOK_FOR_LATE_MS = 5_000;
/** A kept connection may be idle for longer than the 60 s after which proxies commonly give theirs up: they close first. */
const KEEP_ALIVE_MS = 72_000;

/** What of the settings the service needs; without `rates` and `eventsPerDay` nothing is limited. */
export type AppConfig = Pick<Config, 'data' | 'logLevel'> &
  Partial<
    Pick<Config, 'publicUrl' | 'trustProxy' | 'rates' | 'eventsPerDay' | 'redact' | 'operatorToken' | 'matomoScript'>
  > & {
    relay?: Partial<RelayOptions>;
    /** Where the log goes; standard output unless told. */
    logStream?: LogStream | undefined;
    /** Whether the invented shop's pages are served. */
    demo?: boolean;
    /** Milliseconds after which a body that does not go on is ended; tests wait less. */
    stallMs?: number;
  };

/** The service without its socket: `inject` tests it, `listen` serves it. */
export async function buildApp(config: AppConfig, stores: Stores): Promise<FastifyInstance> {
  const app = fastify({
    ...logging(config.logLevel, config.logStream),
    ...VALIDATION,
    trustProxy: config.trustProxy ? trusting(config.trustProxy) : false,
    frameworkErrors: (error, request, reply) =>
      void (activities.answerBadPath(request, reply) || answerBadPath(error, request, reply)),
    rewriteUrl: ({ url = '/' }) => routedUrl(url),
    clientErrorHandler: answerUnreadable,
    forceCloseConnections: 'idle',
    // Who sends headers or a body byte by byte would keep a connection for ever; `guardBodies` ends bodies that pause.
    // There is no limit to a connection's silence beside these: while an answer is made, as when an import waits its turn,
    // silence is as it should be.
    requestTimeout: REQUEST_MS,
    keepAliveTimeout: KEEP_ALIVE_MS,
    http: {
      headersTimeout: HEADERS_MS,
      connectionsCheckingInterval: LOOK_FOR_LATE_MS,
      // An event in a URL may be as long as in a batch; Node's own 16 KiB would cut off a large order.
      maxHeaderSize: LIMITS.bulkBytes,
    },
    // Keys of products stand in paths, percent-encoded: 256 characters of up to 12 each.
    routerOptions: { maxParamLength: 4096 },
  });
  const { content, events } = stores;
  const metrics = createMetrics(events);
  registerDataMetrics(metrics.registry, { data: config.data, content });

  const isOperator = operatorOf(config.operatorToken);

  closeSoon(app);
  protectAnswers(app);
  if (!config.trustProxy) warnOfUnknownProxy(app);
  app.decorate('load', new Load(app.log, events));
  limitRates(app, config.rates, metrics.countRefused);
  logRefusals(app);
  guardBodies(app, config.stallMs);
  parseJsonBodies(app);
  // A schema says what is answered and never changes it.
  app.setSerializerCompiler(() => (body) => JSON.stringify(body));
  app.setErrorHandler(answerError);
  app.setNotFoundHandler(answerNotFound);
  app.addHook('onRequest', (request, reply, done) => {
    // The root is the content API's; somebody who typed the address wants to see something.
    const root = request.method === 'GET' && /^\/(\?|$)/.test(request.url) && !request.url.includes('auth_token=');
    if (root && request.headers.accept?.includes('text/html')) reply.redirect(config.demo ? '/shop/' : '/docs');
    else done();
  });

  await describeRoutes(app);
  metricsRoute(app, metrics, isOperator);
  healthRoute(app, {
    content: () => content.check(),
    events: () => events.check(),
    media: () => checkWritable(mediaFolder(config.data)),
  });
  await app.register(kitPlugin, { tag: join(ROOT, 'dist/tag') });
  if (config.demo)
    await app.register(shopPlugin, { shop: join(ROOT, 'dist/shop'), data: config.data, publicUrl: config.publicUrl });
  const archive = new MediaArchive(content, config.data);
  await app.register(mediaPlugin, { archive });
  const quota = config.eventsPerDay === undefined ? undefined : await openQuota(config.eventsPerDay, app.log, stores);
  if (quota) metrics.showQuota(quota);
  const intake = new Intake({
    access: content.access,
    events,
    quota,
    redact: createRedact(config.redact ?? []),
    countRobots: metrics.countRobots,
  });
  await app.register(collectPlugin, { access: content.access, intake });
  await app.register(matomoPlugin, { content, events, intake });
  if (config.matomoScript) await app.register(matomoScriptPlugin, { file: config.matomoScript });
  await app.register(productEventsPlugin, { events, intake, content });
  const relayOptions = { ...RELAY_DEFAULTS, ...config.relay };
  const relay = new RelaySender({
    content,
    queue: events.relayed,
    options: relayOptions,
    log: app.log,
    count: metrics.countRelayed(() => events.relayed.waiting()),
  });
  app.addHook('onReady', async () => relay.start());
  app.addHook('onClose', () => relay.stop());
  await app.register(activities.activitiesPlugin, { prefix: activities.PREFIX, content, events, intake, relay });
  await app.register(contentPlugin, { archive, publicUrl: config.publicUrl });
  await app.register(ratingsPlugin, { contentStore: content, eventStore: events });
  const removals = new Removals({ archive, eventStore: events }, app.log);
  app.addHook('onReady', async () => removals.start());
  app.addHook('onClose', () => removals.stop());
  await app.register(adminPlugin, {
    ...{ archive, eventStore: events, removals, isOperator },
    allowPrivateRelays: relayOptions.allowPrivate,
  });
  await app.register(docsPlugin);
  return app;
}
