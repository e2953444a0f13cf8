import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { activity, event, id, openDatamart } from './testing/datamart.ts';

let mart: Awaited<ReturnType<typeof openDatamart>>;
beforeAll(async () => {
  mart = await openDatamart();
});
afterAll(() => mart.close());

describe('profiles', () => {
  const path = '/user_points/user_agent_id=vec:p/user_profiles/compartment_id=2/user_account_id=ann%2Fb';
  const known = { name: 'Ann', address: { city: 'Espoo', lines: ['a', 'b'], geo: { lat: 1 } } };
  const said = { age: 30, address: { zip: '02100', lines: ['c'], geo: { lon: 2 } } };
  const put = async (query: string, body: object) => {
    const { status, body: answer } = await mart.put(`${path}${query}`, body);
    expect(status).toBe(200);
    const { $creation_ts, $last_modified_ts, ...data } = answer.data as Record<string, unknown>;
    expect([typeof $creation_ts, typeof $last_modified_ts]).toEqual(['number', 'number']);
    return data;
  };
  const whose = { $compartment_id: '2', $user_account_id: 'ann/b' };

  test.each([
    ['', { name: 'Ann', age: 30, address: said.address }],
    ['?force_replace=false', { name: 'Ann', age: 30, address: said.address }],
    ['?merge_objects=false', { name: 'Ann', age: 30, address: said.address }],
    [
      '?merge_objects=true',
      { name: 'Ann', age: 30, address: { city: 'Espoo', zip: '02100', lines: ['c'], geo: { lat: 1, lon: 2 } } },
    ],
    ['?merge_objects=0&force_replace=False', { name: 'Ann', age: 30, address: said.address }],
    [
      '?merge_objects=TRUE',
      { name: 'Ann', age: 30, address: { city: 'Espoo', zip: '02100', lines: ['c'], geo: { lat: 1, lon: 2 } } },
    ],
    ['?force_replace=1', said],
    ['?force_replace=True', said],
    ['?force_replace=true', said],
    ['?force_replace=true&merge_objects=true', said],
  ])('%s', async (query, now) => {
    expect(await put('?force_replace=true', known)).toEqual({ ...known, ...whose });
    expect(await put(query, said)).toEqual({ ...now, ...whose });
  });

  test.each(['2', 'yes', '', 'tRuE', '1&force_replace=0'])('force_replace=%s is refused', async (value) => {
    expect((await mart.put(`${path}?force_replace=${value}`, said)).status).toBe(400);
  });

  test('change by an activity, once for each event', async () => {
    await put('?force_replace=true', known);
    const $event_id = id();
    const change = event('$set_user_profile_properties', {
      $event_id,
      $user_account_id: 'ann/b',
      $compartment_id: 2,
      age: 31,
    });
    expect((await mart.send(activity(change))).status).toBe(200);
    expect(await put('', {})).toEqual({ ...known, age: 31, ...whose });
    await put('', { age: 32 });
    await mart.send(activity(change));
    expect(await put('', {})).toMatchObject({ age: 32 });
    expect(mart.rows().at(-1)).toMatchObject({
      id: $event_id,
      kind: 'profile',
      props: { account: 'ann/b', properties: { age: 31 } },
    });
  });

  test.each([
    ['', '[]', 'body: expected a user profile object'],
    ['', '{"$user_account_id":"bob"}', '$user_account_id: is not that of the path'],
    ['?force_replace=perhaps', '{}', 'force_replace must be equal to one of the allowed values'],
    ['', '{"__proto__":{}}', 'body: expected JSON without "__proto__"'],
    ['', '{"a":{"constructor":1}}', 'user profile: constructor is no key'],
  ])('are not changed by %s %s', async (query, body, reason) => {
    const answer = await mart.ask(`${path}${query}`, { method: 'PUT', body });
    expect([answer.status, answer.body.error]).toEqual([400, expect.stringContaining(reason)]);
  });

  test('do not grow for ever', async () => {
    await put('?force_replace=true', {});
    const some = (n: number) => Object.fromEntries(Array.from({ length: 400 }, (_, i) => [`${n}_${i}`, i]));
    await put('', some(1));
    const { status } = await mart.put(path, some(2));
    expect(status).toBe(400);
    expect(Object.keys(await put('', {}))).toHaveLength(402);
  });
});
