import type { Server } from 'node:http';
import { join } from 'node:path';
// Types only: they let a route's schema carry fields of the OpenAPI document.
import type {} from '@fastify/swagger';
import fastify, { type FastifyHttpOptions, type FastifyInstance } from 'fastify';
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
import { trackingPlugin } from './collect/tracking/plugin.ts';
import { routedUrl } from './collect/tracking/routed-url.ts';
import { type Config, ROOT } from './config.ts';
import { contentPlugin } from './content/plugin.ts';
import { ratingsPlugin } from './content/ratings.ts';
import { guardBodies } from './http/bodies.ts';
import { parseJsonBodies } from './http/body.ts';
import { refuseEncodedBodies } from './http/content-encoding.ts';
import { registerDataMetrics } from './http/data-metrics.ts';
import { answerNotFound, COMMON_ERRORS, handleErrors } from './http/error-handler.ts';
import { closeGracefully } from './http/graceful-close.ts';
import { protectAnswers } from './http/headers.ts';
import { healthRoute } from './http/health.ts';
import { type LogStream, logging } from './http/log.ts';
import { createMetrics, type Metrics, metricsRoute } from './http/metrics.ts';
import { operatorOf } from './http/operator.ts';
import { OverloadGuard } from './http/overload-guard.ts';
import { trusting, warnOfUnknownProxy } from './http/proxies.ts';
import { limitRates } from './http/rate-limit.ts';
import { answerBadPath, answerUnreadable } from './http/raw-answers.ts';
import { logRefusals } from './http/refusal-log.ts';
import { VALIDATION } from './http/validation.ts';
import { checkWritable } from './media/files.ts';
import { mediaFolder } from './media/paths.ts';
import { mediaPlugin } from './media/plugin.ts';
import { RELAY_DEFAULTS, type RelayOptions, RelaySender } from './relay/relay.ts';
import { describeRoutes, docsPlugin } from './site/docs.ts';
import { kitPlugin } from './site/kit.ts';
import { shopPlugin } from './site/shop.ts';
import type { ContentStore } from './store/content/content-store.ts';
import type { EventStore } from './store/events/event-store.ts';

/** The open stores. Whoever opened them closes them, after the app. */
export interface Stores {
  contentStore: ContentStore;
  eventStore: EventStore;
}

/** Milliseconds for a request to arrive, with its body: 25 MB from a phone that uploads 1 Mbit/s take 200 s. */
const REQUEST_MS = 240_000;
/** Milliseconds for the headers of a request, which arrive in one piece. A connection that sends nothing ends, too. */
const HEADERS_MS = 20_000;
/** Milliseconds between two checks for late requests. */
const CHECK_LATE_EVERY_MS = 5_000;
/** Milliseconds that a connection may be idle. It is longer than the common 60 s of proxies, so that the proxy closes first. */
const KEEP_ALIVE_MS = 72_000;

/** The settings of the service. Without `rates` and `eventsPerDay` nothing is limited. */
export type AppConfig = Pick<Config, 'dataDir' | 'logLevel'> &
  Partial<
    Pick<Config, 'publicUrl' | 'trustProxy' | 'rates' | 'eventsPerDay' | 'redact' | 'operatorToken' | 'matomoScript'>
  > & {
    relay?: Partial<RelayOptions>;
    /** Where the log goes. Default: standard output. */
    logStream?: LogStream | undefined;
    /** Whether the invented shop's pages are served. */
    demo?: boolean;
    /** Milliseconds after which a stalled body is ended; shorter in tests. */
    stallMs?: number;
  };

