import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { decode } from '../../../src/wires/product-events/decode.ts';
import { productEvents } from '../../../src/wires/product-events/encode.ts';
import { EVENT_TYPES } from '../../../src/wires/product-events/event-types.ts';
import { REQUESTS } from '../../../src/wires/product-events/fields.ts';
import { understands } from '../../../src/wires/testing/proven.ts';
import { readEvents } from '../../store/testing/read-events.ts';
import { refusingStore, unavailable } from '../../store/testing/refusing-store.ts';
import { openTestService, SHOP_ORIGIN, type TestService } from '../../testing/service.ts';

let service: TestService;
beforeAll(async () => {
  service = await openTestService();
});
afterAll(() => service.close());

/** Marks a test with what it shows of a creation. */
const shows = (...fields: string[]) => understands('product-events', REQUESTS.create, ...fields);
const START = { eventType: 'product session start', sessionId: 's-1' };

interface Asked {
  headers?: Record<string, string>;
  query?: string;
}
const asPage = (): Asked => ({ headers: { origin: SHOP_ORIGIN }, query: `bearer_token=${service.key}` });
const asServer = (): Asked => ({ headers: { authorization: `Bearer ${service.privateKey}` } });

/** One creation, and what it added to the table. */
async function create(body: unknown, { headers, query = '' }: Asked = asServer()) {
  const before = readEvents(service.data).length;
  const response = await fetch(`${service.url}/api/analytics/events?${query}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: typeof body === 'string' || body instanceof Uint8Array ? (body as BodyInit) : JSON.stringify(body),
  });
  return {
    status: response.status,
    headers: response.headers,
    body: await response.json(),
    rows: readEvents(service.data).slice(before),
  };
}

describe('a creation', () => {
  const ALL = [
    ...['eventType', 'eventMetadata', 'assetId', 'userId', 'sessionId'],
    ...['configId', 'configuration', 'device', 'metric'],
  ];
  test('with every field of the text becomes its row, and is answered as one object', shows(...ALL), async () => {
    const { status, body, rows } = await create({
      eventType: 'product cart-add',
      eventMetadata: { shelf: 'top' },
      orgId: String(service.customerId),
      assetId: 'mug-01',
      userId: 'u-1',
      sessionId: 's-1',
      configId: 'c-1',
      configuration: { color: 'red' },
      device: 'Kiosk 3',
      metric: 2.5,
    });
    expect(status).toBe(200);
    expect(rows).toEqual([
      {
        customer_id: service.customerId,
        id: body.id,
        kind: 'product',
        action: 'cart_add',
        analytics_id: 'u-1',
        user_agent: 'Kiosk 3',
        occurred_at: expect.any(Number),
        received_at: expect.any(Number),
        wire: 'product-events',
        props: {
          session: 's-1',
          product: 'mug-01',
          configurationId: 'c-1',
          configuration: { color: 'red' },
          metadata: { shelf: 'top' },
          metric: 2.5,
          userId: 'u-1',
        },
      },
    ]);
    expect(body).toEqual({
      id: rows[0]?.id,
      eventType: 'product cart-add',
      eventMetadata: { shelf: 'top' },
      orgId: String(service.customerId),
      assetId: 'mug-01',
      configId: 'c-1',
      configuration: { color: 'red' },
      userId: 'u-1',
      sessionId: 's-1',
      metric: 2.5,
      device: 'Kiosk 3',
      referer: '',
      requestUrl: null,
      requestOrigin: null,
      createdAt: new Date(rows[0]?.occurred_at ?? 0).toISOString(),
    });
  });

  test(
    'of a page tells where and with what; what it does not have is left out',
    shows('Referer', 'User-Agent'),
    async () => {
      const referer = `${SHOP_ORIGIN}/mugs/01`;
      const { status, body, headers } = await create(START, {
        headers: { origin: SHOP_ORIGIN, referer, 'user-agent': 'Firefox' },
        query: `bearer_token=${service.key}`,
      });
      expect(status).toBe(200);
      expect(headers.get('access-control-allow-origin')).toBe(SHOP_ORIGIN);
      expect(body).toMatchObject({ device: 'Firefox', referer, requestUrl: referer, requestOrigin: SHOP_ORIGIN });
      for (const name of ['userId', 'assetId', 'assetName', 'configId']) expect(body).not.toHaveProperty(name);
    },
  );

  test.each(Object.values(EVENT_TYPES))('of the type %s is answered under that spelling', async (eventType) => {
    expect(await create({ ...START, eventType })).toMatchObject({ status: 200, body: { eventType } });
  });

  test.each([
    ['production configuration attribute set', 'product configuration attribute set'],
    ['product configuration set', 'product configuration start'],
    ['produce AR not available', 'product AR not available'],
  ])('%s is stored as %s', async (eventType, spelled) => {
    expect(await create({ ...START, eventType })).toMatchObject({ status: 200, body: { eventType: spelled } });
  });

  test('of a page that sends no Referer is of its origin', shows('Origin'), async () => {
    const { body } = await create(START, asPage());
    expect(body).toMatchObject({ referer: SHOP_ORIGIN, requestOrigin: SHOP_ORIGIN });
  });

  test(
    'is answered with the configuration and the user that it names',
    understands('product-events', REQUESTS.event, 'configId', 'userId'),
    async () => {
      const { body } = await create({ ...START, configId: 'c-7', userId: 'u-7' });
      expect(body).toMatchObject({ configId: 'c-7', userId: 'u-7' });
    },
  );

  test('says metadata under either name', shows('metadata', 'eventMetadata'), async () => {
    for (const name of ['metadata', 'eventMetadata']) {
      expect(await create({ ...START, [name]: '{"shelf":"top"}' })).toMatchObject({
        body: { eventMetadata: { shelf: 'top' } },
        rows: [{ props: { metadata: { shelf: 'top' } } }],
      });
    }
  });

  test('without a user is one of its session', shows('sessionId'), async () => {
    expect(await create(START)).toMatchObject({ rows: [{ analytics_id: 's-1', props: { session: 's-1' } }] });
  });

  const event_time = Date.now() - 7_200_000;
  /** What our encoder adds, what it becomes, and, without an `event_id`, what a shop meant by it. */
  const ENVELOPE: [key: string, value: unknown, column: string, stored: unknown][] = [
    ['event_time', event_time, 'occurred_at', event_time],
    ['analytics_id', 'visitor-7', 'analytics_id', 'visitor-7'],
    ['page_url', `${SHOP_ORIGIN}/mugs`, 'page_url', `${SHOP_ORIGIN}/mugs`],
    ['page_referrer', `${SHOP_ORIGIN}/home`, 'referrer', `${SHOP_ORIGIN}/home`],
    ['segments', { country: 'FI' }, 'segments', { country: 'FI' }],
  ];
  for (const [key, value, column, stored] of ENVELOPE) {
    test(
      `${key} in its metadata counts beside an event_id, and is the shop’s own elsewhere`,
      shows(`eventMetadata.${key}`),
      async () => {
        const ours = await create({ ...START, eventMetadata: { event_id: crypto.randomUUID(), [key]: value } });
        expect(ours).toMatchObject({ status: 200, body: { eventMetadata: {} }, rows: [{ [column]: stored }] });
        const foreign = await create({ ...START, eventMetadata: { [key]: value } });
        expect(foreign.body.eventMetadata).toEqual({ [key]: value });
        expect(foreign.rows[0]?.[column]).not.toEqual(stored);
      },
    );
  }

  test('by a clock that is wrong is put right by sent_at', shows('eventMetadata.sent_at'), async () => {
    const day = 86_400_000;
    const sent_at = Date.now() - day;
    const { rows } = await create({
      ...START,
      eventMetadata: { event_id: crypto.randomUUID(), event_time: sent_at - 5_000, sent_at },
    });
    const { occurred_at = 0, received_at = 0 } = rows[0] ?? {};
    expect(received_at - occurred_at).toBe(5_000);
  });

  test(
    'repeated under its event_id is stored once, and answered as it is stored',
    shows('eventMetadata.event_id'),
    async () => {
      const event_id = '0192f3a4-0000-7000-8000-00000000abcd';
      const first = await create({ ...START, eventMetadata: { event_id, shelf: 'top' } });
      const again = await create({ ...START, eventMetadata: { event_id, shelf: 'changed' } });
      expect(first).toMatchObject({ status: 200, body: { id: event_id, eventMetadata: { shelf: 'top' } } });
      expect(again).toMatchObject({ status: 200, body: first.body, rows: [] });
    },
  );

  test('repeated with a public token is answered with what was said, since that reads no events', async () => {
    const event_id = '0192f3a4-0000-7000-8000-00000000abce';
    await create({ ...START, userId: 'ada@shop.example', eventMetadata: { event_id, shelf: 'top' } });
    const response = await fetch(`${service.url}/api/analytics/events`, {
      method: 'POST',
      headers: { authorization: `Bearer ${service.key}`, origin: SHOP_ORIGIN, 'content-type': 'application/json' },
      body: JSON.stringify({ ...START, userId: 'somebody', eventMetadata: { event_id, shelf: 'changed' } }),
    });
    expect([response.status, await response.json()]).toMatchObject([
      200,
      { id: event_id, userId: 'somebody', eventMetadata: { shelf: 'changed' } },
    ]);
  });

  test('without an id counts as often as it comes', async () => {
    const [first, second] = [await create(START), await create(START)];
    expect(first.rows).toHaveLength(1);
    expect(second.rows).toHaveLength(1);
    expect(first.body.id).not.toBe(second.body.id);
  });

  test('of our own wire is settled by the answer', async () => {
    const wire = productEvents({ url: service.url, token: service.key });
    const at = Date.now() - 60_000;
    const id = '0192f3a4-0000-7000-8000-00000000ef01';
    const checkout = {
      kind: 'checkout' as const,
      ...{ id, at, transactionId: 'T-1', products: [{ id: 'mug', amount: 18.5 }], currency: 'EUR' },
      ...{ segments: [['country', 'FI'] as const], analyticsId: 'v', pageUrl: `${SHOP_ORIGIN}/thanks` },
    };
    const requests = wire.encode([checkout], 16_384, Date.now());
    expect(requests).toHaveLength(2);
    for (const request of requests) {
      const response = await fetch(request.url, {
        method: request.method,
        headers: { ...request.headers, origin: SHOP_ORIGIN },
        body: request.body ?? '',
      });
      const settled = wire.settle(request, { status: response.status, body: await response.text() });
      expect([...settled]).toEqual(request.ids.map((id) => [id, 'accepted']));
    }
    expect(readEvents(service.data).slice(-2)).toMatchObject([
      { action: 'session_start', occurred_at: at, analytics_id: 'v' },
      {
        ...{ id, action: 'ordered', occurred_at: at, analytics_id: 'v', page_url: `${SHOP_ORIGIN}/thanks` },
        segments: { country: 'FI' },
        props: { session: id, metric: 18.5, metadata: { act: 'checkout', transactionId: 'T-1' } },
      },
    ]);
    expect(decode(JSON.parse(requests[1]?.body ?? ''))).toMatchObject({ events: [{ event: { id } }] });
  });
});

describe('who may create', () => {
  const PLACES = ['Authorization', 'bearer_token', 'orgId', 'Origin'];
  test.each<[string, () => Asked, number]>([
    ['a private token in the header', asServer, 200],
    ['a private token in the URL', () => ({ query: `bearer_token=${service.privateKey}` }), 200],
    ['a public token on a registered page', asPage, 200],
    ['its own organization', () => ({ ...asServer(), query: `orgId=${service.customerId}` }), 200],
    ['nobody', () => ({}), 401],
    ['an unknown token', () => ({ query: 'bearer_token=nobody' }), 401],
    ['an unknown token in the header', () => ({ headers: { authorization: 'Bearer nobody' } }), 401],
    [
      'a public token on another page',
      () => ({ headers: { origin: 'https://thief.example' }, query: `bearer_token=${service.key}` }),
      403,
    ],
    [
      'a private token in a page',
      () => ({ headers: { origin: SHOP_ORIGIN }, query: `bearer_token=${service.privateKey}` }),
      403,
    ],
    [
      'a private token in the header of a page',
      () => ({ headers: { origin: SHOP_ORIGIN, authorization: `Bearer ${service.privateKey}` } }),
      403,
    ],
    ['another organization', () => ({ ...asServer(), query: 'orgId=999' }), 403],
  ])('%s: %#', shows(...PLACES), async (_, asked, status) => {
    const answer = await create(START, asked());
    expect(answer.status).toBe(status);
    expect(answer.rows).toHaveLength(status === 200 ? 1 : 0);
    if (status !== 200)
      expect(answer.body).toEqual({
        error: { type: 'unauthorized', message: 'Unauthorized', detail: expect.any(String) },
      });
  });

  test('another organization in the body is refused', shows('orgId'), async () => {
    expect(await create({ ...START, orgId: '999' })).toMatchObject({
      status: 403,
      body: { error: { type: 'unauthorized' } },
      rows: [],
    });
  });

  test('a page asks first', async () => {
    const response = await fetch(`${service.url}/api/analytics/events?bearer_token=${service.key}`, {
      method: 'OPTIONS',
      headers: { origin: SHOP_ORIGIN, 'access-control-request-method': 'POST' },
    });
    expect(response.status).toBe(204);
    expect(response.headers.get('access-control-allow-headers')).toContain('Content-Type');
  });
});

describe('bad input is refused, and nothing of it stored', () => {
  const deep = `${'{"a":'.repeat(10_000)}1${'}'.repeat(10_000)}`;
  test.each<[string, unknown, number, string]>([
    ['no type', { sessionId: 's' }, 422, 'eventType: is missing'],
    ['an unknown type', { ...START, eventType: 'x' }, 422, 'eventType: expected one of'],
    ['no session', { eventType: START.eventType }, 422, 'sessionId: is missing'],
    ['a wrong metric', { ...START, metric: '1' }, 422, 'metric: expected a number'],
    [
      'a long device',
      { ...START, device: 'x'.repeat(9_000) },
      422,
      'device: expected a text of at most 8192 characters',
    ],
    ['a list', [START], 422, 'body: expected an object'],
    ['no JSON', '{', 422, 'body: expected JSON without "__proto__"'],
    ['nothing', '', 422, 'body: is empty'],
    ['a prototype', '{"eventType":"product renders","sessionId":"s","__proto__":{}}', 422, 'body: expected JSON'],
    ['a prototype in metadata', { ...START, eventMetadata: '{"__proto__":{}}' }, 422, '__proto__ is no key'],
    ['a NUL', { ...START, eventMetadata: { a: 'b\0' } }, 422, 'eventMetadata: contains a NUL character'],
    [
      '10,000 levels',
      `{"eventType":"product renders","sessionId":"s","eventMetadata":${deep}}`,
      422,
      'eventMetadata: at most 10 levels',
    ],
    ['5 MB', 'x'.repeat(5_000_000), 413, 'body: at most 65536 bytes'],
    ['invalid UTF-8', new Uint8Array([0x7b, 0xff, 0x7d]), 422, 'body: is not UTF-8'],
  ])(
    '%s',
    understands('product-events', REQUESTS.error, 'error.type', 'error.message', 'error.detail'),
    async (_, body, status, detail) => {
      const answer = await create(body);
      expect(answer.body).toEqual({
        error: { type: 'create_event_error', message: 'Create event error', detail: expect.stringContaining(detail) },
      });
      expect(answer).toMatchObject({ status, rows: [] });
    },
  );

  test('another content type', shows('Content-Type'), async () => {
    const answer = await create('a=b', { headers: { ...asServer().headers, 'content-type': 'text/csv' } });
    expect(answer).toMatchObject({ status: 415, body: { error: { type: 'create_event_error' } }, rows: [] });
  });
});

test('a store that is down is answered 503 with Retry-After', async () => {
  const full = await openTestService({ events: refusingStore(unavailable('full')) });
  try {
    const response = await fetch(`${full.url}/api/analytics/events?bearer_token=${full.key}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(START),
    });
    expect(response.status).toBe(503);
    expect(response.headers.get('retry-after')).toBe('2');
    expect(await response.json()).toMatchObject({ error: { type: 'unavailable' } });
    expect((await fetch(`${full.url}/api/analytics/healthcheck`)).status).toBe(503);
  } finally {
    await full.close();
  }
});

test('the healthcheck needs no token', understands('product-events', REQUESTS.healthcheck, 'status'), async () => {
  const response = await fetch(`${service.url}/api/analytics/healthcheck`);
  expect([response.status, await response.json()]).toEqual([200, { status: 'ok' }]);
});
