import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { DAY_MS, dayOf } from '../../events/days.ts';
import type { EventRow } from '../../events/event-row.ts';
import type { EventStore } from '../../events/event-store.ts';

const NOON = Date.UTC(2026, 4, 17, 12);
const row = (id: string, extra: Partial<EventRow> = {}): EventRow => ({
  ...{ id, kind: 'media', action: 'click', mediaId: '7', scopeKind: 'stream', scopeId: '2' },
  ...{ analyticsId: 'v', occurredAt: NOON, receivedAt: NOON, wire: 'tracking' },
  ...extra,
});

/**
 * What every `EventStore` does with events.
 * @param open opens a store on the data of the current test, which is empty at its beginning
 */
export function eventStoreContract(open: () => Promise<EventStore>): void {
  // Within a group of its own, so that its store is open during its tests only.
  describe('EventStore', () => {
    let store: EventStore;
    beforeEach(async () => {
      store = await open();
    });
    afterEach(() => store.close());

    describe('events', () => {
      test('have an outcome each; ids are unique within a customer, also after a restart', async () => {
        expect(await store.submit(1, [row('a'), row('b'), row('a')])).toEqual(['accepted', 'accepted', 'repeated']);
        expect(await store.submit(1, [row('b'), row('c')])).toEqual(['repeated', 'accepted']);
        expect(await store.submit(2, [row('a')])).toEqual(['accepted']);
        expect(await store.submit(2, [])).toEqual([]);
        expect(store.outcomes).toEqual({ accepted: 4, repeated: 2, refused: 0, failed: 0 });
        await store.close();
        store = await open();
        expect(await store.submit(1, [row('a'), row('d')])).toEqual(['repeated', 'accepted']);
        expect(await store.eventsOfDay(1, dayOf(NOON))).toBe(4);
        expect(await store.eventsOfDay(2, dayOf(NOON))).toBe(1);
        expect(await store.eventsOfDay(1, dayOf(NOON) + 1)).toBe(0);
      });

      test('that wait are counted, and none waits that is answered', async () => {
        const answer = store.submit(1, [row('a'), row('b')]);
        expect([store.waiting, store.full]).toEqual([2, false]);
        await answer;
        expect(store.waiting).toBe(0);
      });

      test('are stored when they were submitted before `close`, and refused after it', async () => {
        const submitted = Array.from({ length: 50 }, (_, n) => store.submit(1, [row(`e${n}`)]));
        await store.close();
        expect((await Promise.all(submitted)).flat()).toEqual(Array(50).fill('accepted'));
        await expect(store.submit(1, [row('late')])).rejects.toMatchObject({ name: 'StorageError', kind: 'busy' });
        store = await open();
        expect(await store.eventsOfDay(1, dayOf(NOON))).toBe(50);
      });

      test('give the click-through of each media since a day', async () => {
        const renders = ['r1', 'r2', 'r3'].map((id) =>
          row(id, { action: 'render', scopeKind: id === 'r1' ? 'best' : 'stream' }),
        );
        const old = row('old', { occurredAt: NOON - 40 * 86_400_000 });
        await store.submit(1, [...renders, row('click'), row('view', { action: 'view' }), old]);
        await store.submit(1, [row('widget', { kind: 'widget', action: 'render', mediaId: undefined })]);
        await store.submit(2, [row('foreign')]);
        expect(await store.mediaClickThrough(1, dayOf(NOON) - 30)).toEqual([{ mediaId: '7', renders: 3, clicks: 1 }]);
        expect(await store.mediaClickThrough(1, 0)).toEqual([{ mediaId: '7', renders: 3, clicks: 2 }]);
        expect(await store.mediaClickThrough(3, 0)).toEqual([]);
      });

      test('of before a day are erased where they are pruned, and stay counted', async () => {
        const old = row('old', { occurredAt: NOON - 40 * DAY_MS, receivedAt: NOON - 40 * DAY_MS });
        await store.submit(1, [old, row('new')]);
        expect(await store.erasure.prune(NOON - DAY_MS)).toEqual({ events: 1, more: false });
        expect(await store.eventsOfDay(1, dayOf(old.occurredAt))).toBe(1);
        expect(await store.submit(1, [old, row('new')])).toEqual(['accepted', 'repeated']);
      });

      test('of robots are only counted, the latest day first', async () => {
        const day = dayOf(NOON);
        const total = { day, wire: 'tracking', family: 'ai', events: 3 };
        await store.robots.add(1, total);
        await store.robots.add(1, { ...total, events: 2 });
        await store.robots.add(1, { ...total, day: day + 1 });
        await store.robots.add(2, total);
        expect(await store.robots.list(1, day)).toEqual([
          { ...total, day: day + 1 },
          { ...total, events: 5 },
        ]);
        expect(await store.robots.list(1, day + 1)).toEqual([{ ...total, day: day + 1 }]);
      });
    });
  });
}