/** The service without its socket: `inject` tests it, `listen` serves it. */
export async function buildApp(config: AppConfig, stores: Stores): Promise<FastifyInstance> {
  const { dataDir, publicUrl } = config;
  const { contentStore, eventStore } = stores;
  const app = fastify(frameworkOptions(config));
  const metrics = createMetrics(eventStore);
  registerDataMetrics(metrics.registry, { dataDir, contentStore });
  const isOperator = operatorOf(config.operatorToken);

  closeGracefully(app);
  protectAnswers(app);
  if (!config.trustProxy) warnOfUnknownProxy(app);
  app.decorate('overload', new OverloadGuard(app.log, eventStore));
  limitRates(app, config.rates, metrics.countRefused);
  logRefusals(app);
  refuseEncodedBodies(app);
  guardBodies(app, config.stallMs);
  parseJsonBodies(app);
  // A schema documents an answer and never changes it.
  app.setSerializerCompiler(() => (body) => JSON.stringify(body));
  handleErrors(app, COMMON_ERRORS);
  app.setNotFoundHandler(answerNotFound);
  redirectVisitors(app, config.demo ? '/shop/' : '/docs');

  await describeRoutes(app);
  metricsRoute(app, metrics, isOperator);
  healthRoute(app, {
    content: () => contentStore.check(),
    events: () => eventStore.check(),
    media: () => checkWritable(mediaFolder(dataDir)),
  });
  await app.register(kitPlugin, { tag: join(ROOT, 'dist/tag') });
  if (config.demo) await app.register(shopPlugin, { shop: join(ROOT, 'dist/shop'), dataDir, publicUrl });
  await app.register(mediaPlugin, { data: dataDir, secret: contentStore.secret });
  await registerWires(app, config, { ...stores, metrics });
  await app.register(contentPlugin, { store: contentStore, data: dataDir, publicUrl });
  await app.register(ratingsPlugin, { store: contentStore, events: eventStore });
  const removals = new Removals({ content: contentStore, events: eventStore, data: dataDir }, app.log);
  app.addHook('onReady', async () => removals.start());
  app.addHook('onClose', () => removals.stop());
  await app.register(adminPlugin, {
    ...{ store: contentStore, events: eventStore, removals, data: dataDir, isOperator },
    allowPrivateRelays: config.relay?.allowPrivate ?? RELAY_DEFAULTS.allowPrivate,
  });
  await app.register(docsPlugin);
  return app;
}

/** The wires, which all hand their events to one intake, and the relay. */
async function registerWires(
  app: FastifyInstance,
  config: AppConfig,
  { contentStore, eventStore, metrics }: Stores & { metrics: Metrics },
): Promise<void> {
  const { access } = contentStore;
  const quota =
    config.eventsPerDay === undefined
      ? undefined
      : await openQuota(config.eventsPerDay, app.log, { contentStore, eventStore });
  if (quota) metrics.showQuota(quota);
  const redact = createRedact(config.redact ?? []);
  const intake = new Intake({ access, eventStore, quota, redact, countRobots: metrics.countRobots });
  const relay = new RelaySender({
    relays: contentStore,
    queue: eventStore.relayed,
    options: { ...RELAY_DEFAULTS, ...config.relay },
    log: app.log,
    count: metrics.countRelayed(() => eventStore.relayed.waiting()),
  });
  app.addHook('onReady', async () => relay.start());
  app.addHook('onClose', () => relay.stop());
  await app.register(trackingPlugin, { access, intake });
  await app.register(matomoPlugin, { contentStore, eventStore, intake });
  if (config.matomoScript) await app.register(matomoScriptPlugin, { file: config.matomoScript });
  await app.register(productEventsPlugin, { contentStore, eventStore, intake });
  const { activitiesPlugin, PREFIX } = activities;
  await app.register(activitiesPlugin, { prefix: PREFIX, contentStore, eventStore, intake, relay });
}

function frameworkOptions({ logLevel, logStream, trustProxy }: AppConfig): FastifyHttpOptions<Server> {
  return {
    ...logging(logLevel, logStream),
    ...VALIDATION,
    trustProxy: trustProxy ? trusting(trustProxy) : false,
    frameworkErrors: (error, request, reply) =>
      void (activities.answerBadPath(request, reply) || answerBadPath(error, request, reply)),
    rewriteUrl: ({ url = '/' }) => routedUrl(url),
    clientErrorHandler: answerUnreadable,
    forceCloseConnections: 'idle',
    // Bounds a sender that sends its request byte by byte; `guardBodies` ends bodies that stall. Nothing else bounds how
    // long a connection is silent: it is silent while an answer is made, as when an upload waits for its turn.
    requestTimeout: REQUEST_MS,
    keepAliveTimeout: KEEP_ALIVE_MS,
    http: {
      headersTimeout: HEADERS_MS,
      connectionsCheckingInterval: CHECK_LATE_EVERY_MS,
      // An event in a URL may be as long as in a batch. Node's default of 16 KiB would cut off a large order.
      maxHeaderSize: LIMITS.bulkBytes,
    },
    // Keys of products stand in paths, percent-encoded: 256 characters of up to 12 bytes each.
    routerOptions: { maxParamLength: 4096 },
  };
}

/** Redirects a person who opens `/` in a browser. The path itself belongs to the content API. */
function redirectVisitors(app: FastifyInstance, target: string): void {
  app.addHook('onRequest', ({ method, url, headers }, reply, done) => {
    const isRoot = method === 'GET' && /^\/(\?|$)/.test(url) && !url.includes('auth_token=');
    if (isRoot && headers.accept?.includes('text/html')) reply.redirect(target);
    else done();
  });
}
