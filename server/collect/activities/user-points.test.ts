import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { activity, agent, event, id, openDatamart } from './testing/datamart.ts';

let mart: Awaited<ReturnType<typeof openDatamart>>;
beforeAll(async () => {
  mart = await openDatamart();
});
afterAll(() => mart.close());

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
    expect(await total(`user_point_id=${first}`)).toBe(3);
    expect((await choose(`user_point_id=${second}`, 'd')).status).toBe(200);
    expect(await total(`${first}`)).toBe(4);
    expect((await choose('user_point_id=0192f3a4-0000-7000-8000-000000000000')).status).toBe(404);
    expect((await choose('user_point_id=')).status).toBe(400);
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
