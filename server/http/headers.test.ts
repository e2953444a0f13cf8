import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterAll, describe, expect, test } from 'vitest';
import { operationsOf } from '../site/testing/operations.ts';
import { openTestService } from '../testing/service.ts';

/** What every answer tells a browser, whatever it answers. */

const service = await openTestService();
const operations = await operationsOf(service.url);
afterAll(() => service.close());

const host = (path: string) => `${service.url}${path}`;
const key = `auth_token=${service.key}`;

function expectProtected(headers: Headers): void {
  const policy = headers.get('content-security-policy') ?? '';
  expect(policy).toMatch(/default-src 'none'|default-src 'self'/);
  expect(policy).toContain("frame-ancestors 'none'");
  expect(policy).not.toMatch(/unsafe|\*|https?:/);
  expect(headers.get('x-content-type-options')).toBe('nosniff');
  expect(headers.get('x-powered-by')).toBeNull();
}

describe('no answer runs, is sniffed as another type, or is shown in a frame', () => {
  test.each(operations)('$name, refused', async ({ method, path }) => {
    const { headers } = await fetch(host(path), { method, redirect: 'manual' });
    expectProtected(headers);
  });

  test.each(operations)('$name, with a token', async ({ method, path }) => {
    const { headers } = await fetch(host(`${path}&${key}&bearer_token=${service.key}`), { method, redirect: 'manual' });
    expectProtected(headers);
  });

  test.each([
    ['GET', '/nothing/here', 404],
    ['GET', '/shop/nothing.html', 404],
    ['GET', '/docs', 200],
    ['GET', '/docs/static/index.css', 200],
    ['GET', '/docs/nothing', 404],
    ['GET', '/docs/json', 200],
    ['GET', '/v/9.9.9/nothing.js', 404],
    ['GET', '/media-files/nothing', 404],
    ['GET', '/v1/datamarts/1/nothing', 404],
    ['GET', '/admin/v1/nothing', 404],
    ['GET', '/media/%c0%ae', 400],
    ['GET', '/v1/datamarts/%c0%ae/x', 400],
    ['PUT', '/healthz', 404],
    ['GET', `/track/widget/a/best/render.gif?analytics_id=1&pics=1&${key}`, 200],
    ['GET', `/track/widget/a/best/nothing.gif?${key}`, 404],
    ['GET', `/media/1?${key}&callback=show`, 200],
    ['OPTIONS', `/media/1?${key}`, 204],
  ])('%s %s: %d', async (method, path, status) => {
    const response = await fetch(host(path), { method, redirect: 'manual' });
    expect(response.status).toBe(status);
    expectProtected(response.headers);
  });

  test('a request that is no HTTP', async () => {
    const socket = connect(Number(new URL(service.url).port), '127.0.0.1');
    socket.write('hello\r\n\r\n');
    const [head = ''] = (await text(socket)).split('\r\n\r\n');
    const lines = head.split('\r\n').slice(1);
    expectProtected(new Headers(lines.map((line) => line.split(': ') as [string, string])));
  });
});

test('only pages have the headers of a page', async () => {
  for (const { method, path, name } of operations) {
    const { headers } = await fetch(host(`${path}&${key}`), { method, redirect: 'manual' });
    const type = headers.get('content-type') ?? '';
    if (!name.startsWith('GET /shop/')) expect([name, type]).not.toEqual([name, expect.stringMatching(/html|svg|xml/)]);
  }
});

test('a caption, a callback and a path that look like HTML are not answered as HTML', async () => {
  for (const path of ['/<script>alert(1)</script>', `/media/<b>?${key}`, `/media/1?${key}&callback=<script>`]) {
    const { headers } = await fetch(host(path));
    expect(headers.get('content-type')).toMatch(/^application\/json/);
    expectProtected(headers);
  }
});
