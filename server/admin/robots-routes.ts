import type { FastifyInstance } from 'fastify';
import { example } from '../http/example.ts';
import type { AdminOptions } from './options.ts';
import { DAYS_SHOWN, firstDayShown, withIsoDay } from './robots.ts';
import { adminRoutes } from './route.ts';

const ROBOTS = { robots: [{ day: '2026-11-29', wire: 'tracking', family: 'google', events: 17 }] };

/** `/admin/v1/events/robots`. */
export function robotsRoute(app: FastifyInstance, { eventStore }: AdminOptions): void {
  adminRoutes(app).get(
    '/admin/v1/events/robots',
    {
      summary: 'Events of robots, which are counted and not stored',
      description: `Of the last ${DAYS_SHOWN} days, by day (UTC), wire and family of robots, the latest day first.`,
      response: { 200: example('What robots sent', ROBOTS) },
    },
    async ({ customerId }) => ({
      robots: (await eventStore.robots.list(customerId, firstDayShown(Date.now()))).map(withIsoDay),
    }),
  );
}
