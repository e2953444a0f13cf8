import type { FastifyInstance } from 'fastify';
import { example } from '../http/example.ts';
import type { AdminOptions } from './plugin.ts';
import { DAYS_SHOWN, firstDayShown, shownTotal } from './robots.ts';

const ROBOTS = { robots: [{ day: '2026-11-29', wire: 'tracking', family: 'google', events: 17 }] };
const schema = {
  tags: ['administration'],
  summary: 'Events of robots, which are counted and not stored',
  description: `Of the last ${DAYS_SHOWN} days, by day (UTC), wire and family of robots, the latest day first.`,
  response: { 200: example('What robots sent', ROBOTS) },
};

/** `/admin/v1/events/robots`, in the scope of the other administration. */
export function robotsRoute(app: FastifyInstance, { events }: AdminOptions): void {
  app.get('/admin/v1/events/robots', { schema }, async ({ administered }) => ({
    robots: (await events.robots.list(administered, firstDayShown(Date.now()))).map(shownTotal),
  }));
}
