import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import type { FastifyInstance } from 'fastify';
import Type from 'typebox';
import { forgetVisitor } from './erasure.ts';
import { ANSWERS, BODIES } from './examples.ts';
import type { AdminOptions } from './plugin.ts';

const Order = Type.Object(
  {
    visitor: Type.String({ description: 'The `analytics_id`: any text of at most 256 characters, exactly.' }),
    joined: Type.Optional(
      Type.String({
        description:
          '`erase` or `keep`: what becomes of ids that are joined to it, by `identify` or by a user point that names both. Needed where there are any.',
      }),
    ),
    dryRun: Type.Optional(Type.Boolean({ description: 'Counts, and erases nothing.' })),
  },
  { examples: [BODIES.forget] },
);

/** `/admin/v1/visitors/forget`. The id stands in the body: addresses are written down by proxies. */
export function visitorRoutes(plain: FastifyInstance, { store, events }: AdminOptions): void {
  const app = plain.withTypeProvider<TypeBoxTypeProvider>();
  app.post(
    '/admin/v1/visitors/forget',
    {
      schema: {
        tags: ['administration'],
        summary: 'Erase what is stored of a visitor; the answer is the receipt',
        description:
          'Events, user points and what waits for relays, in small steps: some seconds for each million events of the service. Totals stay. Other ids that are joined to the visitor’s are listed with their events; since a page can join any two, they are erased only where `joined` says so, and 409 is answered, and nothing erased, where it says nothing.',
        body: Order,
        response: ANSWERS.forgotten,
      },
    },
    async ({ administered, body }) => forgetVisitor(store, events, administered, body),
  );
}
