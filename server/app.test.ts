import { writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openTestService, type TestService } from './testing/service.ts';

let service: TestService;
beforeAll(async () => {
  service = await openTestService();
});
afterAll(() => service.close());

const get = (path: string, headers: Record<string, string> = {}) =>
  fetch(`${service.url}${path}`, { headers, redirect: 'manual' });

describe('who comes to the root', () => {
  test('a person is sent to the shop', async () => {
    const response = await get('/', { accept: 'text/html,application/xhtml+xml' });
    expect([response.status, response.headers.get('location')]).toEqual([302, '/shop/']);
  });

  test('a client of the content API is not', async () => {
    for (const [path, accept] of [
      [`/?auth_token=${service.key}`, 'text/html'],
      ['/', '*/*'],
    ] as const)
      expect((await get(path, { accept })).status).not.toBe(302);
  });
});

test('where the demo is not asked for, none of its pages is served, and who comes to the root reads the API', async () => {
  const own = await openTestService({ demo: false });
  try {
    for (const path of ['/shop/', '/shop/basket.html', '/shop/config.json'])
      expect((await fetch(`${own.url}${path}`)).status).toBe(404);
    const root = await fetch(`${own.url}/`, { headers: { accept: 'text/html' }, redirect: 'manual' });
    expect([root.status, root.headers.get('location')]).toEqual([302, '/docs']);
  } finally {
    await own.close();
  }
});

test('/healthz says that both databases and the media folder work', async () => {
  const response = await get('/healthz');
  expect(response.status).toBe(200);
  expect(await response.json()).toEqual({ status: 'ok', parts: { content: 'ok', events: 'ok', media: 'ok' } });
});

test('/metrics counts events by outcome and requests by route, and names nobody', async () => {
  const id = '0192f3a4-0000-7000-8000-000000000001';
  const path = `/track/widget/abc/best/render?analytics_id=somebody&pics=1&event_id=${id}&auth_token=${service.key}`;
  await get(path);
  await get(path);
  const text = await (await get('/metrics')).text();
  expect(text).toContain('vitrine_events_total{outcome="accepted"} 1');
  expect(text).toContain('vitrine_events_total{outcome="repeated"} 1');
  expect(text).toContain('vitrine_events_waiting 0');
  expect(text).toMatch(/vitrine_http_request_seconds_count\{method="GET",route="\/track\/event",status="200"\} 2/);
  expect(text).not.toContain('somebody');
  expect(text).not.toContain(service.key);
});

describe('/shop/config.json', () => {
  test('without a demo: 404 with a reason', async () => {
    const response = await get('/shop/config.json');
    expect(response.status).toBe(404);
    expect(await response.json()).toMatchObject({ data: { message: expect.stringContaining('demo') } });
  });

  test('says where the API is and who the demo is, and no secret', async () => {
    const demo = { customer: '1', key: 'k', streams: { mug: '2' }, categories: { Mugs: '3' }, widgets: {} };
    await writeFile(join(service.data, 'demo.json'), JSON.stringify({ ...demo, privateKey: 'secret' }));
    const response = await get('/shop/config.json');
    expect(await response.json()).toEqual({ api: service.url, ...demo });
  });
});

test('pages for people carry headers that protect them, and keep the referrer that analytics needs', async () => {
  const { headers } = await get('/shop/config.json');
  expect(headers.get('x-content-type-options')).toBe('nosniff');
  expect(headers.get('content-security-policy')).toContain("object-src 'none'");
  expect(headers.get('referrer-policy')).toBe('strict-origin-when-cross-origin');
  expect(headers.get('strict-transport-security')).toBeNull();
});

describe('what nobody serves', () => {
  test('is a 404 in the shape of the specifications', async () => {
    const response = await get('/nothing/here');
    expect(response.status).toBe(404);
    expect(await response.json()).toMatchObject({ metadata: { code: 404 }, data: { message: expect.any(String) } });
  });

  test('a path that cannot be decoded is the sender’s mistake', async () => {
    expect((await get('/media/%c0%ae')).status).toBe(400);
    expect((await get('/%')).status).toBe(400);
  });

  test.each([
    ['a URL of 70 kB', `GET /track/widget/abc/best/render?pics=${'1'.repeat(70_000)} HTTP/1.1\r\n\r\n`, 431],
    ['what is no HTTP', 'hello\r\n\r\n', 400],
  ])('%s is answered in the shape of the specifications', async (_, request, status) => {
    const socket = connect(Number(new URL(service.url).port), '127.0.0.1');
    socket.write(request);
    const [head = '', body = ''] = (await text(socket)).split('\r\n\r\n');
    expect(head).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
    expect(JSON.parse(body)).toMatchObject({ metadata: { code: status }, data: { message: expect.any(String) } });
    expect((await get('/healthz')).status).toBe(200);
  });

  test('another method is not an error of ours', async () => {
    for (const path of ['/track/widget/abc/best/render', '/healthz', '/vitrine.js', '/']) {
      const { status } = await fetch(`${service.url}${path}`, { method: 'PUT', body: '{}' });
      expect(status).toBeGreaterThanOrEqual(400);
      expect(status).toBeLessThan(500);
    }
  });
});
