import type { FastifyInstance, FastifyRequest } from 'fastify';
import { Counter, collectDefaultMetrics, Gauge, Registry } from 'prom-client';
import type { CountRobots } from '../collect/ingest/intake.ts';
import type { Quota } from '../collect/ingest/quota.ts';
import type { EventStore } from '../store/events/event-store.ts';
import { clientAddress } from './client-address.ts';
import { registerDurations } from './durations.ts';
import { errorBody } from './errors.ts';
import { example, exampleOf } from './example.ts';
import type { IsOperator } from './operator.ts';
import type { RateKind } from './rate-limit.ts';

/** Metrics for Prometheus: requests by route, events by outcome, the queue, and the process itself. */
export interface Metrics {
  registry: Registry;
  /** Counts activities for other servers by outcome, and shows how many wait. */
  countRelayed(waiting: () => Promise<number>): (outcome: string, activities: number) => void;
  /** Shows how many events customers have stored today, and may store. */
  showQuota(quota: Pick<Quota, 'limit' | 'used'>): void;
  /** Counts events of robots. */
  countRobots: CountRobots;
  /** Counts a request that was answered 429. */
  countRefused(kind: RateKind | 'guess'): void;
}

export function createMetrics(eventStore: EventStore): Metrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  // The store counts in plain numbers, which cost less for each event than labels. A scrape adds what has come since.
  const exported: Record<string, number> = {};
  new Counter({
    name: 'vitrine_events_total',
    help: 'Events by outcome; failed ones were answered 503. Requests that were rejected unread are not counted: see vitrine_http_request_seconds with status 503.',
    labelNames: ['outcome'],
    registers: [registry],
    collect() {
      for (const [outcome, events] of Object.entries(eventStore.outcomes)) {
        if (events > 0) this.inc({ outcome }, events - (exported[outcome] ?? 0));
        exported[outcome] = events;
      }
    },
  });
  new Gauge({
    name: 'vitrine_events_waiting',
    help: 'Events that wait for the disk.',
    registers: [registry],
    collect() {
      this.set(eventStore.waiting);
    },
  });
  const refused = new Counter({
    name: 'vitrine_rate_limited_total',
    help: 'Requests that were answered 429, by their kind.',
    labelNames: ['kind'],
    registers: [registry],
  });
  const robots = new Counter({
    name: 'vitrine_robot_events_total',
    help: 'Events of robots, which are counted and not stored, by the robot’s family and the wire.',
    labelNames: ['family', 'wire'],
    registers: [registry],
  });
  return {
    registry,
    countRobots: (family, wire, events) => robots.inc({ family, wire }, events),
    showQuota(quota) {
      new Gauge({
        name: 'vitrine_events_today',
        help: 'Events that each customer has stored since midnight UTC.',
        labelNames: ['customer'],
        registers: [registry],
        collect() {
          this.reset();
          for (const [customer, events] of quota.used) this.set({ customer }, events);
        },
      });
      new Gauge({
        name: 'vitrine_events_per_day',
        help: 'Events that each customer may store on a day: VITRINE_EVENTS_PER_DAY.',
        registers: [registry],
      }).set(quota.limit);
    },
    countRefused: (kind) => refused.inc({ kind }),
    countRelayed(waiting) {
      new Gauge({
        name: 'vitrine_relayed_waiting',
        help: 'Activities that wait to be sent on to other servers.',
        registers: [registry],
        async collect() {
          this.set(await waiting());
        },
      });
      const relayed = new Counter({
        name: 'vitrine_relayed_total',
        help: 'Activities for other servers: delivered, or why they were discarded.',
        labelNames: ['outcome'],
        registers: [registry],
      });
      return (outcome, activities) => relayed.inc({ outcome }, activities);
    },
  };
}

const schema = {
  summary: 'Metrics for Prometheus',
  description:
    'Requests by route, events by outcome, the queue, and the process. For this machine, and for the operator’s token.',
  tags: ['operation'],
  security: [{ operator: [] }, {}] as Record<string, string[]>[],
  response: {
    200: exampleOf('In the text format of Prometheus.', {
      'text/plain': '# TYPE vitrine_events_total counter\nvitrine_events_total{outcome="accepted"} 17\n',
    }),
    403: example(
      'The request comes from another machine, without the operator’s token.',
      errorBody(403, 'Metrics are for this machine.'),
    ),
  },
};

const CLOSED = 'Metrics are for this machine, or for VITRINE_OPERATOR_TOKEN as Authorization: Bearer.';

/**
 * Whether a request comes from this machine. An unknown proxy on this machine is recognized by its headers, since its
 * visitors are elsewhere. A proxy that adds no header looks like a local sender; docs/operate.md warns of it.
 */
function isLocal(request: FastifyRequest): boolean {
  const { headers } = request;
  const forwarded = 'x-forwarded-for' in headers || 'forwarded' in headers;
  return !forwarded && /^(127\.\d+\.\d+\.\d+|::1)$/.test(clientAddress(request));
}

/** `GET /metrics`, with a histogram of the duration of requests by route. */
export function metricsRoute(app: FastifyInstance, { registry }: Metrics, isOperator: IsOperator): void {
  const observe = registerDurations(registry);
  app.addHook('onResponse', ({ method, routeOptions }, { statusCode, elapsedTime }, done) => {
    observe(method, routeOptions.url ?? 'none', statusCode, elapsedTime / 1000);
    done();
  });
  app.get('/metrics', { schema }, async (request, reply) => {
    if (!isLocal(request) && !isOperator(request)) return reply.code(403).send(errorBody(403, CLOSED));
    return reply.type(registry.contentType).send(await registry.metrics());
  });
}
