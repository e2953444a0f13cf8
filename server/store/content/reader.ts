import type { Kysely, Selectable } from 'kysely';
import type {
  CategoryRecord,
  ContentReader,
  CustomerRecord,
  InstanceRecord,
  MediaRecord,
  StreamRecord,
  StyleRecord,
} from './content-store.ts';
import { page, pin, place } from './pages.ts';
import type { ContentDatabase } from './schema.ts';

type Row<Table extends keyof ContentDatabase> = Selectable<ContentDatabase[Table]>;

export function createReader(db: Kysely<ContentDatabase>): ContentReader {
  return {
    async customer(id) {
      const row = await customers(db).where('customers.id', '=', id).executeTakeFirst();
      return row && toCustomer(row);
    },
    async customerByKey(key) {
      const row = await customers(db).where('customers.key', '=', key).executeTakeFirst();
      return row && toCustomer(row);
    },
    async stream(id) {
      const row = await db.selectFrom('streams').selectAll().where('id', '=', id).executeTakeFirst();
      return row && toStream(row);
    },
    async streamByKey(customerId, key) {
      const row = await db
        .selectFrom('streams')
        .selectAll()
        .where('customerId', '=', customerId)
        .where('key', '=', key)
        .executeTakeFirst();
      return row && toStream(row);
    },
    category(id) {
      return db.selectFrom('categories').selectAll().where('id', '=', id).executeTakeFirst();
    },
    categoryByKey(customerId, key) {
      return db
        .selectFrom('categories')
        .selectAll()
        .where('customerId', '=', customerId)
        .where('key', '=', key)
        .executeTakeFirst();
    },
    async instance(id) {
      const row = await db.selectFrom('widgetInstances').selectAll().where('id', '=', id).executeTakeFirst();
      return row && toInstance(row);
    },
    async style(id) {
      const row = await db.selectFrom('widgetStyles').selectAll().where('id', '=', id).executeTakeFirst();
      return row && toStyle(row);
    },
    async media(ids) {
      if (ids.length === 0) return [];
      const rows = await db.selectFrom('media').selectAll().where('id', 'in', ids).execute();
      const byId = new Map(rows.map((row) => [row.id, toMedia(row)]));
      return ids.flatMap((id) => byId.get(id) ?? []);
    },
    async mediaByHash(customerId, hash) {
      const row = await db
        .selectFrom('media')
        .selectAll()
        .where('customerId', '=', customerId)
        .where('hash', '=', hash)
        .executeTakeFirst();
      return row && toMedia(row);
    },
    user(id) {
      return db.selectFrom('users').selectAll().where('id', '=', id).executeTakeFirst();
    },
    async users(ids) {
      return ids.length === 0 ? [] : db.selectFrom('users').selectAll().where('id', 'in', ids).execute();
    },
    async userByName(customerId, source, username) {
      const rows = await db
        .selectFrom('users')
        .selectAll()
        .where('customerId', '=', customerId)
        .where('source', '=', source)
        .where('username', 'in', [username, username.toLowerCase()])
        .execute();
      return rows.find((row) => row.username === username) ?? rows[0];
    },
    async streamsOfMedia(mediaIds) {
      if (mediaIds.length === 0) return new Map();
      const rows = await db
        .selectFrom('mediaStreams')
        .innerJoin('streams', 'streams.id', 'mediaStreams.streamId')
        .selectAll('streams')
        .select('mediaStreams.mediaId')
        .where('mediaStreams.mediaId', 'in', mediaIds)
        .orderBy('streams.id')
        .execute();
      return grouped(rows, ({ mediaId, ...row }) => [mediaId, toStream(row)]);
    },
    async categoriesOfMedia(mediaIds) {
      if (mediaIds.length === 0) return new Map<number, CategoryRecord[]>();
      const rows = await db
        .selectFrom('mediaStreams')
        .innerJoin('streamCategories', 'streamCategories.streamId', 'mediaStreams.streamId')
        .innerJoin('categories', 'categories.id', 'streamCategories.categoryId')
        .selectAll('categories')
        .select('mediaStreams.mediaId')
        .distinct()
        .where('mediaStreams.mediaId', 'in', mediaIds)
        .orderBy('categories.id')
        .execute();
      return grouped(rows, ({ mediaId, ...row }) => [mediaId, row]);
    },
    pin: (now) => pin(db, now),
    page: (query) => page(db, query),
    place: (scope, sorting, pinned, mediaId) => place(db, scope, sorting, pinned, mediaId),
  };
}

function grouped<Row, T>(rows: readonly Row[], entry: (row: Row) => [number, T]): Map<number, T[]> {
  const groups = new Map<number, T[]>();
  for (const row of rows) {
    const [key, value] = entry(row);
    const group = groups.get(key);
    if (group) group.push(value);
    else groups.set(key, [value]);
  }
  return groups;
}

/** `source` of the user who posts in the customer's own name. */
export const OWN = 'customer';

export function customers(db: Kysely<ContentDatabase>) {
  return db
    .selectFrom('customers')
    .innerJoin('users', (join) => join.onRef('users.customerId', '=', 'customers.id').on('users.source', '=', OWN))
    .selectAll('customers')
    .select('users.id as userId');
}

export function toCustomer({ settings, ...row }: Row<'customers'> & { userId: number }): CustomerRecord {
  return { ...row, settings: JSON.parse(settings) };
}

export function toStream(row: Row<'streams'>): StreamRecord {
  return { ...row, hideFromRelated: row.hideFromRelated === 1 };
}

export function toMedia({ rating: _, ...row }: Row<'media'>): MediaRecord {
  return { ...row, favorite: row.favorite === 1, rights: row.rights === 1, listed: row.listed === 1 };
}

export function toInstance({ settings, ...row }: Row<'widgetInstances'>): InstanceRecord {
  return { ...row, settings: JSON.parse(settings) };
}

export function toStyle({ settings, ...row }: Row<'widgetStyles'>): StyleRecord {
  return { ...row, settings: JSON.parse(settings) };
}
