import fc from 'fast-check';
import { afterAll, expect, test } from 'vitest';
import { openTestService, SHOP_ORIGIN } from '../testing/service.ts';

const service = await openTestService();
afterAll(() => service.close());

const token = `auth_token=${service.key}`;
/** Each wire and the content API, whose preflights are answered in places of their own. */
const PATHS = [
  ['the tracking API', `/track/bulk?${token}`],
  ['one event', `/track/vital/CLS?${token}`],
  ['the content API', `/customers/1?${token}`],
  ['product events', `/api/analytics/events?bearer_token=${service.key}`],
  ['user activities', '/v1/datamarts/1/user_activities'],
  ['tracking by query string', '/matomo.php'],
] as const;

async function preflight(path: string, asked: string): Promise<{ status: number; allowed: string[] }> {
  const response = await fetch(`${service.url}${path}`, {
    method: 'OPTIONS',
    headers: {
      origin: SHOP_ORIGIN,
      'access-control-request-method': 'POST',
      'access-control-request-headers': asked,
    },
  });
  const allowed = response.headers.get('access-control-allow-headers') ?? '';
  return { status: response.status, allowed: allowed.split(', ') };
}

test.each(PATHS)('%s takes the headers that a page’s own tools add to each request', async (_, path) => {
  const { status, allowed } = await preflight(path, 'baggage,content-type, sentry-trace,traceparent,X-Own-Trace');
  expect(status).toBe(204);
  expect(allowed).toEqual(
    expect.arrayContaining(['Content-Type', 'baggage', 'sentry-trace', 'traceparent', 'X-Own-Trace']),
  );
});

test('a preflight allows no invalid header names, and no more than a bounded number', async () => {
  const path = '/matomo.php';
  const usual = (await preflight(path, '')).allowed;
  expect((await preflight(path, '*')).allowed).toEqual(usual);
  expect((await preflight(path, `${'a'.repeat(65)},a b,ok`)).allowed).toEqual([...usual, 'ok']);
  const many = Array.from({ length: 500 }, (_, i) => `x-${i}`).join();
  expect((await preflight(path, many)).allowed).toHaveLength(usual.length + 50);
  await fc.assert(
    fc.asyncProperty(fc.string({ unit: fc.constantFrom(...'a-B,;:=*" \t<>()'), maxLength: 60 }), async (asked) => {
      for (const name of (await preflight(path, asked)).allowed) expect(name).toMatch(/^[\w-]{1,64}$/);
    }),
    { numRuns: 40 },
  );
});
