import { afterAll, beforeAll, describe, expect, type RunnerTestCase, type RunnerTestSuite, test } from 'vitest';
import { FIELDS, REQUESTS } from '../../../src/wires/activities/fields.ts';
import { understands } from '../../../src/wires/testing/proven.ts';
import { type Asked, activity, agent, event, id, openDatamart, signed } from './testing/datamart.ts';

let mart: Awaited<ReturnType<typeof openDatamart>>;
beforeAll(async () => {
  mart = await openDatamart();
});
afterAll(() => mart.close());

type Request = keyof typeof REQUESTS;
const shows = (request: Request, ...fields: string[]) => understands('activities', REQUESTS[request], ...fields);
const now = Date.now();
const choice = { $choice_ts: now - 1000, $choice_acceptance_value: true };

/** One good request of each sort. */
const GOOD: Record<Request, { path: string } & Asked> = {
  activity: { path: '/user_activities', method: 'POST', body: { $user_agent_id: 'vec:good' } },
  profile: {
    path: '/user_points/user_agent_id=vec:good/user_profiles/compartment_id=1/user_account_id=good',
    method: 'PUT',
    body: {},
  },
  choose: { path: '/user_points/user_agent_id=vec:good/user_choices/processing_id=1', method: 'PUT', body: choice },
  choices: { path: '/user_points/user_agent_id=vec:good/user_choices/processing_id=1' },
  history: { path: '/user_points/user_agent_id=vec:good/user_choices/processing_id=1/change_log' },
};
const REQUESTED = Object.entries(GOOD) as [Request, { path: string } & Asked][];

for (const [request, { path, ...asked }] of REQUESTED)
  describe(`${asked.method ?? 'GET'} ${path}`, () => {
    const status = async (more: Asked = {}) => (await mart.ask(path, { ...asked, ...more })).status;
    const text = asked.body === undefined ? '' : JSON.stringify(asked.body);
    const headers = (more: Record<string, string> = {}) => ({
      ...signed(mart.privateKey, `datamarts/${mart.customerId}${path}`, text),
      ...more,
    });

    test('asks for the token of its datamart', shows(request, 'Authorization', 'datamartId'), async () => {
      await mart.send({ $user_agent_id: 'vec:good' });
      expect([await status(), await status({ token: 'wrong' }), await status({ token: '' })]).toEqual([200, 401, 401]);
      expect(await status({ token: mart.key })).toBe(request === 'activity' ? 200 : 403);
      const elsewhere = await fetch(`${mart.url}/v1/datamarts/99${path}`, {
        method: asked.method ?? 'GET',
        headers: { authorization: mart.privateKey, ...(text && { 'content-type': 'application/json' }) },
        ...(text && { body: text }),
      });
      expect(elsewhere.status).toBe(403);
    });

    test('or for a signature', shows(request, 'X-Mics-Key-Id', 'X-Mics-Ts', 'X-Mics-Mac'), async () => {
      const by = (more?: Record<string, string>) => status({ token: '', headers: headers(more) });
      expect(await by()).toBe(200);
      const wrongs: Record<string, string>[] = [
        { 'x-mics-key-id': '0123456789abcdef' },
        { 'x-mics-ts': `${now - 3_600_000}` },
        { 'x-mics-ts': `${Date.now() + 60_000}` },
        { 'x-mics-mac': '0'.repeat(64) },
      ];
      for (const wrong of wrongs) expect([wrong, await by(wrong)]).toEqual([wrong, 401]);
    });

    if (asked.method === undefined)
      test('has no body', shows(request, '(body)'), async () => {
        expect((await mart.ask(path)).body).toHaveProperty('data');
      });
    if (request === 'activity' || request === 'profile')
      test('takes JSON', shows(request, 'Content-Type'), async () => {
        expect(await status({ headers: { 'content-type': 'application/json' } })).toBe(200);
        expect(await status({ headers: { 'content-type': 'application/xml' } })).toBe(415);
      });
  });

