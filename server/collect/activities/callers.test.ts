import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { SHOP_ORIGIN } from '../../testing/service.ts';
import { activity, event, openDatamart, signed } from './testing/datamart.ts';

let mart: Awaited<ReturnType<typeof openDatamart>>;
beforeAll(async () => {
  mart = await openDatamart();
});
afterAll(() => mart.close());

describe('who may ask', () => {
  const route = () => `datamarts/${mart.customerId}/user_activities`;
  const body = JSON.stringify({ $user_agent_id: 'vec:s', $events: [] });
  const sign = (uri: string, ts?: number, of = body, token = mart.privateKey) =>
    mart.send(body, { token: '', headers: signed(token, uri, of, ts) });

  test('a signature over the URI in any of its spellings, and over no body', async () => {
    for (const uri of [route(), `/${route()}`, `v1/${route()}`, `/v1/${route()}`])
      expect((await sign(uri)).status).toBe(200);
    const path = '/user_points/user_agent_id=vec:s/user_choices';
    const headers = signed(mart.privateKey, `datamarts/${mart.customerId}${path}`);
    expect((await mart.ask(path, { token: '', headers })).status).toBe(200);
  });

  test('no signature over another URI, body or time, with another secret or a stale time', async () => {
    expect((await sign('datamarts/99/user_activities')).status).toBe(401);
    expect((await sign(route(), Date.now(), '{}')).status).toBe(401);
    expect((await sign(route(), Date.now() - 6 * 60_000)).body.error).toMatch('X-Mics-Ts');
    expect((await sign(route(), Date.now() + 6 * 60_000)).status).toBe(401);
    expect((await sign(route(), Date.now(), body, 'guessed')).body.error).toMatch('X-Mics-Key-Id');
    const headers = signed(mart.privateKey, route(), body);
    const forged = { ...headers, 'x-mics-ts': String(Number(headers['x-mics-ts']) + 1) };
    expect((await mart.send(body, { token: '', headers: forged })).status).toBe(401);
    expect((await mart.send(body, { token: '', headers: { ...headers, 'x-mics-mac': 'x' } })).status).toBe(401);
    expect((await mart.send(body, { token: '', headers: { ...headers, origin: SHOP_ORIGIN } })).status).toBe(401);
    expect((await mart.send(body, { token: '', headers })).status).toBe(200);
  });

  test('a token that is missing or wrong: 401; another datamart: 403', async () => {
    const before = mart.rows().length;
    expect(await mart.send(activity(event('x')), { token: '' })).toMatchObject({
      status: 401,
      body: { status: 'error', error_code: 'UNAUTHORIZED' },
    });
    expect((await mart.send(activity(event('x')), { token: 'nobody' })).status).toBe(401);
    expect((await mart.ask('9/user_activities', { method: 'POST', body: {} })).status).toBe(403);
    expect(mart.rows().length).toBe(before);
  });

  test('a token behind api:, as some clients write it', async () => {
    for (const written of [`api:${mart.privateKey}`, `API:${mart.privateKey}`, ` api:${mart.key} `])
      expect((await mart.send(activity(), { token: written })).status, written).toBe(200);
    expect((await mart.send(activity(), { token: 'api:nobody' })).status).toBe(401);
    expect((await mart.send(activity(), { token: 'api:' })).status).toBe(401);
  });

  test('a slash at the end of a path changes nothing', async () => {
    expect((await mart.ask('/user_activities/', { method: 'POST', body: activity() })).status).toBe(200);
    const page = { token: mart.key, headers: { origin: SHOP_ORIGIN } };
    expect((await mart.ask('/user_activities/', { method: 'POST', body: activity(), ...page })).status).toBe(200);
    expect((await mart.ask('/user_activities/', { method: 'OPTIONS', ...page })).status).toBe(204);
    const choices = '/user_points/user_agent_id=vec:123/user_choices';
    expect((await mart.ask(`${choices}/`)).body.total).toBe((await mart.ask(choices)).body.total);
    const profile = '/user_points/user_agent_id=vec:123/user_profiles/compartment_id=1/user_account_id=slash';
    expect((await mart.put(`${profile}/`, { a: 1 })).body.data).toMatchObject({ $user_account_id: 'slash', a: 1 });
    expect((await mart.ask(`${choices}/`, page)).status).toBe(403);
    const signature = signed(mart.privateKey, `datamarts/${mart.customerId}${choices}/`);
    expect((await mart.ask(`${choices}/`, { token: '', headers: signature })).status).toBe(200);
    expect((await mart.ask('/user_activities//', { method: 'POST', body: activity() })).status).toBe(404);
  });

  test('a public token sends activities and can do nothing else', async () => {
    const public_ = { token: mart.key, headers: { origin: SHOP_ORIGIN } };
    expect((await mart.send(activity(), public_)).status).toBe(200);
    expect((await mart.ask('/user_points/user_agent_id=vec:123/user_choices', public_)).status).toBe(403);
    expect((await mart.send(activity(), { token: mart.key, headers: { origin: 'https://evil.example' } })).status).toBe(
      401,
    );
    expect((await mart.send(activity(), { headers: { origin: SHOP_ORIGIN } })).status).toBe(401);
    const beacon = {
      method: 'POST',
      body: activity(),
      token: '',
      headers: { authorization: '', origin: SHOP_ORIGIN },
    } as const;
    expect((await mart.ask(`/user_activities?auth_token=${mart.key}`, beacon)).status).toBe(200);
    const asked = { method: 'OPTIONS', token: '', headers: { origin: SHOP_ORIGIN } } as const;
    const preflight = await mart.ask('/user_activities', asked);
    expect(preflight.status).toBe(204);
    expect(preflight.headers.get('access-control-allow-headers')).toContain('Authorization, Content-Type');
  });
});
