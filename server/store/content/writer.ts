import { type Kysely, sql } from 'kysely';
import type { ContentWriter, MediaInput, StreamInput, Upserted } from './content-store.ts';
import { replaceEntries } from './lists.ts';
import { ratingOf, writeRatings } from './ratings.ts';
import { OWN, toMedia } from './reader.ts';
import type { ContentDatabase, Flag } from './schema.ts';
import { write } from './transaction.ts';
import { finishEntries, markUnlisted, replaceNextEntries, unlistedStreams } from './unlisted.ts';

type Db = Kysely<ContentDatabase>;

/** `changed` is called after each change to a customer, whose permissions are answered from memory. */
export function createWriter(db: Db, onCustomer: () => void): ContentWriter {
  return {
    upsertCustomer: ({ settings, ...customer }) =>
      write(db, async (db): Promise<Upserted> => {
        const wanted = { ...customer, settings: settings && JSON.stringify(settings) };
        const row = await db.selectFrom('customers').selectAll().where('key', '=', customer.key).executeTakeFirst();
        if (!row) {
          const values = { ...wanted, settings: wanted.settings ?? '{}' };
          const inserted = db.insertInto('customers').values(values).returning('id');
          const result = created(await inserted.executeTakeFirstOrThrow());
          const own = { customerId: result.id, source: OWN, username: customer.key, name: customer.name };
          await db.insertInto('users').values(own).execute();
          return result;
        }
        const set = changes(row, wanted);
        if (!set) return { id: row.id, outcome: 'unchanged' };
        await db.updateTable('customers').set(set).where('id', '=', row.id).execute();
        return changed(row.id, Object.keys(set));
      }).finally(onCustomer),

    async upsertStream(customerId, stream) {
      const result = await write(db, (db) => upsertStream(db, customerId, stream));
      await finishEntries(db, result.id);
      return result;
    },

    async finishStreams(signal) {
      for (const streamId of await unlistedStreams(db)) await finishEntries(db, streamId, signal);
    },

    upsertCategory: (customerId, category) =>
      write(db, async (db) => {
        const row = await db
          .selectFrom('categories')
          .selectAll()
          .where('customerId', '=', customerId)
          .where('key', '=', category.key)
          .executeTakeFirst();
        if (!row) {
          const values = { ...category, customerId };
          return created(await db.insertInto('categories').values(values).returning('id').executeTakeFirstOrThrow());
        }
        const set = changes(row, category);
        if (!set) return { id: row.id, outcome: 'unchanged' };
        await db.updateTable('categories').set(set).where('id', '=', row.id).execute();
        return changed(row.id, Object.keys(set));
      }),

    upsertUser: (customerId, user) =>
      write(db, async (db) => {
        const row = await db
          .selectFrom('users')
          .selectAll()
          .where('customerId', '=', customerId)
          .where('source', '=', user.source)
          .where('username', '=', user.username)
          .executeTakeFirst();
        if (!row) {
          const values = { ...user, customerId };
          return created(await db.insertInto('users').values(values).returning('id').executeTakeFirstOrThrow());
        }
        const set = changes(row, user);
        if (!set) return { id: row.id, outcome: 'unchanged' };
        await db.updateTable('users').set(set).where('id', '=', row.id).execute();
        return changed(row.id, Object.keys(set));
      }),

    upsertMedia: (customerId, media) => write(db, (db) => upsertMedia(db, customerId, media)),

    setBaseMedia: (streamId, mediaId) =>
      write(db, async (db) => {
        const stream = await db.selectFrom('streams').selectAll().where('id', '=', streamId).executeTakeFirst();
        if (!stream) throw new Error(`There is no stream ${streamId}.`);
        if (mediaId !== null) await owned(db, 'media', stream.customerId, [mediaId]);
        if (stream.baseMediaId === mediaId) return;
        await db.updateTable('streams').set({ baseMediaId: mediaId }).where('id', '=', streamId).execute();
      }),

    async mediaWaitingForAvif(limit) {
      const rows = await db
        .selectFrom('media')
        .selectAll()
        .where('avif', '=', 'waiting')
        .where('status', '=', 'approved')
        .where(({ not, exists, selectFrom }) =>
          not(
            exists(
              selectFrom('customers')
                .whereRef('id', '=', 'media.customerId')
                .where('removedAt', 'is not', null)
                .select('id'),
            ),
          ),
        )
        .orderBy('id')
        .limit(limit)
        .execute();
      return rows.map(toMedia);
    },

    setAvif: (mediaId, state) =>
      write(db, async (db) => {
        await db.updateTable('media').set({ avif: state }).where('id', '=', mediaId).execute();
      }),

    writeRatings: (customerId, clickThrough, now) => writeRatings(db, customerId, clickThrough, now),
  };
}

