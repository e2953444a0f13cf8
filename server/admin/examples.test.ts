import { afterAll, beforeAll, expect, test } from 'vitest';
import { OPERATOR, openTestService, type TestService } from '../testing/service.ts';
import { NewHost, NewOrigin, NewToken } from './access.ts';
import { NewCustomer } from './customers.ts';
import { ANSWERS } from './examples.ts';
import { NewRelay } from './relays.ts';
import { NewInstance, NewStyle } from './widgets.ts';

const BODIES = {
  ...{ customer: NewCustomer, token: NewToken, origin: NewOrigin, host: NewHost },
  ...{ style: NewStyle, instance: NewInstance, relay: NewRelay },
};

let service: TestService;
beforeAll(async () => {
  service = await openTestService();
});
afterAll(() => service.close());

async function ask(path: string, body?: object) {
  const token = path === 'customers' ? OPERATOR : service.privateKey;
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
  const init = body && { method: 'POST', body: JSON.stringify(body) };
  const response = await fetch(`${service.url}/admin/v1/${path}`, { headers, ...init });
  return { status: response.status, body: await response.json() };
}

/** Names and types of everything in a value. */
function shape(value: unknown): unknown {
  if (Array.isArray(value)) return [shape(value.at(-1))];
  if (typeof value !== 'object' || value === null) return value === null ? null : typeof value;
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, shape(inner)]));
}

const exampleIn = (schema: object) => (schema as { examples: unknown[] }).examples[0];

test.each(['customer', 'token', 'origin', 'host', 'style', 'instance', 'relay'] as const)(
  'the example of a new %s is taken, and answered like the example of its answer',
  async (name) => {
    const { status, body } = await ask(`${name}s`, exampleIn(BODIES[name]) as object);
    expect([status, shape(body)]).toEqual([201, shape(exampleIn(ANSWERS[name][201]))]);
  },
);

test.each(['tokens', 'origins', 'hosts', 'styles', 'instances', 'relays'] as const)(
  'the list of %s looks like its example',
  async (name) => {
    const { status, body } = await ask(name);
    expect([status, shape(body)]).toEqual([200, shape(exampleIn(ANSWERS[name][200]))]);
  },
);
