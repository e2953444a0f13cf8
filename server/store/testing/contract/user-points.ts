import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { EventStore } from '../../events/event-store.ts';
import {
  MAX_HISTORY,
  MAX_PROCESSINGS,
  type UserPointName,
  type UserPointUpdate,
} from '../../user-points/user-points.ts';
import { account, agent, choice, NOW, profile } from '../user-point-updates.ts';

/**
 * What every `UserPoints` does.
 * @param open opens a store on the data of the current test, which is empty at its beginning
 */
export function userPointsContract(open: () => Promise<EventStore>): void {
  // Within a group of its own, so that its store is open during its tests only.
  describe('UserPoints', () => {
    let store: EventStore;
    beforeEach(async () => {
      store = await open();
    });
    afterEach(() => store.close());
    const say = (customerId: number, names: UserPointName[], change?: UserPointUpdate['change'], at = NOW) =>
      store.submit(customerId, [], [{ names, at, change }]);

    describe('user points', () => {
      test('customers know nothing of each other’s people', async () => {
        await say(1, [agent('a'), account('ann')], profile({ name: 'Ann' }));
        expect(await store.userPoints.pointNamed(2, agent('a'))).toBeUndefined();
        await say(2, [agent('a')], choice(false));
        await say(2, [account('ann')], choice(false));
        expect((await store.userPoints.profile(1, '1', 'ann'))?.properties).toEqual({ name: 'Ann' });
        expect(
          await store.userPoints.point(2, (await store.userPoints.pointNamed(1, agent('a'))) ?? ''),
        ).toBeUndefined();
      });

      test('a clock that is ahead keeps no later choice from counting', async () => {
        await say(1, [agent('a')], choice(true, NOW + 86_400_000));
        await say(1, [agent('a')], choice(false, NOW + 10), NOW + 20);
        const point = (await store.userPoints.pointNamed(1, agent('a'))) ?? '';
        expect(await store.userPoints.choices(1, point)).toMatchObject([{ accepted: false, at: NOW + 10 }]);
      });

      test('has choices about so many processings, and so much history', async () => {
        for (let n = 0; n < MAX_PROCESSINGS; n++) await say(1, [agent('a')], choice(true, NOW, `${n}`));
        await expect(say(1, [agent('a')], choice(true, NOW, 'more'))).rejects.toMatchObject({
          name: 'UserPointError',
          problem: 'processings',
        });
        for (let n = 0; n < MAX_HISTORY + 5; n++)
          await say(1, [agent('a')], choice(n % 2 === 0, NOW + n, '0'), NOW + n);
        const point = (await store.userPoints.pointNamed(1, agent('a'))) ?? '';
        const history = (await store.userPoints.choiceLog(1, point, '0')).map(({ at }) => at - NOW);
        expect(history).toEqual(Array.from({ length: MAX_HISTORY }, (_, n) => MAX_HISTORY + 4 - n));
        expect(await store.userPoints.choices(1, point)).toHaveLength(MAX_PROCESSINGS);
      });

      test('an update of a user point that is not there changes nothing', async () => {
        const update = { names: [agent('a')], point: 'gone', at: NOW };
        await expect(store.submit(1, [], [update])).rejects.toMatchObject({ name: 'UserPointError', problem: 'gone' });
        expect([await store.userPoints.customers(), await store.userPoints.pointNamed(1, agent('a'))]).toEqual([
          [],
          undefined,
        ]);
      });
    });
  });
}
