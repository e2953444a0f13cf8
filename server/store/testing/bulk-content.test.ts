import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { MediaRecord, StreamRecord } from '../content/content-store.ts';
import { openContentStore } from '../content/open.ts';
import { type BulkContent, fillInBulk } from './bulk-content.ts';

let folders: string[];
beforeEach(() => {
  folders = ['bulk', 'one-by-one'].map((name) => mkdtempSync(join(tmpdir(), `vitrine-${name}-`)));
});
afterEach(() => {
  for (const folder of folders) rmSync(folder, { recursive: true });
});

test('what is written in bulk is what would have been written one by one', async () => {
  const [bulk, oneByOne] = folders as [string, string];
  const now = Date.now();
  for (const folder of [bulk, oneByOne]) {
    const store = await openContentStore(folder);
    await store.upsertCustomer({ key: 'shop', name: 'Shop', domain: 'shop.example' });
    await store.close();
  }
  const content = contentFor(1, now);
  await fillInBulk(bulk, content, now, () => {});

  const store = await openContentStore(oneByOne);
  for (const { id: _, customerId, ...user } of content.users) await store.upsertUser(customerId, user);
  for (const { id: _, customerId, ...category } of content.categories) await store.upsertCategory(customerId, category);
  for (const { id: _, customerId, baseMediaId: __, coverMediaId: ___, ...stream } of content.streams)
    await store.upsertStream(customerId, stream);
  for (const { id, customerId, avif, ...media } of content.media) {
    await store.upsertMedia(customerId, media);
    await store.setAvif(id, avif);
  }
  for (const { id, baseMediaId } of content.streams) await store.setBaseMedia(id, baseMediaId);
  await store.close();

  expect(dump(bulk)).toEqual(dump(oneByOne));
});

/** Every table and index, and what is in the tables; entries of lists without the order in which they were made. */
function dump(folder: string) {
  const sqlite = new Database(join(folder, 'content.db'), { readonly: true });
  expect(sqlite.pragma('foreign_key_check')).toEqual([]);
  expect(sqlite.pragma('integrity_check', { simple: true })).toBe('ok');
  const rows = (query: string) => sqlite.prepare(query).all();
  const result = {
    schema: rows('select name, sql from sqlite_master order by name'),
    ...Object.fromEntries(
      ['users', 'categories', 'streams', 'stream_categories', 'media', 'media_streams'].map((table) => [
        table,
        rows(`select * from ${table} order by 1, 2`),
      ]),
    ),
    listings: rows(`
      select scope_kind, scope_id, media_id, published_at, shuffle, photorank, position, rights, in_stock
      from listings order by 1, 2, 3`),
    ratings: rows(`
      select ratings.scope_kind, ratings.scope_id, ratings.media_id, rating, ratings.rights, ratings.in_stock, since, until
      from ratings join listings on listings.id = listing_id order by 1, 2, 3`),
  };
  sqlite.close();
  expect(result.listings).not.toEqual([]);
  expect(result.ratings).toHaveLength(result.listings.length);
  return result;
}

/** Some of everything that decides where a media is listed. The first user is the customer's own. */
function contentFor(customerId: number, now: number): BulkContent {
  const named = { customerId, name: null, avatarUrl: null, language: null, sourceId: null };
  const users = ['mila', 'noor'].map((username, i) => ({ ...named, id: 2 + i, source: 'instagram', username }));
  const categories = [1, 2].map((id) => ({ id, customerId, key: `c${id}`, name: `Category ${id}`, productUrl: null }));
  const stream = (id: number, more: Partial<StreamRecord>, categoryIds: number[]) => ({
    ...{ id, customerId, key: `p${id}`, name: `Product ${id}`, description: null, productUrl: null },
    ...{ shopButtonUrl: null, status: 'available' as const, hideFromRelated: false, price: '€ 1', availability: null },
    ...{ stock: null, color: null, baseMediaId: 5, coverMediaId: null, ...more, categoryIds },
  });
  const media = (id: number, more: Partial<MediaRecord>, streams: { streamId: number; position: number }[]) => ({
    ...{ id, customerId, userId: 2, type: 'IMAGE' as const, hash: `${id}abcdef0`.padStart(64, '9'), imageExt: 'jpg' },
    ...{ videoExt: null, width: 800, height: 600, source: 'instagram', sourceId: null, originalSource: null },
    ...{
      shareUrl: null,
      caption: 'é',
      latitude: null,
      longitude: null,
      favorite: false,
      likes: id,
      rights: id % 2 === 0,
    },
    ...{ status: 'approved' as const, submittedAt: now - id * 5 * 86_400_000, publishedAt: now - id * 86_400_000 },
    ...{ listed: true, photorank: id / 10, avif: 'done' as const },
    ...{ reviewed: true, pixelHash: null, perceptualHash: null, ...more, streams },
  });
  return {
    users,
    categories,
    streams: [
      stream(1, {}, [1, 2]),
      stream(2, { status: 'unavailable' }, [2]),
      stream(3, { status: 'discontinued', baseMediaId: null }, []),
    ],
    media: [
      media(1, {}, [
        { streamId: 1, position: 1 },
        { streamId: 2, position: 0 },
      ]),
      media(2, { status: 'pending' }, [{ streamId: 1, position: 0 }]),
      media(3, { userId: 3 }, [{ streamId: 3, position: 0 }]),
      media(4, {}, [{ streamId: 1, position: 2 }]),
      media(5, { listed: false }, []),
      media(6, {}, []),
    ],
  };
}