describe('an activity', () => {
  const last = async (sent: object) => {
    const { status, body } = await mart.send(sent);
    expect([status, body]).toEqual([200, { status: 'ok', data: true }]);
    return mart.rows().at(-1) as Record<string, unknown> & { props: Record<string, Record<string, unknown>> };
  };

  for (const [field, value] of Object.entries({
    $type: 'TOUCH',
    $session_status: 'CLOSED_SESSION',
    $ttl: 30,
    $site_id: '12',
    $app_id: '13',
    $origin: { $ts: 1, $campaign_id: 'c' },
    $location: { $country: 'FI' },
    $unique_key: 'once',
  }))
    test(`${field} is kept`, shows('activity', field), async () => {
      const { props } = await last({ ...activity(event('x')), [field]: value });
      expect(props.activity?.[field.slice(1)]).toEqual(value);
      await mart.send({ ...activity(event('x')), [field]: value });
      expect(mart.rows().at(-1)?.id).not.toBe(mart.rows().at(-2)?.id);
    });

  test('has the times of its events', shows('activity', '$ts', 'sent_at', '$events[].$ts'), async () => {
    const timeless = { $event_name: 'x' };
    expect((await last({ ...activity(timeless), $ts: `${now - 7000}` })).occurred_at).toBe(now - 7000);
    expect((await last({ ...activity({ ...timeless, $ts: now - 9000 }), $ts: now })).occurred_at).toBe(now - 9000);
    const hour = 3_600_000;
    const slow = { ...activity({ ...timeless, $ts: Date.now() - hour }), sent_at: Date.now() - hour };
    expect(Math.abs(Number((await last(slow)).occurred_at) - Date.now())).toBeLessThan(60_000);
  });

  test(
    'names a person in a list',
    shows(
      'activity',
      '$user_identifiers',
      ...['$type', '$user_account_id', '$compartment_id', '$user_agent_id', '$hash', '$email'].map(
        (field) => `$user_identifiers[].${field}`,
      ),
    ),
    async () => {
      const { analytics_id } = await last({
        ...activity(event('x')),
        $user_identifiers: [
          { $type: 'USER_ACCOUNT', $user_account_id: 'l1', $compartment_id: 7 },
          { $type: 'USER_ACCOUNT', $user_account_id: 'l2' },
          agent('vec:l3'),
          { $type: 'USER_EMAIL', $hash: 'l4', $email: 'l@shop.example' },
        ],
      });
      expect(analytics_id).toBe('l3');
      const point = mart.names().find((name) => name.id === 'vec:l3')?.point;
      expect(mart.names().filter((name) => name.point === point)).toMatchObject([
        { kind: 'account', compartment: '1', id: 'l2' },
        { kind: 'account', compartment: '7', id: 'l1' },
        { kind: 'agent', id: 'vec:l3' },
        { kind: 'email', id: 'l4', email: 'l@shop.example' },
      ]);
      for (const $user_identifiers of [[], [{ $type: 'SHOE' }], [{ $type: 'USER_EMAIL' }], [{ $type: 'USER_AGENT' }]])
        expect((await mart.send({ $user_identifiers })).status).toBe(400);
      const many = (from: number) => Array.from({ length: 20 }, (_, n) => agent(`vec:many${from + n}`));
      const more = async (from: number) =>
        (await mart.send({ $user_identifiers: [...many(from).slice(1), agent('vec:l3')] })).status;
      expect([await more(0), await more(20), await more(40)]).toEqual([200, 200, 400]);
      const publicly = async ($user_identifiers: object[]) =>
        (await mart.send({ $user_identifiers }, { token: mart.key })).status;
      expect([await publicly([agent('vec:l3')]), await publicly(many(60))]).toEqual([200, 403]);
    },
  );

  test(
    'names a person at the root',
    shows('activity', '$user_agent_id', '$user_account_id', '$compartment_id', '$email_hash'),
    async () => {
      await mart.send({ $user_agent_id: 'vec:r1', $user_account_id: 'r2', $compartment_id: '7', $email_hash: 'r3' });
      await mart.send({ $user_account_id: 'r2', $compartment_id: '7', $email_hash: { $hash: 'r4', $email: 'r@s.t' } });
      const point = mart.names().find((name) => name.id === 'vec:r1')?.point;
      expect(mart.names().filter((name) => name.point === point)).toMatchObject([
        { kind: 'account', compartment: '7', id: 'r2' },
        { kind: 'agent', id: 'vec:r1' },
        { kind: 'email', id: 'r3', email: null },
        { kind: 'email', id: 'r4', email: 'r@s.t' },
      ]);
    },
  );

  test('is as many events as it has', shows('activity', '$events'), async () => {
    const before = mart.rows().length;
    await mart.send(activity());
    await mart.send(activity(event('a'), event('b')));
    expect(mart.rows().slice(before)).toMatchObject([{ action: 'a' }, { action: 'b' }]);
    expect((await mart.send(activity(...Array(1001).fill(event('x'))))).status).toBe(400);
  });

  test(
    'says what happened',
    shows(
      'activity',
      ...['$event_name', '$properties', '$properties.$url', '$properties.$referrer'].map((f) => `$events[].${f}`),
    ),
    async () => {
      const $properties = { title: 'Mugs', $url: 'https://s.example/p', $referrer: 'https://s.example/', own: [1] };
      expect(await last(activity(event('$page_view', $properties)))).toMatchObject({
        kind: 'page',
        page_url: 'https://s.example/p',
        referrer: 'https://s.example/',
        props: { title: 'Mugs', properties: { own: [1] } },
      });
      expect(await last(activity(event('$own', { title: 'Mugs' })))).toMatchObject({
        kind: 'other',
        action: '$own',
        props: { properties: { title: 'Mugs' } },
      });
      expect((await mart.send(activity({}))).status).toBe(400);
    },
  );

  test('says what was bought', shows('activity', '$events[].$properties.$items'), async () => {
    const $items = [
      { $id: 'mug', $price: 2, $qty: 2, $name: 'A mug', $category: 'Cups' },
      { $id: 'cup', $name: {}, $category: ['Cups'] },
    ];
    const products = [
      { id: 'mug', amount: 2 },
      { id: 'mug', amount: 2 },
      { id: 'cup', quantity: 1 },
    ];
    const bought = event('$transaction_confirmed', { transaction_id: 'T1', currency: 'EUR', $items });
    const props = { items: [{ id: 'mug', name: 'A mug', categories: ['Cups'] }] };
    expect(await last(activity(bought))).toMatchObject({ kind: 'checkout', products, props, transaction_id: 'T1' });
    const basket = event('$basket_view', { currency: 'EUR', $items });
    expect(await last(activity(basket))).toMatchObject({ kind: 'cart', products, props });
  });

  test('is stored once by the ids of its events', shows('activity', '$events[].$properties.$event_id'), async () => {
    const $event_id = id();
    const before = mart.rows().length;
    await mart.send(activity(event('x', { $event_id })));
    await mart.send(activity(event('x', { $event_id })));
    expect(mart.rows().slice(before)).toMatchObject([{ id: $event_id }]);
  });

  test(
    'describes an account',
    shows('activity', ...['$user_account_id', '$compartment_id', '…'].map((f) => `$set_user_profile_properties: ${f}`)),
    async () => {
      const said = ($properties: object) => event('$set_user_profile_properties', $properties);
      await mart.send({ ...activity(said({ age: 1 })), $user_account_id: 'd1' });
      await mart.send(activity(said({ $user_account_id: 'd1', own: true })));
      await mart.send(activity(said({ $user_account_id: 'd1', $compartment_id: 7, age: 2 })));
      const known = async (compartment: number) => {
        const point = `/user_points/compartment_id=${compartment},user_account_id=d1`;
        return (await mart.put(`${point}/user_profiles/compartment_id=${compartment}/user_account_id=d1`, {})).body
          .data;
      };
      expect([await known(1), await known(7)]).toMatchObject([{ age: 1, own: true }, { age: 2 }]);
      expect(await known(7)).not.toHaveProperty('own');
      expect(mart.names().filter((name) => name.id === 'd1')).toHaveLength(2);
      expect((await mart.send(activity(said({ $user_account_id: 'd1' })), { token: mart.key })).status).toBe(403);
    },
  );

  test(
    'chooses',
    shows(
      'activity',
      ...['$processing_id', '$choice_ts', '$choice_acceptance_value', '…'].map((f) => `$set_user_choice: ${f}`),
    ),
    async () => {
      const $user_identifiers = [agent('vec:chooser')];
      const said = { $processing_id: 5, ...choice, $choice_source_id: 's', $channel_id: 'c', own: { a: 1 } };
      await mart.send({ ...activity(event('$set_user_choice', said)), $user_identifiers });
      const timeless = { $processing_id: 6, $choice_acceptance_value: false };
      const row = await last({
        ...activity({ ...event('$set_user_choice', timeless), $ts: now - 4000 }),
        $user_identifiers,
      });
      expect(row).toMatchObject({ kind: 'choice', action: 'denied' });
      expect((await mart.ask('/user_points/user_agent_id=vec:chooser/user_choices')).body.data).toEqual([
        { ...said, $processing_id: '5' },
        { $processing_id: '6', $choice_ts: now - 4000, $choice_acceptance_value: false },
      ]);
      const publicly = async (one: object) =>
        (await mart.send({ ...activity(event('$set_user_choice', said)), ...one }, { token: mart.key })).status;
      await mart.send({ $user_identifiers, $user_account_id: 'of the chooser' });
      expect([
        await publicly({ $user_identifiers: [agent('vec:nobody')] }),
        await publicly({ $user_identifiers }),
      ]).toEqual([200, 403]);
      for (const field of ['$processing_id', '$choice_acceptance_value'])
        expect((await mart.send(activity(event('$set_user_choice', { ...said, [field]: undefined })))).status).toBe(
          400,
        );
    },
  );
});

