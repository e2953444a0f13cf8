import { setImmediate } from 'node:timers/promises';
import { type Kysely, sql } from 'kysely';
import { type ContentDatabase, OPEN_ENDED } from './schema.ts';
import { write, yieldLock } from './transaction.ts';

/** "Uploaded in the last 7 days or less" counts as 1.0 (`001-content-api-v2.2.txt`, Media Sorting Options). */
const NEW_MEDIA_MS = 7 * 24 * 3600_000;
/** Milliseconds for which a snapshot is kept: a walk lasts 12 hours at most. */
const SNAPSHOT_LIFETIME_MS = 12 * 3600_000;
/** Media whose ratings one transaction writes. With more, others would wait long for the write lock and for answers. */
const BATCH_SIZE = 50;
/** Past ratings that one transaction removes, for the same reason. */
const MAX_REMOVED = 500;
/** Media whose ratings one query compares, for the same reason. */
const MAX_COMPARED = 1_000;

export function ratingOf(submittedAt: number, clickThrough: number | undefined, now: number): number {
  return now - submittedAt <= NEW_MEDIA_MS ? 1 : (clickThrough ?? 0);
}

/**
 * Writes what changed as a new snapshot. Past ratings stay until no walk can be using them. The snapshot is announced
 * last: until then every walk begins with the one before, and a kill in between only leaves the next run less to do.
 */
export async function writeRatings(
  db: Kysely<ContentDatabase>,
  customerId: number,
  clickThrough: ReadonlyMap<number, number>,
  now: number,
): Promise<void> {
  const changed = await changedRatings(db, customerId, clickThrough, now);
  for (let i = 0; i < changed.length; i += BATCH_SIZE) {
    await write(db, async (db) => {
      const snapshot = await next(db);
      for (const { id, rating } of changed.slice(i, i + BATCH_SIZE)) await setRating(db, id, rating, snapshot);
    });
    // The database answers without ever leaving this turn of the event loop; whoever asks for a page comes first.
    await yieldLock();
  }
  if (changed.length > 0)
    await write(db, async (db) => {
      await sql`insert into rating_snapshots (id, written_at) values (${await next(db)}, ${now})`.execute(db);
    });
  while (await write(db, (db) => removePast(db, now))) await yieldLock();
}

/** A media's rating can only differ if it was clicked, or has a rating and is no longer new. */
async function changedRatings(
  db: Kysely<ContentDatabase>,
  customerId: number,
  clickThrough: ReadonlyMap<number, number>,
  now: number,
): Promise<{ id: number; rating: number }[]> {
  const changed = new Map<number, number>();
  const compare = (rows: readonly Rated[]) => {
    for (const { id, rating, submittedAt } of rows) {
      const due = ratingOf(submittedAt, clickThrough.get(id), now);
      if (due !== rating) changed.set(id, due);
    }
  };
  const clicked = [...clickThrough.keys()];
  for (let i = 0; i < clicked.length; i += MAX_COMPARED) {
    const ids = JSON.stringify(clicked.slice(i, i + MAX_COMPARED));
    const { rows } = await sql<Rated>`
      select id, rating, submitted_at from media
      where id in (select value from json_each(${ids}))
        and +customer_id = ${customerId} -- not by its index, which has a million entries of a large customer
    `.execute(db);
    compare(rows);
    await setImmediate();
  }
  for (let last: Rated | undefined = BEFORE_ALL; last; ) {
    const { rows } = await sql<Rated>`
      select id, rating, submitted_at from media
      where customer_id = ${customerId} and rating <> 0 and submitted_at < ${now - NEW_MEDIA_MS}
        and (submitted_at, id) > (${last.submittedAt}, ${last.id})
      order by submitted_at, id limit ${MAX_COMPARED}
    `.execute(db);
    compare(rows);
    last = rows.at(-1);
    await setImmediate();
  }
  return [...changed].map(([id, rating]) => ({ id, rating }));
}

interface Rated {
  id: number;
  rating: number;
  submittedAt: number;
}

const BEFORE_ALL: Rated = { id: 0, rating: 0, submittedAt: Number.MIN_SAFE_INTEGER };

async function setRating(
  db: Kysely<ContentDatabase>,
  mediaId: number,
  rating: number,
  snapshot: number,
): Promise<void> {
  await sql`update media set rating = ${rating} where id = ${mediaId}`.execute(db);
  // Ratings that this snapshot wrote before a kill were never visible.
  await sql`
    delete from ratings where since = ${snapshot} and listing_id in (select id from listings where media_id = ${mediaId})
  `.execute(db);
  await sql`
    update ratings set until = ${snapshot}
    where until = ${OPEN_ENDED} and listing_id in (select id from listings where media_id = ${mediaId})
  `.execute(db);
  await sql`
    insert into ratings (listing_id, scope_kind, scope_id, media_id, rating, rights, in_stock, since)
    select id, scope_kind, scope_id, media_id, ${rating}, rights, in_stock, ${snapshot}
    from listings where media_id = ${mediaId}
  `.execute(db);
}

async function next(db: Kysely<ContentDatabase>): Promise<number> {
  const { rows } = await sql<{ id: number }>`select max(id) + 1 as id from rating_snapshots`.execute(db);
  return (rows[0] as { id: number }).id;
}

/** Removes past ratings that no walk uses any more. @returns whether some are left */
async function removePast(db: Kysely<ContentDatabase>, now: number): Promise<boolean> {
  const { rows } = await sql<{ id: number | null }>`
    select max(id) as id from rating_snapshots where written_at <= ${now - SNAPSHOT_LIFETIME_MS}
  `.execute(db);
  const oldest = rows[0]?.id;
  if (oldest === null || oldest === undefined) return false;
  const { numAffectedRows } = await sql`
    delete from ratings where until <= ${oldest} and until < ${sql.raw(String(OPEN_ENDED))} limit ${MAX_REMOVED}
  `.execute(db);
  if (numAffectedRows === BigInt(MAX_REMOVED)) return true;
  await sql`delete from rating_snapshots where id < ${oldest}`.execute(db);
  return false;
}
