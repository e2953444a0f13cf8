import type { FastifyInstance } from 'fastify';
import Type, { type Static } from 'typebox';
import { example } from '../../../http/example.ts';
import { customerOf, SECURITY } from '../caller.ts';
import { bodyOf, notFound, notListed, READING_REFUSALS } from '../errors.ts';
import type { ProductEventsOptions } from '../options.ts';
import { filterOf, filterQuery, pageOf } from './filter.ts';
import { EVENT_EXAMPLE, productEvent } from './representation.ts';

const ListQuery = Type.Object({
  ...filterQuery,
  sort: Type.Optional(Type.String({ description: '`-createdAt`, newest first, or `createdAt`.' })),
});
const EventPath = Type.Object({ id: Type.String({ description: 'The event.' }) });
const EventQuery = Type.Pick(Type.Object(filterQuery), ['bearer_token', 'orgId']);

const PRIVATE = 'For a private token, outside of pages: what pages carry creates events, and reads none.';
const PAGE = { page: 1, perPage: 30, sort: '-createdAt' };
const listSchema = {
  summary: 'List events',
  description: PRIVATE,
  tags: ['product events'],
  security: SECURITY,
  querystring: ListQuery,
  response: {
    200: example('A page of events.', { events: [EVENT_EXAMPLE], ...PAGE }),
    ...READING_REFUSALS,
    422: example('A parameter is wrong.', bodyOf(notListed('page: expected a whole number from 1 to 1000000'))),
  },
};
const oneSchema = {
  summary: 'Read an event',
  description: PRIVATE,
  tags: ['product events'],
  security: SECURITY,
  params: EventPath,
  querystring: EventQuery,
  response: {
    200: example('The event.', EVENT_EXAMPLE),
    ...READING_REFUSALS,
    404: example('There is no such event.', bodyOf(notFound())),
  },
};

/** `GET /api/analytics/events` and `/api/analytics/events/{id}`. */
export function productEventRoutes(app: FastifyInstance, { eventStore, contentStore }: ProductEventsOptions): void {
  app.get<{ Querystring: Static<typeof ListQuery> }>(
    '/api/analytics/events',
    { schema: listSchema },
    async (request, reply) => {
      const customerId = await customerOf(request, contentStore.access, 'read');
      const { page, perPage } = pageOf(request.query, PAGE.perPage);
      const sort = request.query.sort || PAGE.sort;
      if (sort !== 'createdAt' && sort !== '-createdAt') throw notListed('sort: expected createdAt or -createdAt');
      const rows = await eventStore.products.list(customerId, filterOf(request.query), {
        page,
        perPage,
        newestFirst: sort === '-createdAt',
      });
      const listed = await Promise.all(rows.map((row) => productEvent(customerId, row, contentStore)));
      return reply.header('cache-control', 'no-store').send({ events: listed, page, perPage, sort });
    },
  );

  app.get<{ Params: Static<typeof EventPath> }>(
    '/api/analytics/events/:id',
    { schema: oneSchema },
    async (request, reply) => {
      const customerId = await customerOf(request, contentStore.access, 'read');
      const row = await eventStore.products.one(customerId, request.params.id.toLowerCase());
      if (!row) throw notFound();
      return reply.header('cache-control', 'no-store').send(await productEvent(customerId, row, contentStore));
    },
  );
}
