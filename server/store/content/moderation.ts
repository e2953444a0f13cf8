import { type Kysely, sql } from 'kysely';
import type { MediaRecord, Moderation, Report } from './content-store.ts';
import { keyedHash } from './keyed-hash.ts';
import { replaceEntries } from './lists.ts';
import { toMedia } from './reader.ts';
import { type ContentDatabase, NOT_SHOWN } from './schema.ts';
import { write } from './transaction.ts';
import { coverAll } from './writer.ts';

type Db = Kysely<ContentDatabase>;

/** Reports of one media that are kept. Further ones tell the moderator nothing new. */
const MAX_REPORTS = 100;
/** Reports of one media from one network that are kept: a household or an office has more than one person. */
const MAX_REPORTS_OF_NETWORK = 5;
/** The hour of `ReportLimits`, in milliseconds. */
const QUOTA_WINDOW_MS = 3_600_000;

export function createModeration(db: Db): Moderation {
  return {
    report: (mediaId, { network: address, ...report }, limits) =>
      write(db, async (db) => {
        const { customerId, status, reviewed } = await db
          .selectFrom('media')
          .select(['customerId', 'status', 'reviewed'])
          .where('id', '=', mediaId)
          .executeTakeFirstOrThrow();
        const network = await keyedHash(db, 'network', `${customerId} ${address}`);
        await keep(db, { customerId, mediaId, network, report, max: limits.countedOfNetwork });
        if (status !== 'approved') return false;
        const entry = { customerId, mediaId, reason: 'reported', since: report.reportedAt } as const;
        await db
          .insertInto('moderationQueue')
          .values(entry)
          .onConflict((conflict) => conflict.doNothing())
          .execute();
        const enough = limits.threshold > 0 && (await networksThatCount(db, mediaId)) >= limits.threshold;
        if (reviewed || !enough) return false;
        const quota = { customerId, network: null, now: report.reportedAt, max: limits.hiddenOfCustomer };
        if (!(await useQuota(db, quota))) return false;
        await show(db, mediaId, { status: 'pending' });
        return true;
      }),

    forgetReportQuota: (now) => write(db, (db) => forgetQuota(db, now)),

    queued(mediaId) {
      return entries(db).where('mediaId', '=', mediaId).executeTakeFirst();
    },

    queue(customerId, after, count) {
      return entries(db)
        .where('customerId', '=', customerId)
        .where('id', '>', after)
        .orderBy('id')
        .limit(count)
        .execute();
    },

    queueLengths() {
      return db
        .selectFrom('moderationQueue')
        .select(({ fn }) => ['customerId', fn.countAll<number>().as('waiting')])
        .groupBy('customerId')
        .execute();
    },

    async pendingHashes() {
      const rows = await db
        .selectFrom('media')
        .select('hash')
        .where(NOT_SHOWN)
        .where('status', '=', 'pending')
        .execute();
      return rows.map(({ hash }) => hash);
    },

    async rejectedWithoutHashes(after, count) {
      const rows = await db
        .selectFrom('media')
        .selectAll()
        .where(NOT_SHOWN)
        .where('status', '=', 'rejected')
        .where('pixelHash', 'is', null)
        // The plus keeps SQLite from walking all media by their id instead of the few in the index.
        .where(sql<number>`+id`, '>', after)
        .orderBy(sql`+id`)
        .limit(count)
        .execute();
      return rows.map(toMedia);
    },

    setPixelHashes: (mediaId, { pixelHash, perceptualHash }) =>
      write(db, async (db) => {
        await db.updateTable('media').set({ pixelHash, perceptualHash }).where('id', '=', mediaId).execute();
      }),

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
        const reviewed = status === 'approved' ? 1 : 0;
        await db.updateTable('media').set({ reviewed }).where('id', '=', mediaId).execute();
        const after = await find();
        return after && toMedia(after);
      }),
  };
}

function entries(db: Db) {
  return db.selectFrom('moderationQueue').select((queue) => [
    ...(['id', 'mediaId', 'reason', 'since'] as const),
    queue
      .selectFrom('reports')
      .select((reports) => reports.fn.count<number>('network').distinct().as('networks'))
      .whereRef('reports.mediaId', '=', 'moderationQueue.mediaId')
      .$asScalar()
      .$notNull()
      .as('reporters'),
  ]);
}

interface Kept {
  customerId: number;
  mediaId: number;
  network: Buffer;
  report: Report;
  /** Of how many media the network's reports count in an hour. */
  max: number;
}

/** One report a person, the latest. Nobody but its own network replaces it. */
async function keep(db: Db, { customerId, mediaId, network, report, max }: Kept): Promise<void> {
  const { email, reason, reportedAt } = report;
  const others = db.selectFrom('reports').where('mediaId', '=', mediaId).where('email', '<>', email);
  const { all, same, counted } = await others
    .select((reports) => [
      reports.fn.countAll<number>().as('all'),
      sql<number>`count(*) filter (where network = ${network})`.as('same'),
      sql<number>`count(*) filter (where network = ${network} and counts)`.as('counted'),
    ])
    .executeTakeFirstOrThrow();
  if (all >= MAX_REPORTS || same >= MAX_REPORTS_OF_NETWORK) return;
  const known = await db
    .selectFrom('reports')
    .select('network')
    .where('mediaId', '=', mediaId)
    .where('email', '=', email)
    .executeTakeFirst();
  if (known) {
    if (!known.network?.equals(network)) return;
    const set = { reason, reportedAt };
    await db.updateTable('reports').set(set).where('mediaId', '=', mediaId).where('email', '=', email).execute();
    return;
  }
  const counts = counted === 0 && (await useQuota(db, { customerId, network, now: reportedAt, max }));
  const values = { mediaId, email, reason, reportedAt, network, counts: counts ? 1 : 0 } as const;
  await db.insertInto('reports').values(values).execute();
}

async function networksThatCount(db: Db, mediaId: number): Promise<number> {
  const { networks } = await db
    .selectFrom('reports')
    .select((reports) => reports.fn.count<number>('network').distinct().as('networks'))
    .where('mediaId', '=', mediaId)
    .where('counts', '=', 1)
    .executeTakeFirstOrThrow();
  return networks;
}

/** @returns false, and nothing is noted, when this hour's quota of a network, or without one of a customer, is used up */
async function useQuota(
  db: Db,
  { customerId, network, now, max }: { customerId: number; network: Buffer | null; now: number; max: number },
): Promise<boolean> {
  await forgetQuota(db, now);
  const { used } = await db
    .selectFrom('reportQuota')
    .select((quota) => quota.fn.countAll<number>().as('used'))
    .where('customerId', '=', customerId)
    .where('network', 'is', network)
    .executeTakeFirstOrThrow();
  if (used >= max) return false;
  await db.insertInto('reportQuota').values({ customerId, network, usedAt: now }).execute();
  return true;
}

async function forgetQuota(db: Db, now: number): Promise<void> {
  await db
    .deleteFrom('reportQuota')
    .where('usedAt', '<=', now - QUOTA_WINDOW_MS)
    .execute();
}

/** Changes whether a media is shown, and with it its entries in lists and the covers of its streams. */
async function show(
  db: Db,
  mediaId: number,
  set: { status: MediaRecord['status']; publishedAt?: number },
): Promise<void> {
  await db.updateTable('media').set(set).where('id', '=', mediaId).execute();
  await replaceEntries(db, [mediaId]);
  await coverAll(db, mediaId);
}
