import fc from 'fast-check';
import { expect, test } from 'vitest';
import { PARAMETERS } from '../../../src/wire/matomo.parameters.ts';
import { openTracker } from './matomo.fixture.ts';

const { ask, bulk } = openTracker();

const value = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 40 }).map((text) => encodeURIComponent(text.toWellFormed())),
  fc.json().map((text) => encodeURIComponent(text.toWellFormed())),
  fc.constantFrom('0', '1', '-1', '1e999', 'NaN', '%ff', '%00', '%', '', '99999999999999999999', 'x'.repeat(5000)),
);
const garbage = fc
  .array(fc.tuple(fc.constantFrom(...Object.keys(PARAMETERS), 'event_id', 'vitrine', '__proto__', ''), value), {
    maxLength: 12,
  })
  .map((pairs) => pairs.map(([name, value]) => `${name}=${value}`).join('&'));

test('garbage is stored as what it can be, or refused, and never our mistake', async () => {
  await fc.assert(
    fc.asyncProperty(garbage, async (query) => {
      const { status, rows } = await ask(`/matomo.php?idsite=1&rec=1&${query}`);
      expect([200, 204, 400]).toContain(status);
      if (status === 400) expect(rows).toEqual([]);
      expect(rows.length).toBeLessThan(2);
    }),
    { numRuns: 300 },
  );
});

test('nor is any body', async () => {
  const request = fc.oneof(
    fc.json(),
    fc.anything(),
    garbage.map((query) => `?idsite=1&rec=1&${query}`),
  );
  const body = fc.oneof(
    fc.string({ unit: 'binary' }).map((text) => `{"requests":${text}`),
    fc.array(request).map((requests) => {
      try {
        return JSON.stringify({ requests });
      } catch {
        return '{"requests":[1]}';
      }
    }),
  );
  await fc.assert(
    fc.asyncProperty(body, async (body) => {
      expect([200, 400]).toContain((await bulk(body.toWellFormed())).status);
    }),
    { numRuns: 200 },
  );
});