async function upsertStream(db: Db, customerId: number, input: StreamInput): Promise<Upserted> {
  const { categoryIds, hideFromRelated, ...stream } = input;
  const wanted = { ...stream, hideFromRelated: flag(hideFromRelated) };
  const row = await db
    .selectFrom('streams')
    .selectAll()
    .where('customerId', '=', customerId)
    .where('key', '=', stream.key)
    .executeTakeFirst();
  if (!row) {
    const inserted = db.insertInto('streams').values({ ...wanted, customerId });
    const result = created(await inserted.returning('id').executeTakeFirstOrThrow());
    if (categoryIds) await putInCategories(db, customerId, result.id, categoryIds);
    return result;
  }
  const set = changes(row, wanted);
  if (set) await db.updateTable('streams').set(set).where('id', '=', row.id).execute();
  const moved = categoryIds ? await putInCategories(db, customerId, row.id, categoryIds) : false;
  if (moved || (set?.status && set.status !== row.status)) {
    await markUnlisted(db, row.id);
    await replaceNextEntries(db, row.id);
  }
  return changed(row.id, [...Object.keys(set ?? {}), ...(moved ? ['categoryIds'] : [])]);
}

async function putInCategories(db: Db, customerId: number, streamId: number, ids: readonly number[]): Promise<boolean> {
  await owned(db, 'categories', customerId, ids);
  const rows = await db.selectFrom('streamCategories').select('categoryId').where('streamId', '=', streamId).execute();
  const before = rows.map(({ categoryId }) => categoryId);
  const joined = [...new Set(ids)].filter((id) => !before.includes(id));
  const left = before.filter((id) => !ids.includes(id));
  for (const categoryId of joined) await db.insertInto('streamCategories').values({ streamId, categoryId }).execute();
  if (left.length > 0)
    await db.deleteFrom('streamCategories').where('streamId', '=', streamId).where('categoryId', 'in', left).execute();
  return joined.length > 0 || left.length > 0;
}

export async function upsertMedia(db: Db, customerId: number, input: MediaInput): Promise<Upserted> {
  const { streams, addStreams, favorite, rights, listed, reviewed, ...media } = input;
  await owned(db, 'users', customerId, [media.userId]);
  const flags = { favorite: flag(favorite), rights: flag(rights), listed: flag(listed), reviewed: flag(reviewed) };
  const wanted = { ...media, ...flags };
  const row = await db
    .selectFrom('media')
    .selectAll()
    .where('customerId', '=', customerId)
    .where('hash', '=', media.hash)
    .executeTakeFirst();
  if (!row) {
    const rating = ratingOf(media.submittedAt, undefined, Date.now());
    const inserted = db.insertInto('media').values({ ...wanted, customerId, rating });
    const result = created(await inserted.returning('id').executeTakeFirstOrThrow());
    await putInStreams(db, customerId, result.id, { streams, addStreams });
    await replaceEntries(db, [result.id]);
    return result;
  }
  const set = changes(row, wanted);
  if (set) await db.updateTable('media').set(set).where('id', '=', row.id).execute();
  const moved = await putInStreams(db, customerId, row.id, { streams, addStreams });
  if (set || moved) await replaceEntries(db, [row.id]);
  if (set?.status !== undefined || set?.listed !== undefined) await coverAll(db, row.id);
  return changed(row.id, [...Object.keys(set ?? {}), ...(moved ? ['streams'] : [])]);
}

