import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { EventStore } from '../../events/event-store.ts';

/**
 * What every `RelayQueue` does.
 * @param open opens a store on the data of the current test, which is empty at its beginning
 */
export function relayQueueContract(open: () => Promise<EventStore>): void {
  // Within a group of its own, so that its store is open during its tests only.
  describe('RelayQueue', () => {
    let store: EventStore;
    beforeEach(async () => {
      store = await open();
    });
    afterEach(() => store.close());

    describe('the queue of a relay', () => {
      const add = (relayId: number, body = '{"a":1}') =>
        store.relayed.add(1, relayId, { body, receivedAt: 1, clock: relayId === 1 ? null : -5 });

      test('what was tried least is next, and all of it is there after a restart', async () => {
        for (const relay of [1, 1, 1, 2]) await add(relay);
        const { relayed: queue } = store;
        expect(await queue.next(1, [])).toEqual({ id: 1, body: '{"a":1}', receivedAt: 1, clock: null, tries: 0 });
        expect((await queue.next(1, [1]))?.id).toBe(2);
        await queue.tried(1);
        expect((await queue.next(1, [2]))?.id).toBe(3);
        await queue.remove(3);
        await store.close();
        store = await open();
        expect([await store.relayed.relays(), await store.relayed.waiting()]).toEqual([[1, 2], 3]);
        expect(await store.relayed.next(1, [2])).toMatchObject({ id: 1, tries: 1 });
        expect(await store.relayed.next(2, [])).toMatchObject({ id: 4, clock: -5 });
        expect(await store.relayed.removeAll(1)).toBe(2);
        expect([await store.relayed.relays(), await store.relayed.next(1, [])]).toEqual([[2], undefined]);
      });

      test('pages fill half of it, and leave the rest to the shop’s server', async () => {
        const body = `{"a":"${'x'.repeat(8 * 1_048_576 - 8)}"}`;
        const fromPage = () => store.relayed.add(1, 1, { body, receivedAt: 1, clock: null }, true);
        for (let n = 0; n < 4; n++) await fromPage();
        await expect(fromPage()).rejects.toMatchObject({ name: 'StorageError', kind: 'busy', silent: true });
        for (let n = 0; n < 4; n++) await add(1, body);
        expect(await store.relayed.waiting()).toBe(8);
      });

      test('is full at 64 MB for one relay, and takes what is for another', async () => {
        const large = `{"a":"${'x'.repeat(8 * 1_048_576 - 8)}"}`;
        for (let n = 0; n < 8; n++) await add(1, large);
        await expect(add(1)).rejects.toMatchObject({ name: 'StorageError', kind: 'busy', silent: true });
        await add(2);
        expect(await store.relayed.waiting()).toBe(9);
      });
    });
  });
}
