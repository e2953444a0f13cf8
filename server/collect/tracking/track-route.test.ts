import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { checkoutId, uuidv7 } from '../../../src/events/id.ts';
import { UNKNOWN_TOKEN } from '../../http/caller.ts';
import { readEvents } from '../../store/testing/read-events.ts';
import { refusingStore, unavailable } from '../../store/testing/refusing-store.ts';
import { openTestService, SHOP_ORIGIN, type TestService } from '../../testing/service.ts';

let service: TestService;
beforeAll(async () => {
  service = await openTestService();
});
afterAll(() => service.close());

/** One request without following redirects, and what it added to the table. */
async function track(path: string, headers: Record<string, string> = {}, method = 'GET') {
  const before = readEvents(service.data).length;
  const separator = path.includes('?') ? '&' : '?';
  const token = path.includes('auth_token') ? '' : `${separator}auth_token=${service.key}`;
  const response = await fetch(`${service.url}${path}${token}`, { method, headers, redirect: 'manual' });
  const bytes = Buffer.from(await response.arrayBuffer());
  const isJson = bytes.length > 0 && response.headers.get('content-type')?.startsWith('application/json');
  return {
    status: response.status,
    headers: response.headers,
    bytes,
    body: isJson ? JSON.parse(bytes.toString()) : undefined,
    rows: readEvents(service.data).slice(before),
  };
}

const UUIDV7 = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
const SCOPES = [
  ['category/31', { scope_kind: 'category', scope_id: '31' }],
  ['stream/2', { scope_kind: 'stream', scope_id: '2' }],
  ['best', { scope_kind: 'best' }],
] as const;

