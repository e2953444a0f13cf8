import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { REQUESTS } from '../../../../src/wires/product-events/fields.ts';
import { understands } from '../../../../src/wires/testing/proven.ts';
import { run } from '../../../cli/admin-commands.ts';
import type { EventRow } from '../../../store/events/event-row.ts';
import { openContentStore, openEventStore } from '../../../store/testing/open-stores.ts';
import { readTotals, recountTotals } from '../../../store/testing/read-events.ts';
import { openTestService, SHOP_ORIGIN, type TestService } from '../../../testing/service.ts';

/** Marks a test with what it shows of a request, or of its answer. */
const shows = (request: keyof typeof REQUESTS, ...fields: string[]) =>
  understands('product-events', REQUESTS[request], ...fields);

const id = (n: number) => `0192f3a4-0000-7000-8000-${String(n).padStart(12, '0')}`;
const at = (day: string, n: number) => Date.parse(`${day}T00:00:00Z`) + n;

const event = (n: number, day: string, extra: Partial<EventRow> = {}): EventRow => ({
  id: id(n),
  kind: 'product',
  action: 'session_start',
  analyticsId: 'v',
  pageUrl: `${SHOP_ORIGIN}/mugs/01`,
  userAgent: 'Firefox',
  occurredAt: at(day, n),
  receivedAt: at(day, n),
  wire: 'product-events',
  props: { session: 's', metadata: { shelf: 'top', size: 1, sale: true, tags: ['a', 'b'] } },
  ...extra,
});

/** Six days over three years; no two events at the same time. */
const EVENTS: EventRow[] = [
  event(1, '2024-12-31'),
  event(2, '2025-01-01'),
  event(3, '2025-01-01', { action: 'ordered', props: { session: 's', product: 'mug', metric: 40 } }),
  event(4, '2025-01-31', { userAgent: 'Safari' }),
  event(5, '2025-03-02', { pageUrl: `${SHOP_ORIGIN}/posters?page=2` }),
  event(6, '2025-03-02', { pageUrl: 'https://shop.example.org/', props: { session: 's', metadata: { size: '1' } } }),
  event(7, '2026-02-28', { pageUrl: SHOP_ORIGIN, props: { session: 's', metadata: { sale: 1, shelf: null } } }),
];
const OTHERS: EventRow[] = [
  event(8, '2025-01-01', { kind: 'media', action: 'click', mediaId: '7', scopeKind: 'best', wire: 'tracking' }),
];

let service: TestService;
beforeAll(async () => {
  service = await openTestService();
  // Older than what the collector believes of a sender's clock.
  const store = await openEventStore(service.data, { error: (details) => console.error(details) });
  await store.submit(service.customerId, [...EVENTS, ...OTHERS]);
  await store.submit(service.customerId, EVENTS);
  await store.submit(service.customerId + 1, [event(100, '2025-01-01')]);
  await store.close();
});
afterAll(() => service.close());

async function get(path: string, query: Record<string, string> = {}, headers: Record<string, string> = {}) {
  const authorization = `Bearer ${service.privateKey}`;
  const response = await fetch(
    `${service.url}/api/analytics/events${path}${path.includes('?') ? '&' : '?'}${new URLSearchParams(query)}`,
    {
      headers: { authorization, ...headers },
    },
  );
  return { status: response.status, body: await response.json() };
}
/** The numbers of the events that a question finds. */
async function found(query: Record<string, string>): Promise<number[]> {
  const { status, body } = await get('', query);
  expect([status, body.error]).toEqual([200, undefined]);
  return body.events.map((one: { id: string }) => Number(one.id.slice(-12)));
}
const views = async (query: Record<string, string>) => (await get('/views', query)).body;

