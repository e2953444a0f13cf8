import { type Kysely, sql } from 'kysely';
import { type ContentDatabase, STILL } from './schema.ts';

/**
 * Brings the entries of these media in all lists in line with what the media, their streams and those streams'
 * categories now are. Only media that are approved and listed have entries. What is right already is not written.
 */
export async function relist(db: Kysely<ContentDatabase>, mediaIds: readonly number[]): Promise<void> {
  for (const mediaId of mediaIds) await relistOne(db, mediaId);
}

async function relistOne(db: Kysely<ContentDatabase>, mediaId: number): Promise<void> {
  const { hash } = await db.selectFrom('media').select('hash').where('id', '=', mediaId).executeTakeFirstOrThrow();
  const listed = sql`
    with scopes (scope_kind, scope_id, position) as (
      select 0, customer_id, 0 from media where id = ${mediaId}
      union all select 1, stream_id, position from media_streams where media_id = ${mediaId}
      union all select 3, user_id, 0 from media where id = ${mediaId}
      union all
      select distinct 2, category_id, 0 from media_streams join stream_categories using (stream_id)
      where media_id = ${mediaId}
    ),
    wanted as (
      select scopes.*, media.id as media_id, published_at, photorank, rights,
        exists (
          select 1 from media_streams join streams on streams.id = stream_id
          where media_id = media.id and streams.status = 'available'
        ) as in_stock
      from media, scopes where media.id = ${mediaId} and media.status = 'approved' and media.listed
    )`;
  await sql`${listed}
    delete from listings where media_id = ${mediaId}
    and (scope_kind, scope_id) not in (select scope_kind, scope_id from wanted)`.execute(db);
  await sql`${listed}
    insert into listings
      (scope_kind, scope_id, media_id, published_at, shuffle, photorank, position, rights, in_stock)
    select scope_kind, scope_id, media_id, published_at, ${shuffleOf(hash)}, photorank, position, rights, in_stock
    from wanted where true
    on conflict (media_id, scope_kind, scope_id) do update set
      published_at = excluded.published_at, photorank = excluded.photorank, position = excluded.position,
      rights = excluded.rights, in_stock = excluded.in_stock
    where (published_at, photorank, position, rights, in_stock)
      is not (excluded.published_at, excluded.photorank, excluded.position, excluded.rights, excluded.in_stock)
  `.execute(db);
  await rate(db, mediaId);
}

/** Every entry has one rating that holds now, with the entry's flags. */
async function rate(db: Kysely<ContentDatabase>, mediaId: number): Promise<void> {
  await sql`
    update ratings set rights = listings.rights, in_stock = listings.in_stock from listings
    where listings.media_id = ${mediaId} and ratings.listing_id = listings.id
      and (ratings.rights, ratings.in_stock) is not (listings.rights, listings.in_stock)
  `.execute(db);
  await sql`
    insert into ratings (listing_id, scope_kind, scope_id, media_id, rating, rights, in_stock, since)
    select listings.id, scope_kind, scope_id, media_id, media.rating, listings.rights, in_stock,
      (select max(id) from rating_snapshots)
    from listings join media on media.id = media_id
    where media_id = ${mediaId}
      and not exists (select 1 from ratings where listing_id = listings.id and until = ${STILL})
  `.execute(db);
}

/** The media's place in every shuffled order: as good as random, and the same after a second import. */
function shuffleOf(hash: string): number {
  return Number.parseInt(hash.slice(0, 8), 16);
}
