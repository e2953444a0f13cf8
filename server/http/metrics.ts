import type { FastifyInstance } from 'fastify';
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import type { EventStore } from '../store/events/event-store.ts';
import { exampleOf } from './example.ts';

/** Counts what happens for Prometheus: requests by route, events by outcome, the queue, and the process itself. */
export interface Metrics {
  registry: Registry;
  /** The same store, with what became of its events counted. */
  count(events: EventStore): EventStore;
  /** Counts what becomes of activities that are sent on to other servers, and shows how many wait. */
  countRelayed(waiting: () => number): (outcome: string, activities: number) => void;
}

export function createMetrics(): Metrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const outcomes = new Counter({
    name: 'vitrine_events_total',
    help: 'Events by what became of them; failed ones were answered 503.',
    labelNames: ['outcome'],
    registers: [registry],
  });
  return {
    registry,
    countRelayed(waiting) {
      new Gauge({
        name: 'vitrine_relayed_waiting',
        help: 'Activities that wait to be sent on to other servers.',
        registers: [registry],
        collect() {
          this.set(waiting());
        },
      });
      const relayed = new Counter({
        name: 'vitrine_relayed_total',
        help: 'Activities for other servers: delivered, or why they were given up.',
        labelNames: ['outcome'],
        registers: [registry],
      });
      return (outcome, activities) => relayed.inc({ outcome }, activities);
    },
    count(events) {
      new Gauge({
        name: 'vitrine_events_waiting',
        help: 'Events that wait for the disk.',
        registers: [registry],
        collect() {
          this.set(events.waiting);
        },
      });
      return {
        ...events,
        get waiting() {
          return events.waiting;
        },
        get full() {
          return events.full;
        },
        async submit(customerId, rows, acts) {
          try {
            const results = await events.submit(customerId, rows, acts);
            const ofRows = results.slice(0, rows.length);
            for (const outcome of new Set(ofRows))
              outcomes.inc({ outcome }, ofRows.filter((result) => result === outcome).length);
            return results;
          } catch (error) {
            outcomes.inc({ outcome: 'failed' }, rows.length);
            throw error;
          }
        },
      };
    },
  };
}

const schema = {
  summary: 'Metrics for Prometheus',
  description: 'Requests by route, events by what became of them, the queue, and the process.',
  tags: ['operation'],
  security: [],
  response: {
    200: exampleOf('In the text format of Prometheus.', {
      'text/plain': '# TYPE vitrine_events_total counter\nvitrine_events_total{outcome="accepted"} 17\n',
    }),
  },
};

/** `GET /metrics`, and a histogram of how long each route takes. */
export function metricsRoute(app: FastifyInstance, { registry }: Metrics): void {
  const durations = new Histogram({
    name: 'vitrine_http_request_seconds',
    help: 'Time from a request to the end of its answer.',
    labelNames: ['method', 'route', 'status'],
    buckets: [0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1, 5],
    registers: [registry],
  });
  app.addHook('onResponse', async ({ method, routeOptions }, reply) => {
    durations.observe(
      { method, route: routeOptions.url ?? 'none', status: reply.statusCode },
      reply.elapsedTime / 1000,
    );
  });
  app.get('/metrics', { schema }, async (_, reply) => reply.type(registry.contentType).send(await registry.metrics()));
}
