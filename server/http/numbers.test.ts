import { afterAll, beforeAll, expect, test } from 'vitest';
import { openTestService, type TestService } from '../testing/service.ts';

/** What strangers write where a number is expected, on every operation there is, as the OpenAPI document tells them. */

interface Parameter {
  name: string;
  in: string;
  schema: { type?: string; enum?: string[]; minimum?: number; maximum?: number };
}
type Paths = Record<string, Record<string, { parameters?: Parameter[] }>>;

let service: TestService;
let paths: Paths;
beforeAll(async () => {
  service = await openTestService();
  paths = ((await (await fetch(`${service.url}/docs/json`)).json()) as { paths: Paths }).paths;
});
afterAll(() => service.close());

const isNumber = ({ schema }: Parameter) => schema.type === 'integer' || schema.type === 'number';
/** All operations, each with its parameters in path and query. */
const operations = () =>
  Object.entries(paths).flatMap(([path, item]) =>
    Object.entries(item).map(([method, { parameters = [] }]) => ({ path, method: method.toUpperCase(), parameters })),
  );

/** The address of an operation in which one parameter says this and the others what they may. */
function addressOf(path: string, parameters: Parameter[], tried: Parameter, value: string): string {
  const valueFor = (one: Parameter) => (one === tried ? value : (one.schema.enum?.[0] ?? '1'));
  const there = path.replace(/\{(\w+)\}/g, (_, name) => {
    const one = parameters.find((one) => one.in === 'path' && one.name === name);
    return one ? valueFor(one) : '1';
  });
  const tokens = `auth_token=${service.privateKey}&bearer_token=${service.privateKey}`;
  return `${service.url}${there}?${tokens}${tried.in === 'query' ? `&${tried.name}=${value}` : ''}`;
}

test('a numeric parameter has a minimum and a maximum', () => {
  const unbounded = operations().flatMap(({ path, parameters }) =>
    parameters
      .filter((one) => isNumber(one) && (one.schema.minimum === undefined || one.schema.maximum === undefined))
      .map(({ name }) => `${path} ${name}`),
  );
  // Tracking reads its parameters itself.
  expect(unbounded.filter((one) => !one.startsWith('/track/'))).toEqual([]);
});

const NO_NUMBERS = ['1e999', '-1e999', 'Infinity', '-Infinity', 'NaN', '9007199254740993', '1.5', '-1', '1%00', '%00'];

test.each([...NO_NUMBERS, '-0'])('%s is refused where a number is expected, and is a 500 nowhere', async (value) => {
  const wrong: string[] = [];
  const taken: string[] = [];
  for (const { path, method, parameters } of operations())
    for (const parameter of parameters.filter((one) => one.in === 'path' || one.in === 'query')) {
      if (/token$/.test(parameter.name)) continue;
      const { status } = await fetch(addressOf(path, parameters, parameter, value), { method, redirect: 'manual' });
      const told = `${status} ${method} ${path} ${parameter.name}`;
      if (status >= 500) wrong.push(told);
      // Minus nothing is nothing.
      if (status < 400 && isNumber(parameter) && value !== '-0' && !path.startsWith('/track/')) taken.push(told);
    }
  expect(wrong).toEqual([]);
  expect(taken).toEqual([]);
});

test('a number in a body of the administration is finite and bounded', async () => {
  const deep = `${'{"a":'.repeat(100_000)}1${'}'.repeat(100_000)}`;
  for (const [path, body] of [
    ['styles', '{"name":"a","type":"a","settings":{"photos_limit":1e999}}'],
    ['styles', `{"name":"a","type":"a","settings":${deep}}`],
    ['moderation', '{"premoderation":1e999}'],
    ['tokens', '{"kind":1e999}'],
    ['relays', '{"url":"https://a.example","datamart":1e999,"keyId":"a","secret":"a"}'],
  ]) {
    const headers = { authorization: `Bearer ${service.privateKey}`, 'content-type': 'application/json' };
    const method = path === 'moderation' ? 'PUT' : 'POST';
    const { status } = await fetch(`${service.url}/admin/v1/${path}`, { method, headers, body });
    expect(status, path).toBe(400);
  }
});
