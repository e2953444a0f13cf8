import type { ContentStore, MediaInput, PageQuery } from '../../content/content-store.ts';

/** Content that tests of any engine write. */

/** A customer, and a user who uploads. */
export async function addShop(store: ContentStore, key = 'atelier'): Promise<{ id: number; userId: number }> {
  const { id } = await store.upsertCustomer({ key, name: key, domain: `${key}.example` });
  const { id: userId } = await store.upsertUser(id, { source: 'upload', username: 'mila' });
  return { id, userId };
}

let hashes = 0;
/** A picture that no other call returns. */
export function picture(userId: number, more: Partial<MediaInput> = {}): MediaInput {
  const hash = (hashes++).toString(16).padStart(64, '7');
  const at = Date.UTC(2026, 0, 1);
  return {
    userId,
    type: 'IMAGE',
    hash,
    imageExt: 'jpg',
    width: 800,
    height: 600,
    source: 'upload',
    submittedAt: at,
    publishedAt: at,
    ...more,
  };
}

/** The media of a list, in its order. */
export async function listed(
  store: ContentStore,
  scope: PageQuery['scope'],
  filters: Partial<PageQuery> = {},
): Promise<number[]> {
  const query = { scope, sorting: 'recent', onlyWithRights: false, onlyInStock: false, count: 50, ...filters } as const;
  const { places } = await store.page({ ...query, snapshot: await store.listSnapshot(Date.now()) });
  return places.map(({ mediaId }) => mediaId);
}