describe('every path of the specification becomes its row', () => {
  test.each(
    SCOPES.flatMap(([path, scope]) =>
      ['render', 'move', 'upload_click', 'filter_click', 'view_all'].map((action) => ({ path, scope, action })),
    ),
  )('a widget: $path/$action', async ({ path, scope, action }) => {
    const { status, rows } = await track(
      `/track/widget/5df38d/${path}/${action}.json?analytics_id=v1&pics=12&ab_testing=3&segments[]=country:US&segments[]=section:a:b`,
    );
    expect(status).toBe(200);
    expect(rows).toEqual([
      {
        customer_id: service.customerId,
        id: expect.stringMatching(UUIDV7),
        kind: 'widget',
        action,
        instance_id: '5df38d',
        ...scope,
        analytics_id: 'v1',
        pics: 12,
        ab_testing: 3,
        segments: { country: 'US', section: 'a:b' },
        user_agent: 'node',
        occurred_at: rows[0]?.received_at,
        received_at: expect.any(Number),
        wire: 'tracking',
      },
    ]);
  });

  test.each(
    SCOPES.flatMap(([path, scope]) =>
      ['render', 'view', 'move', 'click', 'close', 'play_click', 'shop'].map((action) => ({ path, scope, action })),
    ),
  )('a media: $path/media/7/$action', async ({ path, scope, action }) => {
    const { status, rows } = await track(`/track/widget/5df38d/${path}/media/7/${action}?analytics_id=v1&pics=1`);
    expect(status).toBe(200);
    expect(rows).toMatchObject([{ kind: 'media', action, instance_id: '5df38d', ...scope, media_id: '7', pics: 1 }]);
  });

  test('a stream that was not found', async () => {
    const { status, rows } = await track('/track/widget/5df38d/stream/not_found/render.json?analytics_id=v1');
    expect(status).toBe(200);
    expect(rows).toMatchObject([{ kind: 'widget', action: 'render', scope_kind: 'not_found', pics: 0 }]);
    expect(rows[0]).not.toHaveProperty('scope_id');
  });

  test('a repeated checkout without an event id is the same sale, and other products are another sale', async () => {
    const path = '/track/transaction/T-twice/checkout?currency_code=EUR&products[]=mug:18.50&products[]=print:42';
    const first = await track(`${path}&analytics_id=v1`);
    expect([first.status, first.rows.length]).toEqual([200, 1]);
    const again = await track(`${path.replace('18.50', '18.5')}&analytics_id=v2`);
    expect([again.status, again.rows]).toEqual([200, []]);
    const reordered = path.replace(
      'products[]=mug:18.50&products[]=print:42',
      'products[]=print:42&products[]=mug:18.50',
    );
    expect((await track(`${reordered}&analytics_id=v1`)).rows).toEqual([]);
    expect((await track(`${path}&products[]=mug:18.50&analytics_id=v1`)).rows).toHaveLength(1);
    // The id that our tag gives a sale is made of the same.
    const id = checkoutId('T-twice', [
      { id: 'mug', amount: 18.5 },
      { id: 'print', amount: 42 },
    ]);
    expect((await track(`${path}&analytics_id=v1&event_id=${id}`)).rows).toEqual([]);
  });

  test.each(['-1', '-18.50', '-1e3'])('a price of %s is refused, and the sale with it', async (price) => {
    const { status, body, rows } = await track(
      `/track/transaction/T-back/checkout?analytics_id=v1&currency_code=EUR&products[]=mug:18.50&products[]=mug:${price}`,
    );
    expect([status, rows]).toEqual([400, []]);
    expect(body).toEqual([{ error: 'Invalid params', detail: 'products: expected a price that is not negative' }]);
    // Our tag tells what the page said, a discount among the lines included.
    const ours = `/track/transaction/T-back${price}/checkout?analytics_id=v1&currency_code=EUR&products[]=mug:${price}&event_id=${uuidv7()}`;
    expect((await track(ours)).rows).toHaveLength(1);
  });

  test('a checkout keeps every unit', async () => {
    const { status, rows } = await track(
      '/track/transaction/T-9/checkout.json?analytics_id=v1&products[]=mug:1:18.50&products[]=mug:1:18.50&products[]=print:42' +
        '&segments[]=country:DE&currency_code=eur&referrer=https://shop.example/thanks&page_referrer=https://pay.example/',
    );
    expect(status).toBe(200);
    expect(rows).toMatchObject([
      {
        kind: 'checkout',
        transaction_id: 'T-9',
        products: [
          { id: 'mug:1', amount: 18.5 },
          { id: 'mug:1', amount: 18.5 },
          { id: 'print', amount: 42 },
        ],
        currency: 'EUR',
        segments: { country: 'DE' },
        referrer: 'https://shop.example/thanks',
        props: { page_referrer: 'https://pay.example/' },
      },
    ]);
    expect(rows[0]).not.toHaveProperty('action');
  });

  test('an order of a thousand units fits into its URL', async () => {
    const products = Array.from({ length: 1000 }, (_, n) => `products[]=print-${n}-large-framed:42.50`).join('&');
    const { status, rows } = await track(`/track/transaction/T-10/checkout?analytics_id=v1&${products}`);
    expect(status).toBe(200);
    expect(rows[0]?.products).toHaveLength(1000);
  });

  test('our vitals and choices', async () => {
    expect((await track('/track/vital/CLS?analytics_id=v1&value=0.02')).rows).toMatchObject([
      { kind: 'vital', action: 'CLS', props: { value: 0.02 } },
    ]);
    expect((await track('/track/choice/denied?analytics_id=v1')).rows).toMatchObject([
      { kind: 'choice', action: 'denied' },
    ]);
  });
});

