import { expect, test } from 'vitest';
import { COVERAGE } from '../../src/wires/tracking/coverage.ts';
import type { Coverage } from '../../src/wires/wire.ts';
import { type Proof, type Report, readProofs } from './marks.ts';
import { type Known, problemsOf, type Wires, writeDocument } from './wires.ts';

const NOTHING = Object.fromEntries(Object.keys(COVERAGE).map((kind) => [kind, null])) as unknown as Coverage;
const WIRES: Wires = {
  pigeon: {
    ...NOTHING,
    page: { as: '`a` | b', loses: { title: 'cut [here]', segments: 'too heavy' } },
    goal: { as: 'a ring', only: 'decode' },
  },
  smoke: { ...NOTHING, page: { as: 'a puff' } },
};

const proof = (wire: string, kind: string, direction: Proof['direction'], more: Partial<Proof> = {}): Proof => ({
  ...{ wire, kind, direction, test: 'comes back', file: 'src/wires/a.test.ts', passed: true },
  ...more,
});
const ALL = [
  proof('pigeon', 'page', 'encode'),
  proof('pigeon', 'page', 'decode'),
  proof('pigeon', 'goal', 'decode'),
  proof('smoke', 'page', 'encode'),
  proof('smoke', 'page', 'decode', { test: 'is seen' }),
];

const known = (proofs: readonly Proof[]): Known => ({ wires: WIRES, proofs, fields: {}, readings: [] });

test('proofs are those of the report, with the test and its file', () => {
  const meta = { proves: { wire: 'smoke', kinds: ['page', 'goal'], directions: ['encode'] } } as const;
  const report: Report = {
    testResults: [
      {
        name: '/house/src/wires/smoke.test.ts',
        assertionResults: [
          { ancestorTitles: ['', 'encode'], title: 'fails', status: 'failed', meta },
          { ancestorTitles: [], title: 'has no mark', status: 'passed', meta: {} },
        ],
      },
    ],
  };
  const common = { direction: 'encode', test: 'encode › fails', file: 'src/wires/smoke.test.ts', passed: false };
  expect(readProofs(report, '/house')).toEqual([
    { wire: 'smoke', kind: 'page', ...common },
    { wire: 'smoke', kind: 'goal', ...common },
  ]);
});

test('a document whose rows all have a test is true', () => {
  expect(problemsOf(known(ALL))).toEqual([]);
});

test.each([
  ['a kind without a test', ALL.slice(1), 'No test that passed proves that page is written by pigeon.'],
  [
    'a kind whose only test failed',
    [proof('pigeon', 'page', 'encode', { passed: false }), ...ALL.slice(1)],
    'No test that passed proves that page is written by pigeon.',
  ],
  [
    'a proof of no wire',
    [...ALL, proof('drum', 'page', 'encode')],
    'src/wires/a.test.ts: "comes back" proves that page is written by drum, whose table says otherwise.',
  ],
  [
    'a proof of what is not carried',
    [...ALL, proof('smoke', 'goal', 'decode')],
    'src/wires/a.test.ts: "comes back" proves that goal is read by smoke, whose table says otherwise.',
  ],
  [
    'a proof of the direction that is not there',
    [...ALL, proof('pigeon', 'goal', 'encode')],
    'src/wires/a.test.ts: "comes back" proves that goal is written by pigeon, whose table says otherwise.',
  ],
])('%s is told', (_, proofs, problem) => {
  expect(problemsOf(known(proofs))).toEqual([problem]);
});

test('each wire has its table, and one table shows which carries what', () => {
  const text = writeDocument('# Intro\n\n<!-- wires -->\n', known(ALL));
  const lines = text.split('\n');
  expect(lines.slice(0, 3)).toEqual(['# Intro', '', '| kind | [pigeon](#pigeon) | [smoke](#smoke) |']);
  expect(lines).toContain('| `page` | both ways, in part | both ways |');
  expect(lines).toContain('| `goal` | read only | — |');
  expect(lines).toContain('| `cart` | — | — |');
  expect(text.slice(text.indexOf('## pigeon'))).toBe(`## pigeon

| kind | what it is there | direction | what is lost | proven by |
| --- | --- | --- | --- | --- |
| \`page\` | \`a\` \\| b | written, read | \`title\`: cut \\[here\\]<br>\`segments\`: too heavy | [comes back](../src/wires/a.test.ts) |
| \`goal\` | a ring | read | nothing | [comes back](../src/wires/a.test.ts) |

## smoke

| kind | what it is there | direction | what is lost | proven by |
| --- | --- | --- | --- | --- |
| \`page\` | a puff | written, read | nothing | [comes back](../src/wires/a.test.ts)<br>[is seen](../src/wires/a.test.ts) |
`);
});

test('a kind without a test is seen', () => {
  expect(writeDocument('<!-- wires -->', known([]))).toContain('| `goal` | a ring | read | nothing | — |');
});

test('below its table a wire has those of its requests, and a field without a test is told', () => {
  const told = { ...known(ALL), fields: { pigeon: { 'PUT /loft': { ring: 'the action' } } } };
  const text = writeDocument('<!-- wires -->', told);
  const [pigeon = '', smoke = ''] = text.slice(text.indexOf('## pigeon')).split('## smoke');
  expect(pigeon).toContain('### `PUT /loft`\n\n| field |');
  expect(smoke).not.toContain('###');
  expect(problemsOf(told)).toEqual(['No test that passed shows what pigeon makes of ring in PUT /loft.']);
});
