import { createHmac, randomBytes } from 'node:crypto';
import { type Kysely, sql } from 'kysely';
import type { Uploads } from './content-store.ts';
import type { ContentDatabase } from './schema.ts';
import { write, yieldLock } from './transaction.ts';
import { upsertMedia } from './writer.ts';

type Db = Kysely<ContentDatabase>;

/** `source` of users who gave an e-mail address. Their `username` is random: it stands in answers, the address never. */
const BY_EMAIL = 'email';

/** Expired stashes that one transaction removes. The rest goes in further ones. */
const MAX_EXPIRED = 500;

export function createUploads(db: Db): Uploads {
  return {
    uploader: (customerId, email, user) =>
      write(db, async (db) => {
        const emailHash = await hashOf(db, email);
        const known = await db
          .selectFrom('uploaders')
          .select('userId')
          .where('customerId', '=', customerId)
          .where('emailHash', '=', emailHash)
          .executeTakeFirst();
        if (known) return known.userId;
        const values = { ...user, customerId, source: BY_EMAIL, username: randomBytes(8).toString('hex') };
        const { id } = await db.insertInto('users').values(values).returning('id').executeTakeFirstOrThrow();
        await db.insertInto('uploaders').values({ customerId, emailHash, userId: id }).execute();
        return id;
      }),

    addMedia: (customerId, media, streamIds) =>
      write(db, async (db) => {
        const known = await db
          .selectFrom('media')
          .select('id')
          .where('customerId', '=', customerId)
          .where('hash', '=', media.hash)
          .executeTakeFirst();
        if (known) return { id: known.id, outcome: 'unchanged' };
        const streams = [];
        for (const streamId of streamIds) streams.push({ streamId, position: await behindAll(db, streamId) });
        const added = await upsertMedia(db, customerId, { ...media, streams });
        if (media.status === 'pending') {
          const entry = { customerId, mediaId: added.id, reason: 'premoderated', since: media.submittedAt } as const;
          await db.insertInto('moderationQueue').values(entry).execute();
        }
        return added;
      }),

    async needsFiles(hash) {
      // One look into the index for each customer; there is none by hash alone.
      const found = await db
        .selectFrom('media')
        .select('id')
        .where('customerId', 'in', db.selectFrom('customers').select('id').where('removedAt', 'is', null))
        .where('hash', '=', hash)
        .where('status', '<>', 'rejected')
        .limit(1)
        .executeTakeFirst();
      return found !== undefined;
    },

    addStash: (stash, bytesOfAll) =>
      write(db, async (db) => {
        const { taken } = await db
          .selectFrom('stashes')
          .select(sql<number>`coalesce(sum(bytes), 0)`.as('taken'))
          .where('customerId', '=', stash.customerId)
          .where('mediaId', 'is', null)
          .executeTakeFirstOrThrow();
        if (taken + stash.bytes > bytesOfAll) return false;
        await db.insertInto('stashes').values(stash).execute();
        return true;
      }),
    stash(id, now) {
      return db.selectFrom('stashes').selectAll().where('id', '=', id).where('expiresAt', '>', now).executeTakeFirst();
    },
    useStash: (id, mediaId) =>
      write(db, async (db) => {
        await db.updateTable('stashes').set({ mediaId }).where('id', '=', id).execute();
      }),
    removeStash: (id) =>
      write(db, async (db) => {
        await db.deleteFrom('stashes').where('id', '=', id).execute();
      }),
    async expireStashes(now) {
      const expired = sql`delete from stashes where expires_at <= ${now} limit ${MAX_EXPIRED}`;
      while (await write(db, async (db) => (await expired.execute(db)).numAffectedRows === BigInt(MAX_EXPIRED)))
        await yieldLock();
    },
    async waitingStashes(ids) {
      if (ids.length === 0) return new Set();
      const json = JSON.stringify(ids);
      const rows = await db
        .selectFrom('stashes')
        .select('id')
        .where('id', 'in', sql<string>`(select value from json_each(${json}))`)
        .where('mediaId', 'is', null)
        .execute();
      return new Set(rows.map(({ id }) => id));
    },
  };
}

async function hashOf(db: Db, email: string): Promise<Buffer> {
  const { value } = await db
    .selectFrom('secrets')
    .select('value')
    .where('name', '=', 'email')
    .executeTakeFirstOrThrow();
  return createHmac('sha256', value).update(email.toLowerCase()).digest();
}

async function behindAll(db: Db, streamId: number): Promise<number> {
  const { position } = await db
    .selectFrom('mediaStreams')
    .select(sql<number>`coalesce(max(position) + 1, 0)`.as('position'))
    .where('streamId', '=', streamId)
    .executeTakeFirstOrThrow();
  return position;
}
