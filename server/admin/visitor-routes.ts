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
      summary: 'Erase the data of a visitor; the answer is the receipt',
      description:
        'Erases events, user points and waiting relays in small steps, which take some seconds for each million events of the service. Totals stay. Other ids that are joined to the visitor’s are listed with their events. Since a page can join any two ids, they are erased only if `joined` is `erase`. Without `joined`, the answer is 409 and nothing is erased.',
      body: ForgetOrder,
      response: ANSWERS.forgotten,
    },
    ({ customerId, body }) => forgetVisitor(contentStore, eventStore, customerId, body),
  );
}
