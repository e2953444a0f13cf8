import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { activity, agent, event, openDatamart } from './testing/datamart.ts';

let mart: Awaited<ReturnType<typeof openDatamart>>;
beforeAll(async () => {
  mart = await openDatamart();
});
afterAll(() => mart.close());

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
    // What events said goes in steps, and is all that the answer does not wait for.
    await expect.poll(() => names().includes('Evans'), { timeout: 15_000 }).toBe(false);
    expect([names().includes('Other'), names().includes('eve')]).toEqual([true, true]);
    expect((await mart.put(profile, {})).body.data).not.toHaveProperty('first_name');
    expect(mart.names().filter(({ email }) => email !== null)).toEqual([]);
    expect((await mart.ask('/user_points/email_hash=e/user_choices')).body.total).toBe(2);
  });

  test('a refusal erases what turns out to be known of who refused', async () => {
    await mart.put('/user_points/user_agent_id=vec:f/user_choices/processing_id=1', choice(now, false));
    const profile = '/user_points/user_account_id=fay/user_profiles/user_account_id=fay';
    await mart.put(profile, { first_name: 'Fay' });
    await mart.send({
      $user_identifiers: [agent('vec:f'), { $type: 'USER_ACCOUNT', $user_account_id: 'fay' }],
    });
    expect((await mart.put(profile, {})).body.data).not.toHaveProperty('first_name');
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
