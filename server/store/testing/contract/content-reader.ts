import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ContentStore } from '../../content/content-store.ts';
import { addShop, picture } from './content-data.ts';

/**
 * What every `ContentReader` and `Collections` answer.
 * @param open opens a store on the data of the current test, which is empty at its beginning
 */
export function contentReaderContract(open: () => Promise<ContentStore>): void {
  // Within a group of its own, so that its store is open during its tests only.
  describe('ContentReader and Collections', () => {
    let store: ContentStore;
    beforeEach(async () => {
      store = await open();
    });
    afterEach(() => store.close());
    const shop = (key?: string) => addShop(store, key);
    const customer = async (key: string) =>
      (await store.upsertCustomer({ key, name: key, domain: `${key}.example` })).id;

    it('media are read however many are asked for at once', async () => {
      const { id, userId } = await shop();
      const { id: mediaId } = await store.upsertMedia(id, picture(userId));
      const found = await store.media([...Array(40_000).keys()]);
      expect(found.map((media) => media.id)).toEqual([mediaId]);
    });

    describe('collections', () => {
      it('are in order of ids, newest first, and end where they end', async () => {
        const id = await customer('a');
        const other = await customer('b');
        const ids: number[] = [];
        for (const key of ['1', '2', '3', '4', '5']) {
          ids.unshift((await store.upsertCategory(id, { key, name: key })).id);
          await store.upsertCategory(other, { key, name: key });
        }
        const of = async (slice: Parameters<ContentStore['categoriesOfCustomer']>[1]) =>
          (await store.categoriesOfCustomer(id, slice)).map((category) => category.id);
        expect(await of({ limit: 9 })).toEqual(ids);
        expect(await of({ after: ids[1], limit: 2 })).toEqual(ids.slice(2, 4));
        expect(await of({ before: ids[4], limit: 2 })).toEqual(ids.slice(2, 4));
        expect(await of({ before: ids[1], limit: 2 })).toEqual(ids.slice(0, 1));
        expect(await of({ after: ids[4], limit: 2 })).toEqual([]);
        expect(await of({ before: ids[0], limit: 2 })).toEqual([]);
      });

      it('of streams have only the statuses that are asked for', async () => {
        const id = await customer('a');
        const { id: category } = await store.upsertCategory(id, { key: 'c', name: 'C' });
        const stream = async (key: string, status: 'available' | 'miscellaneous' | 'discontinued') =>
          (await store.upsertStream(id, { key, name: key, status, categoryIds: [category] })).id;
        const [a, b, c] = [
          await stream('1', 'available'),
          await stream('2', 'miscellaneous'),
          await stream('3', 'discontinued'),
        ];
        for (const [statuses, expected] of [
          [['available'], [a]],
          [
            ['available', 'miscellaneous'],
            [b, a],
          ],
          [
            ['available', 'discontinued'],
            [c, a],
          ],
        ] as const) {
          expect((await store.streamsOfCustomer(id, statuses, { limit: 9 })).map((one) => one.id)).toEqual(expected);
          expect((await store.streamsOfCategory(category, statuses, { limit: 9 })).map((one) => one.id)).toEqual(
            expected,
          );
        }
      });
    });

    describe('a user by name', () => {
      it('is found as written or in lower case, at that source and customer only', async () => {
        const id = await customer('a');
        const other = await customer('b');
        const add = async (source: string, username: string) => (await store.upsertUser(id, { source, username })).id;
        const lower = await add('instagram', 'mila');
        const upper = await add('instagram', 'Mila');
        await add('upload', 'ben');
        const found = async (name: string) => (await store.userByName(id, 'instagram', name))?.id;
        expect([await found('mila'), await found('Mila'), await found('MILA')]).toEqual([lower, upper, lower]);
        expect(await found('ben')).toBeUndefined();
        expect(await store.userByName(other, 'instagram', 'mila')).toBeUndefined();
      });
    });

    describe('ratings', () => {
      const DAY = 24 * 3600_000;

      it('are clicks by renders, 1.0 in the first week, 0 without renders', async () => {
        const { id, userId } = await shop();
        const now = Date.now();
        const at = (days: number) => ({ submittedAt: now - days * DAY, publishedAt: now - days * DAY });
        const { id: clicked } = await store.upsertMedia(id, picture(userId, at(30)));
        const { id: ignored } = await store.upsertMedia(id, picture(userId, at(20)));
        const { id: fresh } = await store.upsertMedia(id, picture(userId, at(3)));
        const scope = { kind: 'customer', id } as const;
        const rated = async () => {
          const { places } = await store.page({
            ...{ scope, sorting: 'rated', onlyWithRights: false, onlyInStock: false, count: 50 },
            snapshot: await store.listSnapshot(now),
          });
          return places.map(({ mediaId, value }) => [mediaId, value]);
        };
        await store.writeRatings(id, new Map([[clicked, 0.25]]), now);
        expect(await rated()).toEqual([
          [fresh, 1],
          [clicked, 0.25],
          [ignored, 0],
        ]);
        await store.writeRatings(id, new Map([[ignored, 0.5]]), now + 5 * DAY);
        expect(await rated()).toEqual([
          [ignored, 0.5],
          [fresh, 0],
          [clicked, 0],
        ]);
      });

      it('of a past snapshot are kept for 12 hours', async () => {
        const { id, userId } = await shop();
        const { id: mediaId } = await store.upsertMedia(id, picture(userId));
        const now = Date.now();
        const snapshot = await store.listSnapshot(now);
        const query = {
          scope: { kind: 'customer', id },
          sorting: 'rated',
          onlyWithRights: false,
          onlyInStock: false,
        } as const;
        const values = async () =>
          (await store.page({ ...query, snapshot, count: 50 })).places.map(({ value }) => value);
        await store.writeRatings(id, new Map([[mediaId, 0.5]]), now);
        await store.writeRatings(id, new Map([[mediaId, 0.6]]), now + 600_000);
        expect(await values()).toEqual([0]);
        await store.writeRatings(id, new Map([[mediaId, 0.7]]), now + 13 * 3600_000);
        expect(await values()).toEqual([]);
      });
    });
  });
}
