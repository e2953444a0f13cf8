import { expect, test } from 'vitest';
import { type FieldsOfWires, problemsOf, writeTables } from './fields.ts';
import { type Reading, type Report, readReadings } from './marks.ts';

const PIGEON = {
  'PUT /loft/{loft}': { loft: 'the `instance` | where it flies', 'ring[]': 'none: it is lost' },
  'GET /loft': {},
};
const FIELDS: FieldsOfWires = { pigeon: PIGEON, smoke: { 'GET /puff': { ring: 'the action' } } };

const reading = (wire: string, request: string, field: string, more: Partial<Reading> = {}): Reading => ({
  ...{ wire, request, field, test: 'is read', file: 'server/collect/a.test.ts', passed: true },
  ...more,
});
const ALL = [
  reading('pigeon', 'PUT /loft/{loft}', 'loft'),
  reading('pigeon', 'PUT /loft/{loft}', 'ring[]'),
  reading('smoke', 'GET /puff', 'ring'),
];

test('readings are those of the report, with the test and its file', () => {
  const meta = { understands: { wire: 'smoke', request: 'GET /puff', fields: ['ring', 'wind'] } };
  const report: Report = {
    testResults: [
      {
        name: '/house/src/wires/smoke.test.ts',
        assertionResults: [
          { ancestorTitles: ['', 'GET /puff', 'a puff'], title: 'is seen', status: 'failed', meta },
          { ancestorTitles: [], title: 'has no mark', status: 'passed', meta: {} },
        ],
      },
    ],
  };
  const common = { wire: 'smoke', request: 'GET /puff', test: 'a puff › is seen', passed: false };
  expect(readReadings(report, '/house')).toEqual([
    { ...common, field: 'ring', file: 'src/wires/smoke.test.ts' },
    { ...common, field: 'wind', file: 'src/wires/smoke.test.ts' },
  ]);
});

test('fields that all have a test are true', () => {
  expect(problemsOf(FIELDS, ALL)).toEqual([]);
});

const UNSHOWN = 'No test that passed shows what pigeon makes of loft in PUT /loft/{loft}.';
const astray = (wire: string, field: string, request: string) =>
  `server/collect/a.test.ts: "is read" shows what ${wire} makes of ${field} in ${request}, which has no row.`;

test.each([
  ['a field without a test', ALL.slice(1), UNSHOWN],
  [
    'a field whose only test failed',
    [reading('pigeon', 'PUT /loft/{loft}', 'loft', { passed: false }), ...ALL.slice(1)],
    UNSHOWN,
  ],
  ['a mark of no wire', [...ALL, reading('drum', 'GET /puff', 'ring')], astray('drum', 'ring', 'GET /puff')],
  ['a mark of no request', [...ALL, reading('smoke', 'GET /loft', 'ring')], astray('smoke', 'ring', 'GET /loft')],
  ['a mark of no field', [...ALL, reading('smoke', 'GET /puff', 'loft')], astray('smoke', 'loft', 'GET /puff')],
  [
    'a failed mark of no field',
    [...ALL, reading('smoke', 'GET /puff', 'loft', { passed: false })],
    astray('smoke', 'loft', 'GET /puff'),
  ],
])('%s is told', (_, readings, problem) => {
  expect(problemsOf(FIELDS, readings)).toEqual([problem]);
});

test('each request has its table; tests of one name are one, and a field without a test is seen', () => {
  const readings = [
    reading('pigeon', 'PUT /loft/{loft}', 'loft'),
    reading('pigeon', 'PUT /loft/{loft}', 'loft'),
    reading('pigeon', 'PUT /loft/{loft}', 'loft', { test: 'is [kept]' }),
  ];
  const [first] = writeTables('pigeon', PIGEON, readings, '..');
  expect(first).toBe(`### \`PUT /loft/{loft}\`

| field | what our service makes of it | shown by |
| --- | --- | --- |
| \`loft\` | the \`instance\` \\| where it flies | [is read](../server/collect/a.test.ts)<br>[is \\[kept\\]](../server/collect/a.test.ts) |
| \`ring[]\` | none: it is lost | — |`);
});
