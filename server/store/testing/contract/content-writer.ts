import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { STREAM_STATUSES } from '../../../../src/content/resources.ts';
import type { ContentStore } from '../../content/content-store.ts';
import { addShop, listed as listedIn, picture } from './content-data.ts';

/**
 * What every `ContentWriter` does.
 * @param open opens a store on the data of the current test, which is empty at its beginning
 */
export function contentWriterContract(open: () => Promise<ContentStore>): void {
  // Within a group of its own, so that its store is open during its tests only.
  describe('ContentWriter', () => {
    let store: ContentStore;
    beforeEach(async () => {
      store = await open();
    });
    afterEach(() => store.close());
    const shop = (key?: string) => addShop(store, key);
    const listed = (scope: Parameters<typeof listedIn>[1], filters?: Parameters<typeof listedIn>[2]) =>
      listedIn(store, scope, filters);

    describe('an upsert', () => {
      it('changes what is given and keeps what is left out', async () => {
        const { id, userId } = await shop();
        const media = picture(userId, { caption: 'At home', rights: true });
        const { id: mediaId } = await store.upsertMedia(id, media);
        const { caption: _, rights: __, ...rest } = media;
        const changed = { id: mediaId, outcome: 'changed', fields: ['width'] };
        expect(await store.upsertMedia(id, { ...rest, width: 900 })).toEqual(changed);
        expect(await store.media([mediaId])).toMatchObject([{ caption: 'At home', rights: true, width: 900 }]);
      });

      it('adds streams to those of a media, or replaces them', async () => {
        const { id, userId } = await shop();
        const keys = ['1', '2', '3'];
        const streams = await Promise.all(keys.map((key) => store.upsertStream(id, { key, name: key })));
        const [one, two, three] = streams.map(({ id }) => id) as [number, number, number];
        const places = (...streamIds: number[]) => streamIds.map((streamId) => ({ streamId, position: 0 }));
        const media = picture(userId);
        const keysOf = async (mediaId: number) =>
          (await store.streamsOfMedia([mediaId], STREAM_STATUSES)).get(mediaId)?.map(({ key }) => key);
        const { id: mediaId } = await store.upsertMedia(id, { ...media, addStreams: places(one) });
        const added = { id: mediaId, outcome: 'changed', fields: ['streams'] };
        expect(await store.upsertMedia(id, { ...media, addStreams: places(two) })).toEqual(added);
        expect(await keysOf(mediaId)).toEqual(['1', '2']);
        expect(await store.upsertMedia(id, { ...media, addStreams: places(one) })).toMatchObject({
          outcome: 'unchanged',
        });
        expect(await store.upsertMedia(id, { ...media, streams: places(three) })).toEqual(added);
        expect(await keysOf(mediaId)).toEqual(['3']);
      });
    });

    describe('lists follow', () => {
      it('a media’s streams and those streams’ categories', async () => {
        const { id, userId } = await shop();
        const [a, b] = await Promise.all(['a', 'b'].map((key) => store.upsertCategory(id, { key, name: key })));
        const categoryIds = [a?.id as number];
        const one = await store.upsertStream(id, { key: '1', name: 'One', categoryIds });
        const two = await store.upsertStream(id, { key: '2', name: 'Two', categoryIds });
        const media = picture(userId, {
          streams: [
            { streamId: one.id, position: 0 },
            { streamId: two.id, position: 0 },
          ],
        });
        const { id: mediaId } = await store.upsertMedia(id, media);
        const lists = () =>
          Promise.all([
            listed({ kind: 'customer', id }),
            listed({ kind: 'stream', id: one.id }),
            listed({ kind: 'stream', id: two.id }),
            listed({ kind: 'category', id: a?.id as number }),
            listed({ kind: 'category', id: b?.id as number }),
          ]);
        const here = [mediaId];
        expect(await lists()).toEqual([here, here, here, here, []]);
        await store.upsertStream(id, { key: '1', name: 'One', categoryIds: [b?.id as number] });
        expect(await lists()).toEqual([here, here, here, here, here]);
        await store.upsertMedia(id, { ...media, streams: [{ streamId: one.id, position: 0 }] });
        expect(await lists()).toEqual([here, here, [], [], here]);
        await store.upsertMedia(id, { ...media, status: 'rejected' });
        expect(await lists()).toEqual([[], [], [], [], []]);
      });

      it('whether a product is in stock, and whether rights were given', async () => {
        const { id, userId } = await shop();
        const { id: streamId } = await store.upsertStream(id, { key: '1', name: 'One', status: 'unavailable' });
        const streams = [{ streamId, position: 0 }];
        const { id: mediaId } = await store.upsertMedia(id, picture(userId, { streams, rights: true }));
        const { id: other } = await store.upsertMedia(id, picture(userId));
        const scope = { kind: 'customer', id } as const;
        expect(await listed(scope, { onlyInStock: true })).toEqual([]);
        await store.upsertStream(id, { key: '1', name: 'One', status: 'available' });
        for (const sorting of ['recent', 'rated', 'photorank', 'shuffled'] as const)
          expect(await listed(scope, { sorting, onlyInStock: true })).toEqual([mediaId]);
        expect(await listed(scope, { onlyWithRights: true })).toEqual([mediaId]);
        expect(await listed(scope)).toEqual([other, mediaId]);
      });

      it('the cover: a stream’s first media by position, until that leaves', async () => {
        const { id, userId } = await shop();
        const { id: streamId } = await store.upsertStream(id, { key: '1', name: 'One' });
        const first = picture(userId, { streams: [{ streamId, position: 0 }] });
        const { id: firstId } = await store.upsertMedia(id, first);
        const { id: second } = await store.upsertMedia(id, picture(userId, { streams: [{ streamId, position: 1 }] }));
        expect(await store.stream(streamId)).toMatchObject({ coverMediaId: firstId, baseMediaId: null });
        await store.upsertMedia(id, { ...first, streams: [] });
        expect(await store.stream(streamId)).toMatchObject({ coverMediaId: second });
      });

      it.each([{ status: 'rejected' }, { status: 'pending' }, { listed: false }] as const)(
        'the cover: another one when it is no longer shown: %j',
        async (hidden) => {
          const { id, userId } = await shop();
          const { id: streamId } = await store.upsertStream(id, { key: '1', name: 'One' });
          const at = (position: number) => picture(userId, { streams: [{ streamId, position }] });
          const first = at(0);
          await store.upsertMedia(id, first);
          const second = at(1);
          const { id: secondId } = await store.upsertMedia(id, second);
          const cover = async () => (await store.stream(streamId))?.coverMediaId;
          const shown = { status: 'approved', listed: true } as const;
          await store.upsertMedia(id, { ...first, ...hidden });
          expect(await cover()).toBe(secondId);
          await store.upsertMedia(id, { ...second, ...hidden });
          expect(await cover()).toBeNull();
          await store.upsertMedia(id, { ...second, ...shown });
          expect(await cover()).toBe(secondId);
          await store.upsertMedia(id, { ...first, ...shown });
          expect(await cover()).toBe(secondId);
        },
      );
    });
  });
}