describe('what an answer looks like', () => {
  const render = '/track/widget/abc/best/render';
  const query = '?analytics_id=12345&pics=1';

  test('JSON with the time and the analytics_id, never cached', async () => {
    for (const extension of ['', '.json']) {
      const { status, headers, body } = await track(`${render}${extension}${query}`);
      expect(status).toBe(200);
      expect(headers.get('cache-control')).toBe('no-store');
      expect(body).toEqual({
        metadata: { code: 200, message: 'OK', version: 'v1.0' },
        data: {
          timestamp: expect.stringMatching(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{4}$/),
          analytics_id: '12345',
        },
      });
    }
  });

  test('.gif is a picture of one pixel under the same status', async () => {
    for (const [path, status] of [
      [`${render}.gif${query}`, 200],
      [`${render}.gif`, 400],
      [`${render}.gif${query}&auth_token=wrong`, 403],
      [`/track/widget/abc/best/fly.gif${query}`, 404],
    ] as const) {
      const answer = await track(path);
      expect([answer.status, answer.headers.get('content-type')]).toEqual([status, 'image/gif']);
      // GIF89a, then width and height as little-endian 16-bit numbers.
      expect(answer.bytes.subarray(0, 10).toString('latin1')).toBe('GIF89a\x01\0\x01\0');
    }
  });

  test('a wrong parameter: 400 with the reason, nothing stored', async () => {
    const { status, body, rows } = await track(`${render}.json?analytics_id=1&pics=many`);
    expect(status).toBe(400);
    expect(body).toEqual([{ error: 'Invalid params', detail: 'pics: expected a whole number' }]);
    expect(rows).toEqual([]);
  });

  test.each([
    ['/track/widget/abc/best/render%ff?analytics_id=1&pics=1', 400],
    ['/track/widget/abc/best/fly?analytics_id=1&pics=1', 404],
    ['/track/nothing', 404],
    ['/track/', 404],
  ])('%s: %i, nothing stored', async (path, expected) => {
    const { status, body, rows } = await track(path);
    expect(status).toBe(expected);
    expect(body).toMatchObject(
      expected === 404 ? { metadata: { code: 404, message: 'Not Found' } } : [{ error: 'Invalid params' }],
    );
    expect(rows).toEqual([]);
  });

  test('HEAD says what GET would, and stores nothing', async () => {
    const good = await track(`${render}${query}`, {}, 'HEAD');
    expect([good.status, good.bytes.length, good.rows]).toEqual([200, 0, []]);
    expect((await track(render, {}, 'HEAD')).status).toBe(400);
  });

  test('503 with Retry-After when too much waits for the disk', async () => {
    const full = await openTestService({ events: refusingStore(unavailable('full')) });
    const response = await fetch(`${full.url}${render}${query}&auth_token=${full.key}`, {
      headers: { origin: SHOP_ORIGIN },
    });
    expect(response.status).toBe(503);
    expect(Number(response.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(response.headers.get('access-control-expose-headers')).toBe('Retry-After');
    expect(response.headers.get('access-control-allow-origin')).toBe(SHOP_ORIGIN);
    expect(response.headers.get('cache-control')).toBe('no-store');
    expect(await response.json()).toMatchObject({ metadata: { code: 503 } });
    expect((await fetch(`${full.url}/healthz`)).status).toBe(503);
    await full.close();
  });
});

describe('who may track', () => {
  const path = '/track/widget/abc/best/render?analytics_id=1&pics=1';

  test.each([
    ['no token', `${path}&auth_token=`, 'auth_token: is missing'],
    ['an unknown token', `${path}&auth_token=guessed`, `auth_token: ${UNKNOWN_TOKEN}`],
  ])('%s: 403', async (_, url, message) => {
    const { status, body, rows } = await track(url, { origin: SHOP_ORIGIN });
    expect(status).toBe(403);
    expect(body).toEqual({ metadata: { code: 403, message: 'Forbidden', version: 'v1.0' }, data: { message } });
    expect(rows).toEqual([]);
  });

  test.each([
    ['where it stands', (key: string) => `${path}&auth_token=${key}`, 200],
    ['before the rest', (key: string) => `${path.replace('?', `?auth_token=${key}&`)}`, 200],
    ['percent-encoded', (key: string) => `${path}&auth_token=%${key.charCodeAt(0).toString(16)}${key.slice(1)}`, 200],
    ['under a name that is', (key: string) => `${path}&auth%5Ftoken=${key}`, 200],
    ['as the last of two', (key: string) => `${path}&auth_token=wrong&auth_token=${key}`, 200],
    ['as the first of two', (key: string) => `${path}&auth_token=${key}&auth_token=wrong`, 403],
    ['under another name', (key: string) => `${path}&no_auth_token=${key}`, 403],
    [
      'in another parameter',
      (key: string) => `${path}&auth_token=&page_url=https://shop.example/?auth_token=${key}`,
      403,
    ],
  ])('a token %s', async (_, url, status) => {
    expect((await track(url(service.key), { origin: SHOP_ORIGIN })).status).toBe(status);
  });

  test('a page of a registered origin, which may read the answer, mistakes included', async () => {
    for (const url of [
      path,
      '/track/widget/abc/best/render',
      '/track/widget/abc/best/fly',
      '/track/widget/%ff/best/fly',
    ]) {
      const { headers } = await track(url, { origin: SHOP_ORIGIN });
      expect(headers.get('access-control-allow-origin')).toBe(SHOP_ORIGIN);
      expect(headers.get('vary')).toBe('Origin');
      expect(headers.get('cache-control')).toBe('no-store');
    }
  });

  test.each(['https://evil.example', 'http://shop.example', 'https://shop.example:8443'])(
    'a page of %s: 403, and how to register it',
    async (origin) => {
      const { status, headers, body, rows } = await track(path, { origin });
      expect(status).toBe(403);
      expect(headers.get('access-control-allow-origin')).toBe('*');
      expect(body.data.message).toContain(`npm run admin -- origin add ${origin}`);
      expect(rows).toEqual([]);
    },
  );

  test('a page in a sandbox and an app, which name no page', async () => {
    const sandbox = await track(path, { origin: 'null' });
    expect([sandbox.status, sandbox.rows.length]).toEqual([200, 1]);
    expect(sandbox.headers.get('access-control-allow-origin')).toBe('null');
    expect((await track(path)).rows).toHaveLength(1);
  });

  test('a private token: from a server, never from a page', async () => {
    const url = `${path}&auth_token=${service.privateKey}`;
    expect((await track(url)).rows).toHaveLength(1);
    for (const [name, value] of [
      ['origin', SHOP_ORIGIN],
      ['sec-fetch-site', 'cross-site'],
    ] as const) {
      const { status, body, rows } = await track(url, { [name]: value });
      expect([status, rows]).toEqual([403, []]);
      expect(body.data.message).toContain('private token');
    }
  });

  test('a preflight', async () => {
    // A page that is refused then may read why.
    for (const [origin, allowed] of [
      [SHOP_ORIGIN, SHOP_ORIGIN],
      ['https://evil.example', '*'],
    ] as const) {
      const { status, headers } = await track(path, { origin }, 'OPTIONS');
      expect([status, headers.get('access-control-allow-origin')]).toEqual([204, allowed]);
      expect(headers.get('access-control-allow-methods')).toContain('GET');
    }
  });
});

describe('shop', () => {
  const shop = (url: string, extension = '') =>
    `/track/widget/abc/best/media/7/shop${extension}?analytics_id=1&pics=1&redirect_url=${encodeURIComponent(url)}`;

  test('302 to a registered host, for every extension', async () => {
    for (const extension of ['', '.json', '.gif']) {
      const { status, headers, rows } = await track(shop('https://www.shop.example/p/7?a=1&b=ü#x', extension));
      expect(status).toBe(302);
      expect(headers.get('location')).toBe('https://www.shop.example/p/7?a=1&b=%C3%BC#x');
      expect(rows).toMatchObject([{ action: 'shop', redirect_url: 'https://www.shop.example/p/7?a=1&b=ü' }]);
    }
  });
});

describe('what a request says besides its event', () => {
  const path = '/track/widget/abc/best/render?analytics_id=1&pics=1';

  test('the page is its own word, else the Referer', async () => {
    const referer = 'https://shop.example/product';
    expect((await track(path, { referer })).rows).toMatchObject([{ page_url: referer }]);
    expect((await track(`${path}&page_url=https://shop.example/own`, { referer })).rows).toMatchObject([
      { page_url: 'https://shop.example/own' },
    ]);
  });

  test('a User-Agent is kept up to 512 characters', async () => {
    const [row] = (await track(path, { 'user-agent': 'x'.repeat(900) })).rows;
    expect(row?.user_agent).toBe('x'.repeat(512));
  });

  test('an id of its own is kept, and a repeat is stored once', async () => {
    const url = `${path}&event_id=0192F3A4-0000-7000-8000-000000000001&event_time=${Date.now() - 5000}`;
    expect((await track(url)).rows).toMatchObject([{ id: '0192f3a4-0000-7000-8000-000000000001' }]);
    const again = await track(url);
    expect([again.status, again.rows]).toEqual([200, []]);
  });
});
