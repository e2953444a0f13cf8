import type { FastifyInstance } from 'fastify';
import Type, { type Static } from 'typebox';
import { preflight } from '../../../http/cors.ts';
import { example } from '../../../http/example.ts';
import { DAY_MS, dayOf } from '../../../store/events/days.ts';
import type { DayCount } from '../../../store/events/reading/product-events.ts';
import { customerOf, SECURITY } from '../caller.ts';
import { bodyOf, notListed, READING_REFUSALS } from '../errors.ts';
import type { ProductEventsOptions } from '../options.ts';
import { dayOfDate, filterOf, filterQuery, pageOf } from './filter.ts';

const RANGES = ['year', 'month', 'day'] as const;
type Range = (typeof RANGES)[number];

const ViewsQuery = Type.Object({
  ...filterQuery,
  subStartDate: Type.Optional(Type.String({ description: 'The first day, as in 2026/05/17; without it, all.' })),
  endDate: Type.Optional(Type.String({ description: 'The last day; without it, today.' })),
  range: Type.Optional(
    Type.String({ description: '`year`, `month`, or `day`, which the text calls `date`, too. Default `year`.' }),
  ),
});

/** The views of one unit of time, with the sum of its parent unit's views up to it. */
interface Views {
  year: number;
  month?: number;
  day?: number;
  views: number;
  cumulative: number;
}

const SORT = '-cumulative';
const PER_PAGE: Record<Range, number> = { year: 30, month: 30, day: 31 };
const VIEWS_EXAMPLE: Views[] = [
  { year: 2026, month: 5, views: 300, cumulative: 500 },
  { year: 2026, month: 4, views: 200, cumulative: 200 },
];
const schema = {
  summary: 'Count events by year, month or day',
  description:
    'Newest first, in UTC; a unit without events is left out. `cumulative` sums within the parent unit: months within a year, days within a month, years on their own. For a private token, outside of pages; where the customer permits it (`admin permit views yes`), for a public one, too.',
  tags: ['product events'],
  security: SECURITY,
  querystring: ViewsQuery,
  response: {
    200: example('A page of counts; `count` is how many there are on all pages.', {
      count: 2,
      perPage: 30,
      page: 1,
      sort: SORT,
      views: VIEWS_EXAMPLE,
    }),
    ...READING_REFUSALS,
    422: example('A parameter is wrong.', bodyOf(notListed('range: expected year, month or day'))),
  },
};

/** `GET /api/analytics/events/views`: counts of events, not of their `metric`. */
export function viewsRoute(app: FastifyInstance, { eventStore, contentStore }: ProductEventsOptions): void {
  app.options('/api/analytics/events/views', { schema: { hide: true } }, preflight('GET, HEAD'));
  app.get<{ Querystring: Static<typeof ViewsQuery> }>(
    '/api/analytics/events/views',
    { schema },
    async (request, reply) => {
      const { query } = request;
      const customerId = await customerOf(request, contentStore.access, 'count');
      const range = rangeOf(query.range || 'year');
      const { page, perPage } = pageOf(query, PER_PAGE[range]);
      const first = query.subStartDate ? dayOfDate('subStartDate', query.subStartDate) : 0;
      const last = query.endDate ? dayOfDate('endDate', query.endDate) : dayOf(Date.now());
      const counts = await eventStore.products.perDay(customerId, { ...filterOf(query), days: { first, last } });
      const views = viewsOf(counts, range);
      return reply.header('cache-control', 'no-store').send({
        count: views.length,
        perPage,
        page,
        sort: SORT,
        views: views.slice((page - 1) * perPage, page * perPage),
      });
    },
  );
}

function rangeOf(text: string): Range {
  const range = text === 'date' ? 'day' : RANGES.find((one) => one === text);
  if (!range) throw notListed('range: expected year, month or day');
  return range;
}

/** Views by unit, newest first. */
function viewsOf(counts: readonly DayCount[], range: Range): Views[] {
  const units: Views[] = [];
  const date = new Date(0);
  for (const { day, events } of counts) {
    date.setTime(day * DAY_MS);
    const unit = {
      year: date.getUTCFullYear(),
      ...(range !== 'year' && { month: date.getUTCMonth() + 1 }),
      ...(range === 'day' && { day: date.getUTCDate() }),
    };
    const before = units.at(-1);
    if (before?.year === unit.year && before.month === unit.month && before.day === unit.day) {
      before.views += events;
      before.cumulative += events;
      continue;
    }
    const isSibling =
      before && range !== 'year' && before.year === unit.year && (range === 'month' || before.month === unit.month);
    units.push({ ...unit, views: events, cumulative: events + (isSibling ? before.cumulative : 0) });
  }
  return units.reverse();
}
