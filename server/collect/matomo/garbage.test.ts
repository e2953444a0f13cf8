import fc from 'fast-check';
import { expect, test } from 'vitest';
import { PARAMETERS } from '../../../src/wires/matomo/fields.ts';
import { openTracker } from './testing/tracker.ts';

const { shared, ask, bulk } = openTracker();

const value = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 40 }).map((text) => encodeURIComponent(text.toWellFormed())),
  fc.json().map((text) => encodeURIComponent(text.toWellFormed())),
  fc.constantFrom('0', '1', '-1', '1e999', 'NaN', '%ff', '%00', '%', '', '99999999999999999999', 'x'.repeat(5000)),
);
const garbage = fc
  .array(fc.tuple(fc.constantFrom(...Object.keys(PARAMETERS), '__proto__', ''), value), {
    maxLength: 12,
  })
  .map((pairs) => pairs.map(([name, value]) => `${name}=${value}`).join('&'));

test('garbage is stored as far as it makes sense, or refused, and is never a 500', async () => {
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

const DEEP = '['.repeat(10_000) + ']'.repeat(10_000);
const NESTED = '{"a":'.repeat(10_000) + '1'.concat('}'.repeat(10_000));

test.each(['cvar', '_cvar', 'ec_items', 'vitrine'])('nor is %s, 10,000 deep', async (name) => {
  const values = [DEEP, NESTED, `{"1":["k",${DEEP}]}`, `[["a",${DEEP},${NESTED},1,1]]`];
  for (const value of values) {
    const type = 'application/x-www-form-urlencoded';
    const sent = await ask('/matomo.php', {
      body: `idsite=1&rec=1&idgoal=0&${name}=${encodeURIComponent(value)}`,
      type,
    });
    expect(sent.status).toBe(200);
    expect(JSON.stringify(sent.rows)).not.toContain('[[');
    const within = await bulk(`{"requests":[{"idsite":1,"rec":1,${JSON.stringify(name)}:${value}}]}`);
    expect(within.status).toBe(200);
  }
});

test.each([
  'cvar={"1":["__proto__","x"],"2":["constructor","x"],"3":["prototype","x"]}',
  'vitrine={"kind":"product","action":"interaction","session":"s","metadata":{"__proto__":{"polluted":1}}}',
  'ec_items=[["__proto__","__proto__",["__proto__"],1,1]]&idgoal=0',
  '__proto__=1&constructor=2&idgoal=constructor',
])('nobody reaches into a prototype: %s', async (query) => {
  const { status, rows } = await ask(`/matomo.php?idsite=1&rec=1&${encodeURI(query)}`);
  expect([200, 400]).toContain(status);
  for (const row of rows) expect(row).not.toHaveProperty('segments');
  expect(Object.keys(Object.prototype)).toEqual([]);
});

test.each([
  'lang=%3Cscript%3E',
  'res=huge',
  'h=25&m=61&s=0',
  'lat=91&long=nowhere',
  'country=finland',
  'region=%3Cb%3E',
  '_idvc=-1&_idts=99999999999&_viewts=soon',
  'gt_ms=-1',
  'pf_net=-1&pf_srv=16777216&pf_dm1=soon&dimension0=x',
  'pdf=yes',
])('what %s says is left out', async (query) => {
  const asked = `/matomo.php?idsite=1&rec=1&${query}&token_auth=${shared.service.privateKey}`;
  const { rows } = await ask(asked, { origin: null });
  expect(rows.map(({ props }) => props)).toEqual([{ title: '', visit: expect.any(String) }]);
});

// Half an hour of our one thread, where a number was read in all the ways in which its digits can be shared out.
test('a megabyte of digits that is no number after all holds up nobody', async () => {
  const type = 'application/x-www-form-urlencoded';
  for (const name of ['revenue', 'pf_srv', 'h', 'idgoal', '_idts', 'cdt', 'lat']) {
    const { status } = await ask('/matomo.php', { body: `idsite=1&rec=1&${name}=${'0'.repeat(1_000_000)}!`, type });
    expect([200, 400]).toContain(status);
  }
});
