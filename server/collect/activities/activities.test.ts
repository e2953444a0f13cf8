import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { StampedEvent } from '../../../src/events/vocabulary.ts';
import { activities } from '../../../src/wire/activities.ts';
import { tracking } from '../../../src/wire/tracking.ts';
import { StoreDown } from '../../store/events/event-store.ts';
import { readTotals, refusingStore } from '../../store/events/testing.ts';
import { openTestService, SHOP_ORIGIN } from '../../testing.ts';
import { openDatamart, signed } from './activities.fixture.ts';

let mart: Awaited<ReturnType<typeof openDatamart>>;
beforeAll(async () => {
  mart = await openDatamart();
});
afterAll(() => mart.close());

let made = 0;
const id = () => `0192f3a4-0000-7000-8000-${String(++made).padStart(12, '0')}`;
const agent = (name: string) => ({ $type: 'USER_AGENT', $user_agent_id: name });
const event = ($event_name: string, $properties: object = {}) => ({ $ts: Date.now() - 1000, $event_name, $properties });
const activity = (...$events: object[]) => ({
  $type: 'SITE_VISIT',
  $session_status: 'IN_SESSION',
  $ts: Date.now(),
  $user_identifiers: [agent('vec:123')],
  $events,
});

describe('our wire', () => {
  const at = Date.now() - 1000;
  const events = (): StampedEvent[] => [
    {
      kind: 'media',
      action: 'click',
      id: id(),
      at,
      instance: 'abc',
      scope: { kind: 'stream', id: '2' },
      media: '7',
      pics: 3,
      segments: [['näme', '日本']],
      analyticsId: 'visitor 🙂',
      pageUrl: 'https://shop.example/p',
    },
    {
      kind: 'checkout',
      id: id(),
      at,
      transactionId: 'T1',
      products: [
        { id: 'mug', amount: 2 },
        { id: 'mug', amount: 2 },
      ],
      currency: 'EUR',
      segments: [],
      analyticsId: 'visitor 🙂',
    },
    { kind: 'choice', id: id(), at, choice: 'granted', analyticsId: 'visitor 🙂' },
  ];
  const deliver = async (request: { url: string; body?: string; ids: string[] } | undefined) => {
    const response = await fetch(request?.url ?? '', {
      method: 'POST',
      body: request?.body ?? '',
      headers: { origin: SHOP_ORIGIN },
    });
    return {
      status: response.status,
      body: await response.text(),
      cors: response.headers.get('access-control-allow-origin'),
    };
  };

  test('is stored as the tracking wire stores it, once, whatever wires brought it', async () => {
    const wire = activities({ url: mart.url, datamart: mart.customerId, key: mart.key });
    const sent = events();
    const before = mart.rows().length;
    const [request] = wire.encode(sent, 16_384, Date.now());
    if (!request) throw new Error('nothing to send');
    const answer = await deliver(request);
    expect(answer).toEqual({ status: 200, body: '{"status":"ok","data":true}', cors: SHOP_ORIGIN });
    expect([...wire.settle(request, answer).values()]).toEqual(['accepted', 'accepted', 'accepted']);
    const rows = mart.rows().slice(before);
    expect(rows).toMatchObject([
      {
        id: sent[0]?.id,
        kind: 'media',
        action: 'click',
        media_id: '7',
        scope_kind: 'stream',
        scope_id: '2',
        segments: { näme: '日本' },
        analytics_id: 'visitor 🙂',
        page_url: 'https://shop.example/p',
        occurred_at: at,
        wire: 'activities',
      },
      {
        id: sent[1]?.id,
        kind: 'checkout',
        transaction_id: 'T1',
        products: [
          { id: 'mug', amount: 2 },
          { id: 'mug', amount: 2 },
        ],
        currency: 'EUR',
      },
      { id: sent[2]?.id, kind: 'choice', action: 'granted' },
    ]);
    const totals = readTotals(mart.data);
    await deliver(request);
    await deliver(tracking({ api: mart.url, key: mart.key }).encode(sent, 16_384, Date.now())[0]);
    expect(mart.rows().slice(before)).toEqual(rows);
    expect(readTotals(mart.data)).toEqual(totals);
  });

  test('is corrected when the sender’s clock is an hour slow; another client’s time is its own', async () => {
    const hour = 3_600_000;
    const wire = activities({ url: mart.url, datamart: mart.customerId, key: mart.key });
    const [first] = events() as [StampedEvent];
    await deliver(wire.encode([{ ...first, at: Date.now() - hour }], 16_384, Date.now() - hour)[0]);
    expect(Math.abs((mart.rows().at(-1)?.occurred_at ?? 0) - Date.now())).toBeLessThan(60_000);
    await deliver(
      wire.encode(
        [{ kind: 'choice', choice: 'granted', id: id(), at: Date.now() - hour, analyticsId: 'slow' }],
        16_384,
        Date.now() - hour,
      )[0],
    );
    const { body } = await mart.ask('/user_points/user_agent_id=vec:slow/user_choices');
    expect(Math.abs((body.data as [{ $choice_ts: number }])[0].$choice_ts - Date.now())).toBeLessThan(60_000);
    const $ts = Date.now() - hour;
    await mart.send({ ...activity({ ...event('x'), $ts }), $ts });
    expect(mart.rows().at(-1)?.occurred_at).toBe($ts);
  });
});