const EACH_SELECTOR = [
  'user_agent_id=vec:sel',
  'email_hash=sel',
  'compartment_id=1,user_account_id=sel',
  'user_account_id=sel',
];

describe('a path', () => {
  beforeAll(async () => {
    const $user_identifiers = [agent('vec:sel'), { $type: 'USER_EMAIL', $hash: 'sel' }];
    await mart.send({ $user_identifiers, $user_account_id: 'sel' });
    for (const processing of ['8', '9'])
      for (const age of [1000, 2000])
        await mart.put(`/user_points/email_hash=sel/user_choices/processing_id=${processing}`, {
          ...choice,
          $choice_ts: now - age,
        });
  });
  const point = () => mart.names().find((name) => name.id === 'vec:sel')?.point as string;

  for (const [request, end, asked] of [
    ['profile', '/user_profiles/compartment_id=1/user_account_id=sel', { method: 'PUT', body: {} }],
    ['choose', '/user_choices/processing_id=8', { method: 'PUT', body: { ...choice, $choice_ts: 1 } }],
    ['choices', '/user_choices/processing_id=8', {}],
    ['history', '/user_choices/processing_id=8/change_log', {}],
  ] as [Request, string, Asked][])
    test(`${end} is of the selected user point`, shows(request, 'userPointSelector'), async () => {
      const answers = [];
      for (const selector of [...EACH_SELECTOR, point()])
        answers.push((await mart.ask(`/user_points/${selector}${end}`, asked)).status);
      expect(answers).toEqual([200, 200, 200, 200, 200]);
      expect((await mart.ask(`/user_points/nobody${end}`, asked)).status).toBe(404);
      expect((await mart.ask(`/user_points/shoe_size=42${end}`, asked)).status).toBe(400);
      expect(new Set(mart.names().flatMap((name) => (/sel$/.test(name.id) ? [name.point] : []))).size).toBe(1);
    });

  test('has the choices about one processing, or all', shows('choices', 'processingId'), async () => {
    const of = async (end: string) => (await mart.ask(`/user_points/${point()}/user_choices${end}`)).body.data;
    expect(await of('/processing_id=9')).toMatchObject([{ $processing_id: '9', $choice_ts: now - 1000 }]);
    expect(await of('')).toMatchObject([{ $processing_id: '8' }, { $processing_id: '9' }]);
  });

  test('has the history of one processing', shows('history', 'processingId'), async () => {
    const { body } = await mart.ask(`/user_points/${point()}/user_choices/processing_id=9/change_log`);
    expect(body.data).toMatchObject([
      { $processing_id: '9', $choice_ts: now - 1000 },
      { $processing_id: '9', $choice_ts: now - 2000 },
    ]);
  });

  for (const [request, end] of [
    ['choices', ''],
    ['history', '/processing_id=9/change_log'],
  ] as [Request, string][])
    test(`…/user_choices${end} has parts`, shows(request, 'first_result', 'max_results'), async () => {
      const path = `/user_points/${point()}/user_choices${end}`;
      const all = (await mart.ask(path)).body.data as unknown[];
      expect((await mart.ask(`${path}?first_result=1&max_results=1`)).body).toEqual({
        ...{ status: 'ok', data: all.slice(1, 2), count: 1, first_result: 1, max_results: 1, total: 2 },
      });
      expect((await mart.ask(`${path}?max_results=1`)).body).toMatchObject({ first_result: 0, data: [all[0]] });
    });
});

