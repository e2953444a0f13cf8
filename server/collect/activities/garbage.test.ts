import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readTotals } from '../../store/testing/read-events.ts';
import { refusingStore, unavailable } from '../../store/testing/refusing-store.ts';
import { openTestService } from '../../testing/service.ts';
import { activity, event, openDatamart } from './testing/datamart.ts';

let mart: Awaited<ReturnType<typeof openDatamart>>;
beforeAll(async () => {
  mart = await openDatamart();
});
afterAll(() => mart.close());

describe('bad input stores nothing', () => {
  const whole = (properties: string) =>
    `{"$user_agent_id":"vec:bad","$events":[{"$event_name":"fine"},{"$event_name":"x","$properties":${properties}}]}`;
  test.each<[string, string | Uint8Array, number]>([
    ['nested 10,000 deep', whole(`${'{"a":'.repeat(10_000)}1${'}'.repeat(10_000)}`), 400],
    ['nested in arrays', whole(`{"a":${'['.repeat(10_000)}${']'.repeat(10_000)}}`), 400],
    ['__proto__', whole('{"__proto__":{"polluted":1}}'), 400],
    ['constructor', whole('{"constructor":{"prototype":{"polluted":1}}}'), 400],
    ['invalid UTF-8', new Uint8Array([...Buffer.from(whole('{"a":"')), 0xff]), 400],
    ['a NUL', whole('{"a":"\\u0000"}'), 400],
    ['5 MB', whole(`{"a":"${'x'.repeat(5_000_000)}"}`), 413],
    ['no JSON', '{', 400],
    ['nothing', '', 400],
    ['null', 'null', 400],
    ['a number', '7', 400],
    ['too many events', `{"$user_agent_id":"vec:bad","$events":[${'{"$event_name":"x"},'.repeat(1000)}{}]}`, 400],
    [
      'too many units sold',
      `{"$user_agent_id":"vec:bad","$events":[${Array(210).fill('{"$event_name":"$basket_view","$properties":{"currency":"EUR","$items":[{"$id":"a","$qty":100}]}}')}]}`,
      400,
    ],
    [
      'a redirect elsewhere',
      whole(
        '{"$event_id":"0192f3a4-0000-7000-8000-999999999999","scope":{"kind":"best"},"media":"1","pics":1,"instance":"a","redirect_url":"https://evil.example/"}',
      ).replace('"x"', '"media_shop"'),
      400,
    ],
  ])('%s', async (_, body, status) => {
    const before = mart.rows().length;
    const answer = await mart.send(body);
    expect([answer.status, answer.body.status]).toEqual([status, 'error']);
    expect(mart.rows().length).toBe(before);
    expect((await mart.ask('/user_points/user_agent_id=vec:bad/user_choices')).status).toBe(404);
    expect({}).not.toHaveProperty('polluted');
  });

  test('a profile that would grow too large is refused together with the events of its activity', async () => {
    const many = (letter: string) => Object.fromEntries(Array.from({ length: 400 }, (_, n) => [`${letter}${n}`, n]));
    const said = (letter: string) =>
      event('$set_user_profile_properties', { $user_account_id: 'large', ...many(letter) });
    const before = mart.rows().length;
    const totals = readTotals(mart.data);
    const answer = await mart.send(activity(event('seen'), said('a'), said('b')));
    expect([answer.status, answer.body.error]).toEqual([400, 'user profile: would have too many values or levels']);
    expect([mart.rows().length, readTotals(mart.data)]).toEqual([before, totals]);
    expect(mart.names().filter(({ id }) => id === 'large')).toEqual([]);
  });

  test('half a character makes no name: two such names would be equal', async () => {
    const answer = await mart.send('{"$user_agent_id":"half\\ud800"}');
    expect([answer.status, answer.body.error]).toEqual([400, '$user_agent_id: contains half a character']);
  });

  test.each([
    ['GET', '/nothing', 404],
    ['GET', '/user_activities', 404],
    ['PUT', '/user_points/user_agent_id=a/user_choices', 404],
    ['GET', '/user_points/user_agent_id=%ff/user_choices', 400],
    ['GET', `/user_points/user_agent_id=${'x'.repeat(5000)}/user_choices`, 400],
  ] as const)('%s %.60s is answered in this protocol’s words', async (method, path, status) => {
    const answer = await mart.ask(path, { method });
    expect([answer.status, answer.body]).toEqual([
      status,
      { status: 'error', error: expect.any(String), error_code: status === 404 ? 'NOT_FOUND' : 'BAD_REQUEST' },
    ]);
  });

  test('a form is of another type', async () => {
    const answer = await mart.send('a=b', { headers: { 'content-type': 'application/x-www-form-urlencoded' } });
    expect([answer.status, answer.body.status]).toEqual([415, 'error']);
  });
});

test('a store that is down is answered 503 with Retry-After', async () => {
  const down = await openTestService({ events: refusingStore(unavailable('The disk is full.')) });
  try {
    const response = await fetch(`${down.url}/v1/datamarts/${down.customerId}/user_activities`, {
      method: 'POST',
      headers: { authorization: down.privateKey, 'content-type': 'application/json' },
      body: JSON.stringify(activity(event('x'))),
    });
    expect([response.status, response.headers.get('retry-after')]).toEqual([503, '2']);
    expect(await response.json()).toMatchObject({ status: 'error', error_code: 'SERVICE_UNAVAILABLE' });
  } finally {
    await down.close();
  }
});
