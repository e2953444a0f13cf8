import type { Kysely } from 'kysely';
import type { MediaRecord, Moderation, Report } from './content-store.ts';
import { relist } from './lists.ts';
import { toMedia } from './reader.ts';
import type { ContentDatabase } from './schema.ts';
import { write } from './transaction.ts';
import { coverAll } from './writer.ts';

type Db = Kysely<ContentDatabase>;

/** Of one media. Whoever reports more has been heard. */
const MOST_REPORTS = 100;

export function createModeration(db: Db): Moderation {
  return {
    report: (mediaId, report) =>
      write(db, async (db) => {
        const { customerId, status } = await db
          .selectFrom('media')
          .select(['customerId', 'status'])
          .where('id', '=', mediaId)
          .executeTakeFirstOrThrow();
        await keep(db, mediaId, report);
        if (status !== 'approved') return;
        const entry = { customerId, mediaId, reason: 'reported', since: report.reportedAt } as const;
        await db
          .insertInto('moderationQueue')
          .values(entry)
          .onConflict((conflict) => conflict.column('mediaId').doUpdateSet(entry))
          .execute();
        await show(db, mediaId, { status: 'pending' });
      }),

    queued(mediaId) {
      return db.selectFrom('moderationQueue').select(ENTRY).where('mediaId', '=', mediaId).executeTakeFirst();
    },

    queue(customerId, after, count) {
      return db
        .selectFrom('moderationQueue')
        .select(ENTRY)
        .where('customerId', '=', customerId)
        .where('id', '>', after)
        .orderBy('id')
        .limit(count)
        .execute();
    },

    async reports(mediaIds) {
      const reports = new Map<number, Report[]>(mediaIds.map((id) => [id, []]));
      if (mediaIds.length === 0) return reports;
      const rows = await db.selectFrom('reports').selectAll().where('mediaId', 'in', mediaIds).orderBy('id').execute();
      for (const { mediaId, email, reason, reportedAt } of rows)
        reports.get(mediaId)?.push({ email, reason, reportedAt });
      return reports;
    },

    decide: (customerId, mediaId, status, now) =>
      write(db, async (db) => {
        const find = () =>
          db
            .selectFrom('media')
            .selectAll()
            .where('customerId', '=', customerId)
            .where('id', '=', mediaId)
            .executeTakeFirst();
        const row = await find();
        if (!row) return undefined;
        const waited = await db
          .deleteFrom('moderationQueue')
          .where('mediaId', '=', mediaId)
          .returning('reason')
          .executeTakeFirst();
        // Heard now; and the addresses of who reported are kept no longer than for that.
        await db.deleteFrom('reports').where('mediaId', '=', mediaId).execute();
        // What was never shown is published now; what was taken away by a report goes back to its place.
        const first = status === 'approved' && (waited?.reason === 'premoderated' || row.status === 'rejected');
        if (row.status !== status) await show(db, mediaId, { status, ...(first && { publishedAt: now }) });
        const after = await find();
        return after && toMedia(after);
      }),
  };
}

const ENTRY = ['id', 'mediaId', 'reason', 'since'] as const;

/** One report a person, the latest. */
async function keep(db: Db, mediaId: number, { email, reason, reportedAt }: Report): Promise<void> {
  const { count } = await db
    .selectFrom('reports')
    .select((all) => all.fn.countAll<number>().as('count'))
    .where('mediaId', '=', mediaId)
    .where('email', '<>', email)
    .executeTakeFirstOrThrow();
  if (count >= MOST_REPORTS) return;
  await db
    .insertInto('reports')
    .values({ mediaId, email, reason, reportedAt })
    .onConflict((conflict) => conflict.columns(['mediaId', 'email']).doUpdateSet({ reason, reportedAt }))
    .execute();
}

/** Changes whether a media is shown, and with it its entries in lists and the covers of its streams. */
async function show(
  db: Db,
  mediaId: number,
  set: { status: MediaRecord['status']; publishedAt?: number },
): Promise<void> {
  await db.updateTable('media').set(set).where('id', '=', mediaId).execute();
  await relist(db, [mediaId]);
  await coverAll(db, mediaId);
}
