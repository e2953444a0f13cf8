import { setTimeout } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { ContentStore } from '../../content/content-store.ts';
import { addShop, picture } from './content-data.ts';

/**
 * What every `Access` answers, also after a change by another process (the `admin` command).
 * @param open opens a store on the data of the current test, which is empty at its beginning
 */
export function accessContract(open: () => Promise<ContentStore>): void {
  // Within a group of its own, so that its store is open during its tests only.
  describe('Access', () => {
    let store: ContentStore;
    beforeEach(async () => {
      store = await open();
    });
    afterEach(() => store.close());
    const shop = (key?: string) => addShop(store, key);

    describe('access', () => {
      it('knows tokens, origins and hosts exactly', async () => {
        const { id } = await shop();
        await store.addToken(id, 'public', 'shop', 'a-token');
        await store.addOrigin(id, 'https://shop.example');
        await store.addHost(id, 'shop.example');
        expect(await store.access.token('a-token')).toMatchObject({ customerId: id, kind: 'public' });
        expect(await store.access.token('another')).toBeUndefined();
        expect(await store.access.allowsOrigin(id, 'https://shop.example')).toBe(true);
        expect(await store.access.allowsOrigin(id + 1, 'https://shop.example')).toBe(false);
        expect(await store.access.allowsHost(id, 'shop.example')).toBe(true);
        expect(await store.access.allowsHost(id, 'www.shop.example')).toBe(false);
      });

      it('forgets a removed token at once, and notices another process’s change within a second', async () => {
        const { id } = await shop();
        const token = await store.addToken(id, 'public', 'shop', 'a-token');
        expect(await store.access.token('a-token')).toBeDefined();
        const other = await open();
        await other.removeToken(id, token.id);
        await other.addToken(id, 'private', 'reports', 'b-token');
        await other.close();
        vi.useFakeTimers({ now: Date.now() + 1001, toFake: ['Date'] });
        expect(await store.access.token('a-token')).toBeUndefined();
        expect(await store.access.token('b-token')).toMatchObject({ kind: 'private' });
        vi.useRealTimers();
        await store.removeToken(id, ((await store.access.token('b-token')) as { id: number }).id);
        expect(await store.access.token('b-token')).toBeUndefined();
      });

      it('what was refused a moment ago is let in once it is there, however lately the service looked', async () => {
        const admin = await open();
        const { id: customerId } = await shop();
        const { access } = store;
        const allowed = async () => [
          (await access.token('raw')) !== undefined,
          await access.allowsOrigin(customerId, 'https://shop.example'),
          await access.allowsHost(customerId, 'shop.example'),
        ];
        expect(await allowed()).toEqual([false, false, false]);
        await admin.addToken(customerId, 'public', 'page', 'raw');
        await admin.addOrigin(customerId, 'https://shop.example');
        await admin.addHost(customerId, 'shop.example');
        await admin.close();
        await setTimeout(30);
        expect(await allowed()).toEqual([true, true, true]);
      });

      it('goes with its customer', async () => {
        const { id, userId } = await shop();
        const { id: streamId } = await store.upsertStream(id, { key: '1', name: 'One' });
        await store.upsertMedia(id, picture(userId, { streams: [{ streamId, position: 0 }] }));
        const { id: styleId } = await store.upsertStyle(id, { type: 'olapic_slidev3', name: 'Slides', settings: {} });
        const instance = {
          id: 'ab'.repeat(16),
          customerId: id,
          name: 'Home',
          type: 'best_photos',
          settings: {},
          styleId,
        } as const;
        await store.putInstance({ ...instance, streamId: null, categoryId: null });
        await store.addToken(id, 'public', 'shop', 'a-token');
        expect(await store.removeCustomer(id)).toBe(true);
        expect(await store.access.token('a-token')).toBeUndefined();
        expect([await store.customer(id), await store.customerByKey('print')]).toEqual([undefined, undefined]);
        expect(await store.removeCustomer(id)).toBe(false);
        while (await store.removeSome(id));
        expect(await store.stream(streamId)).toBeUndefined();
        expect(await store.removedCustomers()).toEqual([]);
      });
    });
  });
}
