import { expect, test } from 'vitest';
import { problemsOf, writeDocument } from './content-api.ts';
import { type OpenApi, readEndpoints } from './endpoints.ts';
import { type Mark, type Report, readMarks } from './marks.ts';

const OPENAPI: OpenApi = {
  security: [{ page: [] }, { server: [] }],
  components: {
    securitySchemes: {
      page: { type: 'apiKey', in: 'query', name: 'auth_token' },
      server: { type: 'apiKey', in: 'query', name: 'auth_token' },
    },
  },
  paths: {
    '/healthz': { get: { tags: ['operation'], summary: 'Health', security: [] } },
    '/media/{id}': {
      get: {
        tags: ['media'],
        summary: 'A media',
        parameters: [
          { name: 'count', in: 'query', description: 'One | `two | three` [*] <b>' },
          { name: 'id', in: 'path', description: 'Which.' },
        ],
      },
    },
    '/customers': {
      post: {
        tags: ['customers'],
        summary: 'A new one',
        security: [],
        requestBody: {
          content: {
            'application/json': { schema: { properties: { name: { description: 'Its name.' } } } },
            'multipart/form-data': { schema: { anyOf: [{ properties: { name: {}, file: {} } }] } },
          },
        },
      },
    },
  },
};
const ENDPOINTS = readEndpoints(OPENAPI, ['customers', 'media']);

const mark = (endpoint: string, parameter: string, more: Partial<Mark> = {}): Mark => ({
  ...{ endpoint, parameter, test: 'does it', file: 'server/a.test.ts', passed: true },
  ...more,
});
const ALL = [
  ...['name', 'file'].map((parameter) => mark('POST /customers', parameter)),
  ...['id', 'auth_token', 'count'].map((parameter) => mark('GET /media/{id}', parameter)),
];

test('endpoints have the parameters of path, token, query and body, by tag', () => {
  expect(ENDPOINTS.map(({ name, parameters }) => [name, parameters.map((one) => `${one.in} ${one.name}`)])).toEqual([
    ['POST /customers', ['body name', 'body file']],
    ['GET /media/{id}', ['path id', 'query auth_token', 'query count']],
  ]);
});

test('marks are those of the report, with the test and its file', () => {
  const shows = { 'GET /media/{id}': ['id', 'count'] };
  const report: Report = {
    testResults: [
      {
        name: '/house/server/b.test.ts',
        assertionResults: [{ ancestorTitles: ['', 'media'], title: 'fails', status: 'failed', meta: { shows } }],
      },
      {
        name: '/house/server/a.test.ts',
        assertionResults: [
          { ancestorTitles: ['GET /media/{id}'], title: 'counts', status: 'passed', meta: { shows } },
          { ancestorTitles: [], title: 'has no mark', status: 'passed', meta: {} },
        ],
      },
    ],
  };
  const [endpoint] = Object.keys(shows) as [string];
  expect(readMarks(report, '/house')).toEqual([
    { endpoint, parameter: 'id', test: 'counts', file: 'server/a.test.ts', passed: true },
    { endpoint, parameter: 'count', test: 'counts', file: 'server/a.test.ts', passed: true },
    { endpoint, parameter: 'id', test: 'media › fails', file: 'server/b.test.ts', passed: false },
    { endpoint, parameter: 'count', test: 'media › fails', file: 'server/b.test.ts', passed: false },
  ]);
});

test('a document whose rows all have a test is true', () => {
  expect(problemsOf(ENDPOINTS, ALL)).toEqual([]);
});

test.each([
  ['a row without a test', ALL.slice(1), 'No test that passed shows what name does in POST /customers.'],
  [
    'a row whose only test failed',
    [mark('POST /customers', 'name', { passed: false }), ...ALL.slice(1)],
    'No test that passed shows what name does in POST /customers.',
  ],
  [
    'a mark of no endpoint',
    [...ALL, mark('GET /nothing', 'id')],
    'server/a.test.ts: "does it" shows GET /nothing, which is no endpoint.',
  ],
  [
    'a mark of no parameter',
    [...ALL, mark('GET /media/{id}', 'size', { passed: false })],
    'server/a.test.ts: "does it" shows size, which is no parameter of GET /media/{id}.',
  ],
])('%s is told', (_, marks, problem) => {
  expect(problemsOf(ENDPOINTS, marks)).toEqual([problem]);
});

test('a row links its tests, each once, and keeps to its cells', () => {
  const again = mark('GET /media/{id}', 'count');
  const another = mark('GET /media/{id}', 'count', { test: 'counts `a|b`', file: 'server/c d.test.ts' });
  const failed = mark('GET /media/{id}', 'count', { test: 'fails', passed: false });
  const text = writeDocument('# Intro\n\n<!-- endpoints -->\n', ENDPOINTS, [...ALL, again, another, failed]);
  expect(text.startsWith('# Intro\n\n## Customers\n\n### `POST /customers`\n\nA new one.\n\n| parameter |')).toBe(true);
  expect(text.split('\n').find((line) => line.startsWith('| `count`'))).toBe(
    '| `count` | query | One \\| `two \\| three` \\[\\*\\] \\<b> | [does it](../server/a.test.ts)<br>[counts `a\\|b`](../server/c%20d.test.ts) |',
  );
});

test('a row without a test is seen', () => {
  expect(writeDocument('<!-- endpoints -->', ENDPOINTS, [])).toContain('| `name` | body | Its name. | — |');
});
