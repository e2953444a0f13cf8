import { type Kysely, type Selectable, sql } from 'kysely';
import type {
  CategoryRecord,
  ContentReader,
  CustomerRecord,
  InstanceRecord,
  MediaRecord,
  StreamRecord,
  StyleRecord,
} from './content-store.ts';
import { listSnapshot, page, place } from './pages.ts';
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
      // One JSON value: a statement has at most 32,766 values, and a page of media may name more pictures of streams.
      const chosen = sql<number>`(select value from json_each(${JSON.stringify(ids)}))`;
      const rows = await db.selectFrom('media').selectAll().where('id', 'in', chosen).execute();
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
    async streamsOfMedia(mediaIds, statuses, limit = ALL) {
      const { rows } = await sql<Row<'streams'> & { mediaId: number }>`
        select asked.value as media_id, streams.* from json_each(${JSON.stringify(mediaIds)}) as asked
        cross join streams on streams.id in (
          select own.id from media_streams cross join streams as own on own.id = stream_id
          where media_id = asked.value and own.status in (${sql.join(statuses)})
          order by stream_id limit ${limit}
        )
        order by streams.id
      `.execute(db);
      return grouped(rows, ({ mediaId, ...row }) => [mediaId, toStream(row)]);
    },
    async categoriesOfMedia(mediaIds, limit = ALL) {
      const { rows } = await sql<CategoryRecord & { mediaId: number }>`
        select asked.value as media_id, categories.* from json_each(${JSON.stringify(mediaIds)}) as asked
        cross join categories on categories.id in (
          select distinct category_id from media_streams cross join stream_categories using (stream_id)
          where media_id = asked.value
          order by category_id limit ${limit}
        )
        order by categories.id
      `.execute(db);
      return grouped(rows, ({ mediaId, ...row }) => [mediaId, row]);
    },
    listSnapshot: (now) => listSnapshot(db, now),
    page: (query) => page(db, query),
    place: (scope, sorting, snapshot, mediaId) => place(db, scope, sorting, snapshot, mediaId),
  };
}

/** What SQLite takes for no limit. */
const ALL = -1;

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

/** All but removed ones. */
export function customers(db: Kysely<ContentDatabase>) {
  return db
    .selectFrom('customers')
    .innerJoin('users', (join) => join.onRef('users.customerId', '=', 'customers.id').on('users.source', '=', OWN))
    .selectAll('customers')
    .select('users.id as userId')
    .where('customers.removedAt', 'is', null);
}

export function toCustomer({
  settings,
  removedAt: _,
  removedWithEvents: __,
  ...row
}: Row<'customers'> & { userId: number }): CustomerRecord {
  return { ...row, settings: JSON.parse(settings) };
}

export function toStream(row: Row<'streams'>): StreamRecord {
  return { ...row, hideFromRelated: row.hideFromRelated === 1 };
}

export function toMedia({ rating: _, ...row }: Row<'media'>): MediaRecord {
  const { favorite, rights, listed, reviewed } = row;
  return { ...row, favorite: favorite === 1, rights: rights === 1, listed: listed === 1, reviewed: reviewed === 1 };
}

export function toInstance({ settings, ...row }: Row<'widgetInstances'>): InstanceRecord {
  return { ...row, settings: JSON.parse(settings) };
}

export function toStyle({ settings, ...row }: Row<'widgetStyles'>): StyleRecord {
  return { ...row, settings: JSON.parse(settings) };
}
