import { type Kysely, type RawBuilder, sql } from 'kysely';
import { type ContentDatabase, OPEN_ENDED } from './schema.ts';

/** Media of one statement. A change of a stream's status concerns all of its media, which may be many thousands. */
const BATCH_SIZE = 1_000;

/**
 * Replaces the entries of these media in all lists by those that follow from the media, their streams and the streams'
 * categories. Only media that are approved and listed have entries. Entries that are right already are not written.
 */
export async function replaceEntries(db: Kysely<ContentDatabase>, mediaIds: readonly number[]): Promise<void> {
  for (let i = 0; i < mediaIds.length; i += BATCH_SIZE) {
    const chosen = sql`(select value from json_each(${JSON.stringify(mediaIds.slice(i, i + BATCH_SIZE))}))`;
    await addEntries(db, chosen);
    await setRating(db, chosen);
  }
}

async function addEntries(db: Kysely<ContentDatabase>, chosen: RawBuilder<unknown>): Promise<void> {
  const listed = sql`
    with scopes (media_id, scope_kind, scope_id, position) as (
      select id, 0, customer_id, 0 from media where id in ${chosen}
      union all select media_id, 1, stream_id, position from media_streams where media_id in ${chosen}
      union all select id, 3, user_id, 0 from media where id in ${chosen}
      union all
      select distinct media_id, 2, category_id, 0 from media_streams join stream_categories using (stream_id)
      where media_id in ${chosen}
    ),
    wanted as (
      select scopes.*, published_at, ${SHUFFLE} as shuffle, photorank, rights,
        exists (
          select 1 from media_streams join streams on streams.id = stream_id
          where media_id = media.id and streams.status = 'available'
        ) as in_stock
      from scopes join media on media.id = scopes.media_id where media.status = 'approved' and media.listed
    )`;
  await sql`${listed}
    delete from listings where media_id in ${chosen}
    and (media_id, scope_kind, scope_id) not in (select media_id, scope_kind, scope_id from wanted)`.execute(db);
  await sql`${listed}
    insert into listings
      (scope_kind, scope_id, media_id, published_at, shuffle, photorank, position, rights, in_stock)
    select scope_kind, scope_id, media_id, published_at, shuffle, photorank, position, rights, in_stock
    from wanted where true
    on conflict (media_id, scope_kind, scope_id) do update set
      published_at = excluded.published_at, photorank = excluded.photorank, position = excluded.position,
      rights = excluded.rights, in_stock = excluded.in_stock
    where (published_at, photorank, position, rights, in_stock)
      is not (excluded.published_at, excluded.photorank, excluded.position, excluded.rights, excluded.in_stock)
  `.execute(db);
}

/** Gives every entry one current rating, with the entry's flags. */
async function setRating(db: Kysely<ContentDatabase>, chosen: RawBuilder<unknown>): Promise<void> {
  await sql`
    update ratings set rights = listings.rights, in_stock = listings.in_stock from listings
    where listings.media_id in ${chosen} and ratings.listing_id = listings.id
      and (ratings.rights, ratings.in_stock) is not (listings.rights, listings.in_stock)
  `.execute(db);
  await sql`
    insert into ratings (listing_id, scope_kind, scope_id, media_id, rating, rights, in_stock, since)
    select listings.id, scope_kind, scope_id, media_id, media.rating, listings.rights, in_stock,
      (select max(id) from rating_snapshots)
    from listings join media on media.id = media_id
    where media_id in ${chosen}
      and not exists (select 1 from ratings where listing_id = listings.id and until = ${OPEN_ENDED})
  `.execute(db);
}

/**
 * The value of a media in every shuffled order: 32 bits of its hash, which are as good as random, and the same after a
 * second import. SQLite reads hexadecimal digits as JSON5.
 */
const SHUFFLE = sql`'0x' || substr(hash, 1, 8) ->> '$'`;