describe('another client', () => {
  test('keeps what it says in its own words', async () => {
    const { status, body } = await mart.send({
      ...activity(event('$item_view', { $id: 'x', deep: { a: [1] } })),
      $site_id: '12',
    });
    expect([status, body]).toEqual([200, { status: 'ok', data: true }]);
    expect(mart.rows().at(-1)).toMatchObject({
      kind: 'other',
      action: '$item_view',
      analytics_id: '123',
      props: {
        category: 'activity',
        properties: { $id: 'x', deep: { a: [1] } },
        activity: { type: 'SITE_VISIT', session_status: 'IN_SESSION', site_id: '12' },
      },
    });
  });

  test('counts as often as it comes without an id, and may say no event at all', async () => {
    const before = mart.rows().length;
    const sent = activity(event('seen'));
    await mart.send(sent);
    await mart.send(sent);
    expect(mart.rows().length).toBe(before + 2);
    expect((await mart.send(activity())).status).toBe(200);
    expect(mart.rows().length).toBe(before + 2);
  });
});

describe('user points', () => {
  const choose = (selector: string, processing = '1') =>
    mart.put(`/user_points/${selector}/user_choices/processing_id=${processing}`, {
      $choice_ts: Date.now(),
      $choice_acceptance_value: true,
    });
  const total = async (selector: string) => (await mart.ask(`/user_points/${selector}/user_choices`)).body.total;

  test('merge when one activity names two of them, with all that is known of either', async () => {
    await choose('user_agent_id=vec:m1', 'a');
    await choose('email_hash=m1', 'b');
    await choose('compartment_id=3,user_account_id=m1', 'c');
    await mart.put('/user_points/email_hash=m1/user_profiles/compartment_id=3/user_account_id=m2', { a: 1 });
    expect(await total('user_agent_id=vec:m1')).toBe(1);
    await mart.send({ $user_identifiers: [agent('vec:m1'), { $type: 'USER_EMAIL', $hash: 'm1' }] });
    expect([await total('user_agent_id=vec:m1'), await total('email_hash=m1')]).toEqual([2, 2]);
    await mart.send({ $email_hash: 'm1', $user_account_id: 'm1', $compartment_id: 3 });
    for (const selector of [
      'user_agent_id=vec:m1',
      'compartmentId=3,user_account_id=m1',
      'compartment_id=3,user_account_id=m2',
    ])
      expect(await total(selector)).toBe(3);
  });

  test('are selected by their id, too, and by that of one that was merged', async () => {
    const pointOf = (name: string) => mart.names().find(({ id }) => id === name)?.point;
    await choose('user_agent_id=vec:i1', 'a');
    await choose('user_agent_id=vec:i2', 'b');
    const [first, second] = [pointOf('vec:i1'), pointOf('vec:i2')];
    expect([await total(`${first}`), await total(`${second}`)]).toEqual([1, 1]);
    await mart.send({ $user_identifiers: [agent('vec:i2'), agent('vec:i1')] });
    expect([pointOf('vec:i2'), await total(`${first}`), await total(`${second}`)]).toEqual([first, 2, 2]);
    expect((await choose(`${second}`, 'c')).status).toBe(200);
    expect(await total(`${first}`)).toBe(3);
    expect((await choose('0192f3a4-0000-7000-8000-000000000000')).status).toBe(404);
  });

  test('get what belongs to them when many activities share a commit, and repetitions change nothing', async () => {
    const say = (n: number, $event_id: string, age: number) =>
      mart.send({
        ...activity(
          event('seen'),
          event('$set_user_profile_properties', { $event_id, $user_account_id: `many${n}`, age }),
        ),
        $user_identifiers: [agent(`vec:many${n}`)],
      });
    const ids = Array.from({ length: 40 }, id);
    await Promise.all(ids.map((eventId, n) => say(n, eventId, n)));
    await Promise.all(ids.flatMap((eventId, n) => [say(n, eventId, -1), n % 2 ? say(n, id(), 1000 + n) : []]));
    const ages = await Promise.all(
      ids.map(async (_, n) => {
        const { body } = await mart.put(
          `/user_points/user_agent_id=vec:many${n}/user_profiles/user_account_id=many${n}`,
          {},
        );
        return (body.data as { age: number }).age;
      }),
    );
    expect(ages).toEqual(ids.map((_, n) => (n % 2 ? 1000 + n : n)));
  });

  test('an account without a compartment is in the default one', async () => {
    await choose('user_account_id=d1');
    expect(await total('compartment_id=1,user_account_id=d1')).toBe(1);
  });

  test.each([
    ['0192f3a4-0000-7000-8000-000000000000', 404],
    ['email_hash=nobody', 404],
    ['shoe_size=42', 400],
    ['email_hash=', 400],
    ['email_hash=%00', 400],
  ])('%s is answered %i', async (selector, status) => {
    const { body, ...answer } = await mart.ask(`/user_points/${selector}/user_choices`);
    expect([answer.status, body.status]).toEqual([status, 'error']);
  });
});

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
    ['?force_replace=true', said],
    ['?force_replace=true&merge_objects=true', said],
  ])('%s', async (query, now) => {
    expect(await put('?force_replace=true', known)).toEqual({ ...known, ...whose });
    expect(await put(query, said)).toEqual({ ...now, ...whose });
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
    ['?force_replace=perhaps', '{}', 'force_replace must be boolean'],
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

describe('choices', () => {
  const path = '/user_points/user_agent_id=vec:c/user_choices';
  const choice = ($choice_ts: number, $choice_acceptance_value: boolean, more: object = {}) => ({
    $choice_ts,
    $choice_acceptance_value,
    ...more,
  });
  const now = Date.now();

  test('are kept with their history, and an older one changes nothing', async () => {
    const put = await mart.put(
      `${path}/processing_id=9`,
      choice(now - 2000, true, { $choice_source_id: '4', cmp: { v: 2 } }),
    );
    const first = { $processing_id: '9', ...choice(now - 2000, true), $choice_source_id: '4', cmp: { v: 2 } };
    expect([put.status, put.body]).toEqual([200, { status: 'ok', data: first }]);
    await mart.put(`${path}/processing_id=9`, choice(now - 1000, false));
    const late = await mart.put(`${path}/processing_id=9`, choice(now - 3000, true));
    const second = { $processing_id: '9', ...choice(now - 1000, false) };
    expect(late.body.data).toEqual(second);
    expect((await mart.ask(`${path}/processing_id=9`)).body).toEqual({
      status: 'ok',
      data: [second],
      count: 1,
      first_result: 0,
      max_results: 50,
      total: 1,
    });
    expect((await mart.ask(`${path}/processing_id=9/change_log`)).body).toMatchObject({
      data: [second, first, { $choice_ts: now - 3000 }],
      total: 3,
    });
    expect((await mart.ask(`${path}/processing_id=9/change_log?first_result=1&max_results=1`)).body).toEqual({
      status: 'ok',
      data: [first],
      count: 1,
      first_result: 1,
      max_results: 1,
      total: 3,
    });
    expect((await mart.ask(`${path}/processing_id=none`)).body).toMatchObject({ data: [], total: 0 });
  });

  test('come in an activity, too', async () => {
    await mart.send({
      ...activity(event('$set_user_choice', { $processing_id: 5, $choice_acceptance_value: true, $channel_id: '8' })),
      $user_identifiers: [agent('vec:c2')],
    });
    expect((await mart.ask('/user_points/user_agent_id=vec:c2/user_choices')).body.data).toMatchObject([
      { $processing_id: '5', $choice_acceptance_value: true, $channel_id: '8' },
    ]);
    expect(mart.rows().at(-1)).toMatchObject({ kind: 'choice', action: 'granted', props: { processing: '5' } });
  });

  test('a refusal erases profiles and plain addresses once nothing is accepted, and stays', async () => {
    const profile = '/user_points/user_agent_id=vec:e/user_profiles/user_account_id=eve';
    const of = '/user_points/user_account_id=eve/user_choices';
    await mart.send({
      $user_identifiers: [agent('vec:e'), { $type: 'USER_EMAIL', $hash: 'e', $email: 'eve@shop.example' }],
    });
    await mart.put(profile, { first_name: 'Eve' });
    const said = event('$set_user_profile_properties', { $user_account_id: 'eve', last_name: 'Evans' });
    const others = event('$set_user_profile_properties', {
      $user_account_id: 'eve',
      $compartment_id: 2,
      last_name: 'Other',
    });
    await mart.send({ ...activity(said), $user_identifiers: [agent('vec:e')] });
    await mart.send({ ...activity(others), $user_identifiers: [agent('vec:not-e')] });
    const names = () =>
      JSON.stringify(
        mart
          .rows()
          .filter(({ kind }) => kind === 'profile')
          .slice(-2),
      );
    await mart.put(`${of}/processing_id=1`, choice(now - 3000, true));
    await mart.put(`${of}/processing_id=2`, choice(now - 3000, false));
    expect((await mart.put(profile, {})).body.data).toMatchObject({ first_name: 'Eve' });
    expect(names()).toContain('Evans');
    await mart.put(`${of}/processing_id=1`, choice(now - 2000, false));
    expect([names().includes('Evans'), names().includes('Other'), names().includes('eve')]).toEqual([
      false,
      true,
      true,
    ]);
    expect((await mart.put(profile, {})).body.data).not.toHaveProperty('first_name');
    expect(mart.names().filter(({ email }) => email !== null)).toEqual([]);
    expect((await mart.ask('/user_points/email_hash=e/user_choices')).body.total).toBe(2);
  });

  test.each([
    [{ $choice_acceptance_value: true }, '$choice_ts: is missing'],
    [choice(now, 'yes' as never), '$choice_acceptance_value: expected true or false'],
    [choice(now, true, { $processing_id: '8' }), '$processing_id: is not that of the path'],
    [[], 'body: expected a user choice object'],
  ])('%j is refused', async (body, error) => {
    const answer = await mart.put(`${path}/processing_id=7`, body);
    expect([answer.status, answer.body]).toEqual([400, { status: 'error', error, error_code: 'BAD_REQUEST' }]);
  });
});

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

  test('a public token sends activities and can do nothing else', async () => {
    const public_ = { token: mart.key, headers: { origin: SHOP_ORIGIN } };
    expect((await mart.send(activity(), public_)).status).toBe(200);
    expect((await mart.ask('/user_points/user_agent_id=vec:123/user_choices', public_)).status).toBe(403);
    expect((await mart.send(activity(), { token: mart.key, headers: { origin: 'https://evil.example' } })).status).toBe(
      401,
    );
    expect((await mart.send(activity(), { headers: { origin: SHOP_ORIGIN } })).status).toBe(401);
    const asked = { method: 'OPTIONS', token: '', headers: { origin: SHOP_ORIGIN } } as const;
    const preflight = await mart.ask('/user_activities', asked);
    expect([preflight.status, preflight.headers.get('access-control-allow-headers')]).toEqual([
      204,
      'Authorization, Content-Type',
    ]);
    expect((await mart.ask('/user_activities', { ...asked, headers: { origin: 'https://evil.example' } })).status).toBe(
      403,
    );
  });
});

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

  test('a form is of another type', async () => {
    const answer = await mart.send('a=b', { headers: { 'content-type': 'application/x-www-form-urlencoded' } });
    expect([answer.status, answer.body.status]).toEqual([415, 'error']);
  });
});

test('a store that is down says when to come again', async () => {
  const down = await openTestService({ events: refusingStore(new StoreDown('The disk is full.')) });
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
