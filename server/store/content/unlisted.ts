import { type Kysely, sql } from 'kysely';
import { replaceEntries } from './lists.ts';
import type { ContentDatabase } from './schema.ts';
import { write, yieldLock } from './transaction.ts';

type Db = Kysely<ContentDatabase>;

/**
 * Media of a changed stream whose entries are replaced in one transaction. A stream may have a hundred thousand media. The
 * others follow in further transactions, so that the write lock is never held for long.
 */
export const MAX_ENTRIES_REPLACED = 50;

/** The place before the first media of any stream: positions begin with 0. */
const START = { position: -1, mediaId: 0 };

/** Marks all media of a stream as having outdated entries. Call it in the transaction that changes the stream. */
export async function markUnlisted(db: Db, streamId: number): Promise<void> {
  await db
    .insertInto('unlistedStreams')
    .values({ streamId, ...START })
    .onConflict((conflict) => conflict.column('streamId').doUpdateSet(START))
    .execute();
}

/** Replaces the entries of the next media of a marked stream, in the transaction of the caller. @returns whether some are left */
export async function replaceNextEntries(db: Db, streamId: number): Promise<boolean> {
  const from = await db.selectFrom('unlistedStreams').selectAll().where('streamId', '=', streamId).executeTakeFirst();
  if (!from) return false;
  const { rows } = await sql<{ position: number; mediaId: number }>`
    select position, media_id from media_streams
    where stream_id = ${streamId} and (position, media_id) > (${from.position}, ${from.mediaId})
    order by position, media_id limit ${MAX_ENTRIES_REPLACED}
  `.execute(db);
  await replaceEntries(
    db,
    rows.map(({ mediaId }) => mediaId),
  );
  const last = rows.at(-1);
  const left = last !== undefined && rows.length === MAX_ENTRIES_REPLACED;
  if (left) await db.updateTable('unlistedStreams').set(last).where('streamId', '=', streamId).execute();
  else await db.deleteFrom('unlistedStreams').where('streamId', '=', streamId).execute();
  return left;
}

/** Replaces the entries of all remaining media of a stream, also those that an interrupted run left. */
export async function finishEntries(db: Db, streamId: number, signal?: AbortSignal): Promise<void> {
  const marked = await db
    .selectFrom('unlistedStreams')
    .select('streamId')
    .where('streamId', '=', streamId)
    .executeTakeFirst();
  for (let left = marked !== undefined; left && !signal?.aborted; ) {
    await yieldLock();
    left = await write(db, (db) => replaceNextEntries(db, streamId));
  }
}

/** The streams that are still marked. */
export async function unlistedStreams(db: Db): Promise<number[]> {
  const rows = await db.selectFrom('unlistedStreams').select('streamId').orderBy('streamId').execute();
  return rows.map(({ streamId }) => streamId);
}