describe('a profile', () => {
  const path = '/user_points/user_agent_id=vec:prof/user_profiles/compartment_id=7/user_account_id=prof';
  const put = async (query: string, body: unknown) => (await mart.put(`${path}${query}`, body)).body.data as object;

  test('is of an account', shows('profile', 'compartmentId', 'userAccount', '(body)'), async () => {
    expect(await put('', { own: [1] })).toMatchObject({ own: [1], $compartment_id: '7', $user_account_id: 'prof' });
    const other = await mart.put('/user_points/user_agent_id=vec:prof/user_profiles/user_account_id=prof', {});
    expect(other.body.data).toMatchObject({ $compartment_id: '1' });
    expect(other.body.data).not.toHaveProperty('own');
    expect((await mart.put(path, [])).status).toBe(400);
  });

  test('is merged or replaced', shows('profile', 'force_replace', 'merge_objects'), async () => {
    await put('?force_replace=true', { a: 1, deep: { b: 1 } });
    expect(await put('?merge_objects=true', { deep: { c: 2 } })).toMatchObject({ a: 1, deep: { b: 1, c: 2 } });
    expect(await put('', { deep: { d: 3 } })).toHaveProperty('deep', { d: 3 });
    expect(await put('?force_replace=true', { e: 4 })).not.toHaveProperty('a');
  });

  for (const [field, right] of [
    ['$compartment_id', 7],
    ['$user_account_id', 'prof'],
  ] as const)
    test(`${field} is that of the path`, shows('profile', field), async () => {
      expect((await mart.put(path, { [field]: right })).status).toBe(200);
      expect((await mart.put(path, { [field]: 'other' })).status).toBe(400);
    });
});

