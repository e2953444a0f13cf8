import type { FastifyInstance } from 'fastify';
import { ForgetOrder, forgetVisitor } from './erasure.ts';
import { ANSWERS } from './examples.ts';
import type { AdminOptions } from './options.ts';
import { adminRoutes } from './route.ts';

/** `/admin/v1/visitors/forget`. The visitor's id is in the body, because proxies log addresses. */
export function visitorRoutes(app: FastifyInstance, { archive: { contentStore }, eventStore }: AdminOptions): void {
  adminRoutes(app).post(
    '/admin/v1/visitors/forget',
    {
      summary: 'Erase what is stored of a visitor; the answer is the receipt',
      description:
        'Events, user points and what waits for relays, in small steps: some seconds for each million events of the service. Totals stay. Other ids that are joined to the visitor’s are listed with their events; since a page can join any two, they are erased only where `joined` says so, and 409 is answered, and nothing erased, where it says nothing.',
      body: ForgetOrder,
      response: ANSWERS.forgotten,
    },
    ({ customerId, body }) => forgetVisitor(contentStore, eventStore, customerId, body),
  );
}
