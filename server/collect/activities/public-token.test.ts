import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { SHOP_ORIGIN } from '../../testing/service.ts';
import { type Asked, activity, agent, event, id, openDatamart, signed } from './testing/datamart.ts';

let mart: Awaited<ReturnType<typeof openDatamart>>;
beforeAll(async () => {
  mart = await openDatamart();
});
afterAll(() => mart.close());

const account = (name: string) => ({ $type: 'USER_ACCOUNT', $user_account_id: name });
const email = (hash: string) => ({ $type: 'USER_EMAIL', $hash: hash, $email: `${hash}@shop.example` });
const choose = (accepted: boolean, $choice_ts = Date.now()) =>
  event('$set_user_choice', { $processing_id: '1', $choice_ts, $choice_acceptance_value: accepted });
const describes = (name: string, properties: object) =>
  event('$set_user_profile_properties', { $user_account_id: name, ...properties });

/** Whoever opened a page can send this, with the page's Origin or without one. */
const asPage = (activity: unknown, headers: Record<string, string> = { origin: SHOP_ORIGIN }) =>
  mart.send(activity, { token: mart.key, headers });
const asShop = (activity: unknown, asked: Asked = {}) => mart.send(activity, asked);

const selector = (name: string) => `/user_points/user_account_id=${name}`;
const profile = async (name: string) =>
  (await mart.put(`${selector(name)}/user_profiles/user_account_id=${name}`, {})).body.data as object;
const setProfile = (name: string, properties: object) =>
  mart.put(`${selector(name)}/user_profiles/user_account_id=${name}`, properties);
const setChoice = (point: string, accepted: boolean, $choice_ts = Date.now() - 1000) =>
  mart.put(`${point}/user_choices/processing_id=1`, { $choice_ts, $choice_acceptance_value: accepted });
const choices = async (point: string) => {
  const { body } = await mart.ask(`${point}/user_choices`);
  return (body.data as { $choice_acceptance_value: boolean }[] | undefined)?.map((one) => one.$choice_acceptance_value);
};
const browser = (name: string) => `/user_points/user_agent_id=${name}`;
const stored = () => ({ rows: mart.rows().length, names: mart.names() });
const FORBIDDEN = { status: 403, body: { status: 'error', error_code: 'FORBIDDEN' } };

