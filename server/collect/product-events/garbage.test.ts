import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { EVENT_TYPES } from '../../../src/wires/product-events/event-types.ts';
import { openTestService, type TestService } from '../../testing/service.ts';

let service: TestService;
beforeAll(async () => {
  service = await openTestService();
});
afterAll(() => service.close());

async function ask(path: string, body?: string): Promise<{ status: number; body: Record<string, unknown> }> {
  const response = await fetch(`${service.url}/api/analytics/events${path}`, {
    method: body === undefined ? 'GET' : 'POST',
    headers: { authorization: `Bearer ${service.privateKey}`, ...(body && { 'content-type': 'application/json' }) },
    ...(body !== undefined && { body }),
  });
  return { status: response.status, body: await response.json() };
}

const told = { error: { type: expect.any(String), message: expect.any(String), detail: expect.any(String) } };

const text = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 40 }).map((text) => encodeURIComponent(text.toWellFormed())),
  fc.json().map((text) => encodeURIComponent(text.toWellFormed())),
  fc.constantFrom('0', '1', '-1', '1e999', 'NaN', '%ff', '%00', '%', '', 'day', '2026/02/30', 'x'.repeat(5000)),
);
const NAMES = ['metadata', 'device', 'referer', 'eventType', 'page', 'perPage', 'sort', 'range', 'orgId'];
const query = fc
  .array(fc.tuple(fc.constantFrom(...NAMES, 'subStartDate', 'endDate', '__proto__', ''), text), { maxLength: 6 })
  .map((pairs) => pairs.map(([name, value]) => `${name}=${value}`).join('&'));

test('a garbage query finds nothing, or is refused with a reason', async () => {
  await fc.assert(
    fc.asyncProperty(query, fc.constantFrom('', '/views'), async (query, path) => {
      const { status, body } = await ask(`${path}?${query}`);
      expect([200, 403, 422]).toContain(status);
      if (status !== 200) expect(body).toEqual(told);
    }),
    { numRuns: 500 },
  );
});

const FIELDS = ['orgId', 'assetId', 'userId', 'configId', 'configuration', 'device', 'metric', 'metadata'];
const value = fc.oneof(
  fc.jsonValue(),
  fc.json(),
  fc.string({ unit: 'binary', maxLength: 300 }),
  fc.constantFrom('\0', '\ud800', '9'.repeat(400), 1e308, -0, {}, [], '__proto__'),
);
const body = fc
  .tuple(
    fc.constantFrom(...Object.values(EVENT_TYPES), 'x', undefined),
    fc.oneof(fc.constant('s-1'), value),
    fc.dictionary(fc.constantFrom('shelf', 'event_id', 'event_time', 'page_url', 'segments', '\ud800'), value),
    fc.dictionary(fc.constantFrom(...FIELDS), value),
  )
  .map(([eventType, sessionId, eventMetadata, more]) => ({ eventType, sessionId, eventMetadata, ...more }));

test('a garbage body is refused, or is read again as it was answered', async () => {
  let created = 0;
  await fc.assert(
    fc.asyncProperty(body, async (body) => {
      const { status, body: answer } = await ask('', JSON.stringify(body));
      expect([200, 403, 422]).toContain(status);
      if (status !== 200) {
        expect(answer).toEqual(told);
        return;
      }
      created++;
      expect(await ask(`/${answer.id}`)).toEqual({ status: 200, body: answer });
      const said = JSON.stringify(Object.fromEntries(Object.entries(answer.eventMetadata as object).slice(0, 1)));
      const filter = new URLSearchParams({ metadata: said, range: 'day', perPage: '100' });
      const { events } = (await ask(`?${filter}`)).body as { events: object[] };
      const { views } = (await ask(`/views?${filter}`)).body as { views: { views: number }[] };
      const counted = views.reduce((sum, { views }) => sum + views, 0);
      expect(Math.min(counted, 100), said).toBe(events.length);
      expect(events.length).toBeGreaterThan(0);
    }),
    { numRuns: 500 },
  );
  expect(created).toBeGreaterThan(20);
});