describe('the list', () => {
  const LACKING = ['id', 'eventType', 'eventMetadata', 'orgId', 'assetId', 'configuration', 'sessionId', 'metric'];
  const WHERE = ['device', 'referer', 'requestUrl', 'requestOrigin', 'createdAt'];
  test(
    'is a page, newest first, of the customer’s own product events',
    shows('event', ...LACKING, ...WHERE),
    async () => {
      const { status, body } = await get('');
      expect(status).toBe(200);
      expect(body).toMatchObject({ page: 1, perPage: 30, sort: '-createdAt' });
      expect(Object.keys(body)).toEqual(['events', 'page', 'perPage', 'sort']);
      expect(body.events.map((one: { id: string }) => one.id)).toEqual([7, 6, 5, 4, 3, 2, 1].map(id));
      expect(body.events[4]).toEqual({
        id: id(3),
        eventType: 'product ordered',
        eventMetadata: {},
        orgId: String(service.customerId),
        assetId: 'mug',
        configuration: {},
        sessionId: 's',
        metric: 40,
        device: 'Firefox',
        referer: `${SHOP_ORIGIN}/mugs/01`,
        requestUrl: `${SHOP_ORIGIN}/mugs/01`,
        requestOrigin: SHOP_ORIGIN,
        createdAt: '2025-01-01T00:00:00.003Z',
      });
    },
  );

  const FOUND: [Record<string, string>, number[]][] = [
    [{ perPage: '3' }, [7, 6, 5]],
    [{ perPage: '3', page: '3' }, [1]],
    [{ perPage: '3', page: '4' }, []],
    [{ sort: 'createdAt', perPage: '2', page: '2' }, [3, 4]],
    [{ eventType: 'product ordered' }, [3]],
    [{ device: 'Safari' }, [4]],
    [{ device: 'Safar' }, []],
    [{ referer: `${SHOP_ORIGIN}/mugs/01` }, [4, 3, 2, 1]],
    [{ referer: SHOP_ORIGIN }, [7, 5, 4, 3, 2, 1]],
    [{ referer: `${SHOP_ORIGIN}/` }, [7, 5, 4, 3, 2, 1]],
    [{ referer: `${SHOP_ORIGIN}/%` }, []],
    [{ metadata: '{"shelf":"top"}' }, [5, 4, 2, 1]],
    [{ metadata: '{"shelf":null}' }, [7]],
    [{ metadata: '{"size":1}' }, [5, 4, 2, 1]],
    [{ metadata: '{"size":"1"}' }, [6]],
    [{ metadata: '{"sale":true}' }, [5, 4, 2, 1]],
    [{ metadata: '{"sale":1}' }, [7]],
    [{ metadata: '{"tags":["a","b"],"shelf":"top"}' }, [5, 4, 2, 1]],
    [{ metadata: '{"tags":["a"]}' }, []],
    [{ metadata: `{"a'b\\"c":1}` }, []],
    [{ metadata: '{"shelf":"top"}', device: 'Safari', referer: SHOP_ORIGIN }, [4]],
  ];
  for (const [query, numbers] of FOUND) {
    test(`of ${JSON.stringify(query)}`, shows('list', ...Object.keys(query)), async () => {
      expect(await found(query)).toEqual(numbers);
    });
  }

  test.each<Record<string, string>>([{ metadata: '{}' }, { orgId: '' }])('of %j is of all events', async (query) => {
    expect(await found(query)).toEqual([7, 6, 5, 4, 3, 2, 1]);
  });

  test('of a User-Agent that is longer than what is stored of one', async () => {
    const device = 'x'.repeat(600);
    const response = await fetch(`${service.url}/api/analytics/events?bearer_token=${service.key}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ eventType: 'product renders', sessionId: 's', device }),
    });
    expect(response.status).toBe(200);
    expect((await get('', { device })).body.events).toHaveLength(1);
    expect((await views({ device })).views).toHaveLength(1);
  });

  test('names the asset that is a stream of the customer', shows('event', 'assetName', 'assetMetadata'), async () => {
    const content = await openContentStore(service.data);
    await content.upsertStream(service.customerId, { key: 'mug', name: 'Enamel mug' });
    await content.close();
    expect((await get(`/${id(3)}`)).body).toMatchObject({ assetId: 'mug', assetName: 'Enamel mug', assetMetadata: {} });
  });
});

describe('one event', () => {
  test('is an object', shows('one', 'id'), async () => {
    expect(await get(`/${id(4)}`)).toMatchObject({ status: 200, body: { id: id(4), device: 'Safari' } });
  });

  test.each([
    ['no such id', id(99)],
    ['another kind of event', id(8)],
    ['another customer’s', id(100)],
    ['no id at all', 'string'],
  ])('%s is not found', shows('one', 'id'), async (_, id) => {
    expect(await get(`/${id}`)).toEqual({
      status: 404,
      body: { error: { type: 'event_not_found', message: 'Event not found' } },
    });
  });
});

const PAGES = ['count', 'perPage', 'page', 'sort'];
const PAST = { endDate: '2026/02/28' };

describe('views', () => {
  const YEAR = ['views.year', 'views.views', 'views.cumulative'];
  test('by year stand on their own', shows('counts', ...PAGES, ...YEAR), async () => {
    expect(await views({ ...PAST, range: 'year' })).toEqual({
      count: 3,
      perPage: 30,
      page: 1,
      sort: '-cumulative',
      views: [
        { year: 2026, views: 1, cumulative: 1 },
        { year: 2025, views: 5, cumulative: 5 },
        { year: 2024, views: 1, cumulative: 1 },
      ],
    });
    expect(await views(PAST)).toEqual(await views({ ...PAST, range: 'year' }));
  });

  test('by month add up within the year', shows('counts', 'views.month', 'views.cumulative'), async () => {
    expect(await views({ ...PAST, range: 'month' })).toMatchObject({
      count: 4,
      views: [
        { year: 2026, month: 2, views: 1, cumulative: 1 },
        { year: 2025, month: 3, views: 2, cumulative: 5 },
        { year: 2025, month: 1, views: 3, cumulative: 3 },
        { year: 2024, month: 12, views: 1, cumulative: 1 },
      ],
    });
  });

  test.each(['day', 'date'])('by %s add up within the month', shows('views', 'range'), async (range) => {
    expect(await views({ ...PAST, range })).toEqual({
      count: 5,
      perPage: 31,
      page: 1,
      sort: '-cumulative',
      views: [
        { year: 2026, month: 2, day: 28, views: 1, cumulative: 1 },
        { year: 2025, month: 3, day: 2, views: 2, cumulative: 2 },
        { year: 2025, month: 1, day: 31, views: 1, cumulative: 3 },
        { year: 2025, month: 1, day: 1, views: 2, cumulative: 2 },
        { year: 2024, month: 12, day: 31, views: 1, cumulative: 1 },
      ],
    });
  });

  test('of a day tell which one', shows('counts', 'views.day', 'views.cumulative'), async () => {
    const { views: days } = await views({ subStartDate: '2025/01/30', endDate: '2025/03/01', range: 'day' });
    expect(days).toEqual([{ year: 2025, month: 1, day: 31, views: 1, cumulative: 1 }]);
  });

  test(
    'of a period count its days only, the first and the last included',
    shows('views', 'subStartDate', 'endDate', 'range'),
    async () => {
      const period = { subStartDate: '2025/01/01', endDate: '2025/03/02', range: 'month' };
      expect(await views(period)).toMatchObject({
        views: [
          { month: 3, views: 2, cumulative: 5 },
          { month: 1, views: 3, cumulative: 3 },
        ],
      });
      expect((await views({ ...period, subStartDate: '2025-01-02', endDate: '2025-03-01' })).views).toEqual([
        { year: 2025, month: 1, views: 1, cumulative: 1 },
      ]);
      expect(await views({ subStartDate: '2026/01/01', endDate: '2025/01/01' })).toMatchObject({ count: 0, views: [] });
    },
  );

  test('come in pages that keep their sums', shows('views', 'page', 'perPage'), async () => {
    const paged = { ...PAST, range: 'day', perPage: '2' };
    expect(await views({ ...paged, page: '2' })).toMatchObject({
      ...{ count: 5, perPage: 2, page: 2 },
      views: [
        { day: 31, cumulative: 3 },
        { day: 1, cumulative: 2 },
      ],
    });
    expect(await views({ ...paged, page: '9' })).toMatchObject({ count: 5, views: [] });
  });

  const COUNTED: [Record<string, string>, number][] = [
    [{ eventType: 'product ordered' }, 1],
    [{ eventType: 'product session start' }, 4],
    [{ eventType: 'product download' }, 0],
    [{ device: 'Safari' }, 1],
    [{ referer: SHOP_ORIGIN }, 4],
    [{ metadata: '{"shelf":"top"}' }, 3],
    [{ metadata: '{"shelf":"top"}', eventType: 'product ordered' }, 0],
    [{ device: 'Firefox', referer: `${SHOP_ORIGIN}/mugs/01` }, 2],
    [{ device: 'Firefox', referer: SHOP_ORIGIN, metadata: '{"size":1}' }, 2],
  ];
  for (const [query, expected] of COUNTED) {
    test(`of ${JSON.stringify(query)}`, shows('views', ...Object.keys(query)), async () => {
      const { views: years } = await views({ ...query, subStartDate: '2025/01/01', endDate: '2025/12/31' });
      expect(years).toEqual(expected ? [{ year: 2025, views: expected, cumulative: expected }] : []);
    });
  }

  test('of each origin add up to those of all', async () => {
    // Every event of these has a page of some origin.
    for (const range of ['year', 'month', 'day']) {
      const ofShop = await views({ ...PAST, range, referer: SHOP_ORIGIN });
      const elsewhere = await views({ ...PAST, range, referer: 'https://shop.example.org' });
      const all = await views({ ...PAST, range });
      const sum = (list: { views: number }[]) => list.reduce((total, { views }) => total + views, 0);
      expect(sum(ofShop.views) + sum(elsewhere.views)).toBe(sum(all.views));
    }
  });

  test('rest on totals that are what the events themselves add up to', () => {
    const totals = readTotals(service.data);
    expect(totals).toEqual(recountTotals(service.data));
    expect(totals.length).toBeGreaterThan(6);
  });
});

describe('what cannot be meant is refused', () => {
  test.each<[string, Record<string, string>, string]>([
    ['', { page: '0' }, 'page: expected a whole number from 1 to 1000000'],
    ['', { page: '1e3' }, 'page: expected a whole number'],
    ['', { perPage: '101' }, 'perPage: expected a whole number from 1 to 100'],
    ['', { sort: 'device' }, 'sort: expected createdAt or -createdAt'],
    ['', { metadata: 'red' }, 'metadata: expected a JSON object'],
    ['', { metadata: '[]' }, 'metadata: expected a JSON object'],
    ['', { eventType: 'x' }, 'eventType: is not known'],
    ['/views', { range: 'week' }, 'range: expected year, month or day'],
    ['/views', { subStartDate: '17.5.2026' }, 'subStartDate: expected a day, as in 2026/05/17'],
    ['/views', { endDate: '2026/02/31' }, 'endDate: expected a day'],
    ['/views', { page: '-1' }, 'page: expected a whole number'],
    ['/views?range=day', { range: 'day' }, 'range: is given more than once'],
  ])('%s %j', async (path, query, detail) => {
    expect(await get(path, query)).toEqual({
      status: 422,
      body: {
        error: { type: 'list_events_error', message: 'List events error', detail: expect.stringContaining(detail) },
      },
    });
  });
});

describe.each([
  ['list', ''],
  ['one', `/${id(1)}`],
  ['views', '/views'],
] as const)('who may read: %s', (request, path) => {
  const read = async (query: Record<string, string>, headers: Record<string, string> = {}) => {
    const response = await fetch(`${service.url}/api/analytics/events${path}?${new URLSearchParams(query)}`, {
      headers,
    });
    return [response.status, (await response.json()).error?.type];
  };

  const READER = shows(request, 'Authorization', 'bearer_token', 'orgId');
  test('a private token, in the header or in the URL, of its own organization', READER, async () => {
    const authorization = `Bearer ${service.privateKey}`;
    expect(await read({}, { authorization })).toEqual([200, undefined]);
    expect(await read({ bearer_token: service.privateKey })).toEqual([200, undefined]);
    expect(await read({ orgId: String(service.customerId) }, { authorization })).toEqual([200, undefined]);
    expect(await read({ orgId: '999' }, { authorization })).toEqual([403, 'unauthorized']);
  });

  test('nobody without a token that is known, no page, and no public token', async () => {
    expect(await read({})).toEqual([401, 'unauthorized']);
    expect(await read({ bearer_token: 'nobody' })).toEqual([401, 'unauthorized']);
    expect(await read({ bearer_token: service.privateKey }, { origin: SHOP_ORIGIN })).toEqual([403, 'unauthorized']);
    expect(await read({ bearer_token: service.key }, { origin: SHOP_ORIGIN })).toEqual([403, 'unauthorized']);
  });

  test('a public token is told what to use instead', async () => {
    const { status, body } = await get(path, {}, { authorization: `Bearer ${service.key}` });
    expect([status, body.error.detail]).toEqual([403, expect.stringMatching(/public token.*use a private one/)]);
  });
});

describe('views with a public token', () => {
  const ask = async (path: string, headers: Record<string, string>) => {
    const response = await fetch(`${service.url}/api/analytics/events${path}`, { headers });
    return { status: response.status, headers: response.headers, body: await response.json() };
  };
  const permit = async (given: string) => {
    const store = await openContentStore(service.data);
    await run(store, ['permit', 'views', given, '--customer', 'shop'], service.data);
    await store.close();
    const status = given === 'yes' ? 200 : 403;
    // The service looks once a second.
    await expect
      .poll(async () => (await ask('/views', { authorization: `Bearer ${service.key}` })).status, { timeout: 5000 })
      .toBe(status);
  };

  test('are for pages of registered origins where the customer permits it, and events for nobody', async () => {
    const page = { authorization: `Bearer ${service.key}`, origin: SHOP_ORIGIN };
    expect((await ask('/views', page)).body.error.detail).toContain('npm run admin -- permit views yes');
    await permit('yes');
    const { status, headers, body } = await ask('/views', page);
    expect([status, headers.get('access-control-allow-origin')]).toEqual([200, SHOP_ORIGIN]);
    expect(body.views).toEqual((await get('/views')).body.views);
    expect((await ask(`/views?bearer_token=${service.key}&orgId=${service.customerId}`, {})).status).toBe(200);
    expect((await ask('/views', { ...page, origin: 'https://evil.example' })).status).toBe(403);
    expect((await ask('/views', { ...page, origin: 'null' })).status).toBe(403);
    expect((await ask('/views?orgId=999', page)).status).toBe(403);
    expect((await ask('/views', { ...page, authorization: `Bearer ${service.privateKey}` })).status).toBe(403);
    expect((await ask('', page)).status).toBe(403);
    expect((await ask(`/${id(1)}`, page)).status).toBe(403);
    const preflight = await fetch(`${service.url}/api/analytics/events/views`, { method: 'OPTIONS', headers: page });
    expect([preflight.status, preflight.headers.get('access-control-allow-headers')]).toEqual([
      204,
      expect.stringContaining('Authorization'),
    ]);
    await permit('no');
  });
});