describe('with a public token', () => {
  test('nobody’s profile changes, and nothing of the activity is stored', async () => {
    await setProfile('ann', { first_name: 'Ann', vip: true });
    const before = stored();
    for (const $user_identifiers of [[account('ann')], [agent('vec:x'), account('ann')], [agent('vec:x')]])
      for (const name of ['ann', 'nobody'])
        for (const headers of [undefined, {}]) {
          const said = { ...activity(event('seen'), describes(name, { vip: false })), $user_identifiers };
          expect(await asPage(said, headers)).toMatchObject(FORBIDDEN);
        }
    const nameless = {
      ...activity(event('$set_user_profile_properties', { vip: false })),
      $user_identifiers: [agent('vec:x')],
    };
    expect(await asPage(nameless)).toMatchObject({
      ...FORBIDDEN,
      body: { error: expect.stringMatching('private token') },
    });
    expect(await profile('ann')).toMatchObject({ first_name: 'Ann', vip: true });
    expect(stored()).toEqual(before);
  });

  test('accounts and e-mail addresses beside the browser name nobody, now or later', async () => {
    await setProfile('bea', { first_name: 'Bea' });
    const said = {
      ...activity(event('seen')),
      $user_identifiers: [agent('vec:beside'), account('bea'), email('later')],
      $user_account_id: 'later',
    };
    const rows = mart.rows().length;
    expect((await asPage(said)).status).toBe(200);
    expect(mart.rows().slice(rows)).toMatchObject([{ action: 'seen', analytics_id: 'beside' }]);
    expect(JSON.stringify(mart.rows().slice(rows))).not.toMatch(/bea"|later/);
    const point = mart.names().find((name) => name.id === 'vec:beside')?.point;
    expect(mart.names().filter((name) => name.point === point)).toMatchObject([{ kind: 'agent', id: 'vec:beside' }]);
    expect(mart.names().filter((name) => name.id === 'later')).toEqual([]);
    await setChoice(selector('later'), true);
    expect(await choices(browser('vec:beside'))).toEqual([]);
  });

  test('a browser has no user point without an event of its own that is stored', async () => {
    const $user_identifiers = [agent('vec:silent')];
    expect((await asPage({ ...activity(), $user_identifiers })).body).toEqual({ status: 'ok', data: true });
    const once = { $event_id: id() };
    expect((await asPage(activity(event('seen', once)))).status).toBe(200);
    expect((await asPage({ ...activity(event('seen', once)), $user_identifiers })).status).toBe(200);
    expect(mart.names().filter(({ id }) => id === 'vec:silent')).toEqual([]);
    expect((await asPage({ ...activity(event('seen')), $user_identifiers })).status).toBe(200);
    expect(mart.names().filter(({ id }) => id === 'vec:silent')).toHaveLength(1);
  });

  test.each([
    ['two persons', [account('ann'), account('bea')], {}],
    ['two browsers', [agent('vec:1'), agent('vec:2')], {}],
    ['two browsers, one at the root', [agent('vec:1')], { $user_agent_id: 'vec:2' }],
    ['two spellings of one browser', [agent('vec:1'), agent('1')], {}],
    ['an account alone', [account('ann')], {}],
    ['an account alone, at the root', [], { $user_account_id: 'ann' }],
    ['an e-mail address alone', [email('e')], {}],
    ['an e-mail address alone, at the root', [], { $email_hash: 'e' }],
  ])('%s: not one browser, so nothing is stored', async (_, $user_identifiers, root) => {
    const before = stored();
    for (const said of [activity(event('seen')), activity()])
      expect(await asPage({ ...said, $user_identifiers, ...root })).toMatchObject(FORBIDDEN);
    expect(stored()).toEqual(before);
  });

  test('a browser that nobody else is chooses, and refuses', async () => {
    const $user_identifiers = [agent('vec:own')];
    expect((await asPage({ ...activity(choose(true)), $user_identifiers })).status).toBe(200);
    expect(await choices(browser('vec:own'))).toEqual([true]);
    expect((await asPage({ ...activity(choose(false, Date.now() + 1)), $user_identifiers })).status).toBe(200);
    expect(await choices(browser('vec:own'))).toEqual([false]);
    expect(mart.rows().at(-1)).toMatchObject({ kind: 'choice', action: 'denied', analytics_id: 'own' });
  });

  test.each([
    ['an account', account('cleo')],
    ['an e-mail address', email('cleo')],
    ['another browser', agent('vec:cleo-phone')],
  ])('a browser whose user point has %s too chooses nothing, and is told no more than that', async (what, other) => {
    const point = `vec:cleo ${what}`;
    await asShop({ $user_identifiers: [agent(point), other] });
    await setChoice(browser(point), false, Date.now() - 5000);
    const before = stored();
    const said = { ...activity(event('seen'), choose(true)), $user_identifiers: [agent(point)] };
    const answer = await asPage(said);
    expect(answer).toMatchObject(FORBIDDEN);
    expect(answer.body.error).toBe(
      '$set_user_choice: the user point has other names; its choices need the private token, of your server',
    );
    expect([stored(), await choices(browser(point))]).toEqual([before, [false]]);
    // What is no choice is taken, as of anybody.
    expect((await asPage({ ...activity(event('seen')), $user_identifiers: [agent(point)] })).status).toBe(200);
  });

  test('a refusal erases nothing, not of whom the shop finds it to be of later either', async () => {
    await setProfile('dee', { first_name: 'Dee' });
    await asPage({ ...activity(choose(false)), $user_identifiers: [agent('vec:dee')] });
    await asShop({ $user_identifiers: [agent('vec:dee'), account('dee')] });
    expect(await profile('dee')).toMatchObject({ first_name: 'Dee' });
    expect(await choices(selector('dee'))).toEqual([false]);
    await setChoice(selector('dee'), true, Date.now());
    await setChoice(selector('dee'), false, Date.now() + 1);
    expect(await profile('dee')).not.toHaveProperty('first_name');
  });

  test('a consent is none of who refused, whichever the shop learns first', async () => {
    for (const [name, first] of [
      ['eve', 'page'],
      ['fay', 'shop'],
    ] as const) {
      const page = () => asPage({ ...activity(choose(true)), $user_identifiers: [agent(`vec:${name}`)] });
      const shop = () => setChoice(selector(name), false, Date.now() - 60_000);
      for (const say of first === 'page' ? [page, shop] : [shop, page]) expect((await say()).status).toBe(200);
      await asShop({ $user_identifiers: [agent(`vec:${name}`), account(name)] });
      expect([name, await choices(selector(name))]).toEqual([name, [false]]);
    }
  });

  test('what a page says of itself is the person’s where the shop knows nothing, and a refusal where it does', async () => {
    await setProfile('gil', {});
    await asPage({ ...activity(choose(true)), $user_identifiers: [agent('vec:gil')] });
    await asShop({ $user_identifiers: [agent('vec:gil'), account('gil')] });
    expect(await choices(selector('gil'))).toEqual([true]);
    await setChoice(selector('hal'), true, Date.now() - 60_000);
    await asPage({ ...activity(choose(false)), $user_identifiers: [agent('vec:hal')] });
    await asShop({ $user_identifiers: [agent('vec:hal'), account('hal')] });
    expect(await choices(selector('hal'))).toEqual([false]);
  });

  test('a repetition changes nothing, whoever the browser is by now', async () => {
    const said = { ...activity(choose(true)), $user_identifiers: [agent('vec:again')] };
    const [{ $properties }] = said.$events as [{ $properties: object }];
    Object.assign($properties, { $event_id: id() });
    expect((await asPage(said)).status).toBe(200);
    await asShop({ $user_identifiers: [agent('vec:again'), account('ike')] });
    expect((await asPage(said)).status).toBe(200);
  });
});

test('the private token does all of it, and so does a signature', async () => {
  const route = `datamarts/${mart.customerId}/user_activities`;
  const by = (said: object, ways: 'token' | 'signature') => {
    const text = JSON.stringify(said);
    return ways === 'token'
      ? asShop(text)
      : mart.send(text, { token: '', headers: signed(mart.privateKey, route, text) });
  };
  for (const way of ['token', 'signature'] as const) {
    const [one, two] = [`${way}-1`, `${way}-2`];
    const said = { ...activity(describes(one, { first_name: 'Jo' }), choose(true)), $user_identifiers: [account(one)] };
    expect((await by(said, way)).status).toBe(200);
    expect([await profile(one), await choices(selector(one))]).toMatchObject([{ first_name: 'Jo' }, [true]]);
    await by({ $user_identifiers: [account(one), account(two)] }, way);
    await by({ ...activity(choose(false, Date.now() + 1)), $user_identifiers: [account(two)] }, way);
    expect(await profile(one)).not.toHaveProperty('first_name');
  }
});
