import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { OPERATOR, openTestService, type TestService } from '../testing/service.ts';

/** What a sender is told whose body is compressed, by each protocol. */

let service: TestService;
beforeAll(async () => {
  service = await openTestService();
});
afterAll(() => service.close());

const BULK = { sent_at: 1_767_225_600_000, requests: ['/track/vital/CLS?value=1&analytics_id=1'] };
const bulk = () => `/track/bulk?auth_token=${service.key}`;

function post(path: string, encoding: string, body: Uint8Array | string, headers: Record<string, string> = {}) {
  return fetch(`${service.url}${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'content-encoding': encoding, ...headers },
    body: body as BodyInit,
  });
}

const DETAIL = 'body: no Content-Encoding is supported; send it uncompressed';

const PROTOCOLS: [protocol: string, path: () => string, headers?: Record<string, string>][] = [
  ['tracking', bulk],
  ['Matomo', () => '/matomo.php'],
  ['activities', () => `/v1/datamarts/1/user_activities?auth_token=${service.key}`],
  ['product events', () => `/api/analytics/events?bearer_token=${service.key}`],
  ['content', () => `/users?auth_token=${service.key}`],
  ['administration', () => '/admin/v1/customers', { authorization: `Bearer ${OPERATOR}` }],
];

test.each(PROTOCOLS)('a compressed body is refused with 415 and what to do: %s', async (_, path, headers) => {
  const answer = await post(path(), 'gzip', gzipSync(JSON.stringify(BULK)), headers);
  expect([answer.status, answer.headers.get('accept-encoding')]).toEqual([415, 'identity']);
  expect(await answer.text()).toContain(DETAIL);
});

describe('of a batch of events', () => {
  test.each([
    ['gzip', gzipSync(JSON.stringify(BULK))],
    ['x-gzip', gzipSync(JSON.stringify(BULK))],
    ['deflate', deflateSync(JSON.stringify(BULK))],
    ['br', brotliCompressSync(JSON.stringify(BULK))],
    ['identity, gzip', gzipSync(JSON.stringify(BULK))],
    // The name decides, not what the bytes are.
    ['gzip', JSON.stringify(BULK)],
  ])('%s is refused', async (encoding, body) => {
    expect((await post(bulk(), encoding, body)).status).toBe(415);
  });

  test('30 MB in a small body are never unpacked', async () => {
    expect((await post(bulk(), 'gzip', gzipSync(Buffer.alloc(30_000_000, ' ')))).status).toBe(415);
  });

  test.each(['identity', 'Identity', 'identity, identity'])('%s is none, and taken', async (encoding) => {
    const answer = await post(bulk(), encoding, JSON.stringify(BULK));
    expect([answer.status, (await answer.json()) as object]).toMatchObject([200, { data: { accepted: [0] } }]);
  });
});

test('a request without a body is none of it', async () => {
  const path = `/track/vital/CLS?value=1&analytics_id=1&auth_token=${service.key}`;
  const answer = await fetch(`${service.url}${path}`, { headers: { 'content-encoding': 'gzip' } });
  expect(answer.status).toBe(200);
});