describe('a choice', () => {
  const path = '/user_points/user_agent_id=vec:cho/user_choices';
  const put = (processing: string, body: unknown) => mart.put(`${path}/processing_id=${processing}`, body);

  test(
    'is kept as it is said',
    shows('choose', 'processingId', '(body)', '$choice_source_id', '$channel_id'),
    async () => {
      const said = { ...choice, $choice_source_id: 's', $channel_id: 'c', own: { a: 1 } };
      await put('3', said);
      expect((await mart.ask(path)).body.data).toEqual([{ ...said, $processing_id: '3' }]);
      expect((await put('3', [])).status).toBe(400);
    },
  );

  test(
    'holds until a newer one',
    shows('choose', '$choice_ts', '$choice_acceptance_value', '$processing_id'),
    async () => {
      await put('4', { ...choice, $processing_id: 4 });
      await put('4', { $choice_ts: now - 2000, $choice_acceptance_value: false });
      expect((await mart.ask(`${path}/processing_id=4`)).body.data).toMatchObject([choice]);
      await put('4', { $choice_ts: now, $choice_acceptance_value: false });
      expect((await mart.ask(`${path}/processing_id=4`)).body.data).toMatchObject([
        { $choice_ts: now, $choice_acceptance_value: false },
      ]);
      for (const wrong of [{ $choice_ts: undefined }, { $choice_acceptance_value: 1 }, { $processing_id: 5 }])
        expect((await put('4', { ...choice, ...wrong })).status).toBe(400);
    },
  );
});

test('every field has its row, and every row its test', (context) => {
  const marked = new Map<string, Set<string>>();
  for (const { meta } of testsOf(context.task.file)) {
    const { request = '', fields = [] } = meta.understands ?? {};
    marked.set(request, new Set([...(marked.get(request) ?? []), ...fields]));
  }
  for (const [request, fields] of Object.entries(FIELDS))
    expect([request, [...(marked.get(request) ?? [])].toSorted()]).toEqual([request, Object.keys(fields).toSorted()]);
});

function testsOf({ tasks }: RunnerTestSuite): RunnerTestCase[] {
  return tasks.flatMap((task) => (task.type === 'suite' ? testsOf(task) : [task]));
}