/** @param places those of `streams` are all that the media has afterwards; where they are left out, it keeps its own */
async function putInStreams(
  db: Db,
  customerId: number,
  mediaId: number,
  { streams, addStreams = [] }: Pick<MediaInput, 'streams' | 'addStreams'>,
): Promise<boolean> {
  if (!streams && addStreams.length === 0) return false;
  const after = new Map([...(streams ?? []), ...addStreams].map(({ streamId, position }) => [streamId, position]));
  await owned(db, 'streams', customerId, [...after.keys()]);
  const rows = await db.selectFrom('mediaStreams').selectAll().where('mediaId', '=', mediaId).execute();
  const before = new Map(rows.map(({ streamId, position }) => [streamId, position]));

  const left = streams ? [...before.keys()].filter((streamId) => !after.has(streamId)) : [];
  if (left.length > 0)
    await db.deleteFrom('mediaStreams').where('mediaId', '=', mediaId).where('streamId', 'in', left).execute();
  const moved = [...after].filter(([streamId, position]) => before.get(streamId) !== position);
  for (const [streamId, position] of moved)
    await db
      .insertInto('mediaStreams')
      .values({ streamId, mediaId, position })
      .onConflict((conflict) => conflict.columns(['mediaId', 'streamId']).doUpdateSet({ position }))
      .execute();
  await cover(db, [...left, ...moved.map(([streamId]) => streamId)]);
  return left.length > 0 || moved.length > 0;
}

/** The covers of all streams that a media is in, after it was shown or hidden. */
export async function coverAll(db: Db, mediaId: number): Promise<void> {
  const rows = await db.selectFrom('mediaStreams').select('streamId').where('mediaId', '=', mediaId).execute();
  await cover(
    db,
    rows.map(({ streamId }) => streamId),
  );
}

/** The cover of a stream: the first by position of its media that are shown. It stays as long as it is one of them. */
export async function cover(db: Db, streamIds: readonly number[]): Promise<void> {
  const shown = sql`
    from media_streams cross join media on media.id = media_streams.media_id
    where media_streams.stream_id = streams.id and media.status = 'approved' and media.listed`;
  await sql`
    update streams set cover_media_id = (select media.id ${shown} order by position, media.id limit 1)
    where id in (select value from json_each(${JSON.stringify(streamIds)}))
      and not exists (select 1 ${shown} and media.id = cover_media_id)
  `.execute(db);
}

/** Throws unless all these rows are the customer's: ids come from callers, and must not reach over to another shop. */
async function owned(
  db: Db,
  table: 'users' | 'media' | 'streams' | 'categories',
  customerId: number,
  ids: readonly number[],
): Promise<void> {
  if (ids.length === 0) return;
  const rows = await db
    .selectFrom(table)
    .select('id')
    .where('customerId', '=', customerId)
    .where('id', 'in', ids)
    .execute();
  const found = new Set(rows.map(({ id }) => id));
  const foreign = ids.find((id) => !found.has(id));
  if (foreign !== undefined) throw new Error(`There is no ${foreign} among the ${table} of customer ${customerId}.`);
}

/** What of `wanted` is given and differs from the row, or nothing. */
function changes<T extends object>(row: T, wanted: { [K in keyof T]?: T[K] | undefined }): Partial<T> | undefined {
  const keys = (Object.keys(wanted) as (keyof T)[]).filter(
    (key) => wanted[key] !== undefined && wanted[key] !== row[key],
  );
  return keys.length > 0 ? (Object.fromEntries(keys.map((key) => [key, wanted[key]])) as Partial<T>) : undefined;
}

function created({ id }: { id: number }): Upserted {
  return { id, outcome: 'created' };
}

function changed(id: number, fields: readonly string[]): Upserted {
  return fields.length > 0 ? { id, outcome: 'changed', fields } : { id, outcome: 'unchanged' };
}

function flag(value: boolean | undefined): Flag | undefined {
  return value === undefined ? undefined : value ? 1 : 0;
}
