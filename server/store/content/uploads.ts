import { randomBytes } from 'node:crypto';
import { type Kysely, sql } from 'kysely';
import { CustomerRemovedError, type MediaRecord, type Uploads, type UserRecord } from './content-store.ts';
import { keyedHash } from './keyed-hash.ts';
import { type ContentDatabase, NOT_SHOWN } from './schema.ts';
import { write, yieldLock } from './transaction.ts';
import { upsertMedia } from './writer.ts';

type Db = Kysely<ContentDatabase>;

/** `source` of users who gave an e-mail address. Their `username` is random: it stands in answers, the address never. */
const BY_EMAIL = 'email';

/** Users of a customer who have uploaded nothing yet. One more takes the place of the oldest. */
export const MAX_IDLE_UPLOADERS = 10_000;
/** Expired stashes that one transaction removes. The rest goes in further transactions. */
const MAX_EXPIRED = 500;

export function createUploads(db: Db): Uploads {
  return {
    uploader: (customerId, email, user) =>
      write(db, async (db) => {
        const emailHash = await keyedHash(db, 'email', email.toLowerCase());
        const known = await db
          .selectFrom('uploaders')
          .select('userId')
          .where('customerId', '=', customerId)
          .where('emailHash', '=', emailHash)
          .executeTakeFirst();
        if (known) return known.userId;
        const id = await addUser(db, customerId, user);
        await db.insertInto('uploaders').values({ customerId, emailHash, userId: id }).execute();
        return id;
      }),

    addUploader: (customerId, user, now) =>
      write(db, async (db) => {
        const userId = await addUser(db, customerId, user);
        await db.insertInto('newUploaders').values({ userId, customerId, createdAt: now }).execute();
        await makeRoom(db, customerId);
        return userId;
      }),

    async removeIdleUploaders(before) {
      const removed = () =>
        write(db, async (db) => {
          const idle = db.selectFrom('newUploaders').select('userId').where('createdAt', '<', before);
          const batch = idle.orderBy('createdAt').limit(REMOVAL_BATCH_SIZE);
          const { numDeletedRows } = await db.deleteFrom('users').where('id', 'in', batch).executeTakeFirst();
          return numDeletedRows;
        });
      while ((await removed()) === BigInt(REMOVAL_BATCH_SIZE)) await yieldLock();
    },

    addMedia: (customerId, media, streamIds) =>
      write(db, async (db) => {
        const customer = db.selectFrom('customers').select('id').where('id', '=', customerId);
        if (!(await customer.where('removedAt', 'is', null).executeTakeFirst()))
          throw new CustomerRemovedError(customerId);
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
        await db.deleteFrom('newUploaders').where('userId', '=', media.userId).execute();
        if (media.status === 'pending') {
          const entry = { customerId, mediaId: added.id, reason: 'premoderated', since: media.submittedAt } as const;
          await db.insertInto('moderationQueue').values(entry).execute();
        }
        return added;
      }),

    async statusOfFiles(hash) {
      // One look into the index for each customer; there is none by hash alone.
      const rows = await db
        .selectFrom('media')
        .select('status')
        .where('customerId', 'in', db.selectFrom('customers').select('id').where('removedAt', 'is', null))
        .where('hash', '=', hash)
        .execute();
      const found = new Set(rows.map(({ status }) => status));
      return SHOWN_FIRST.find((status) => found.has(status));
    },

    withheld(customerId, count) {
      return db
        .selectFrom('media')
        .select(['type', 'status', 'pixelHash', 'perceptualHash'])
        .where('customerId', '=', customerId)
        .where(NOT_SHOWN)
        .orderBy('id', 'desc')
        .limit(count)
        .execute();
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

/** Users that one transaction removes. It takes some milliseconds, in which nothing else is written. */
const REMOVAL_BATCH_SIZE = 200;

const SHOWN_FIRST = ['approved', 'pending', 'rejected'] as const satisfies MediaRecord['status'][];

/** Removes the oldest uploader who has uploaded nothing where the customer has too many of them. */
async function makeRoom(db: Db, customerId: number): Promise<void> {
  const ofCustomer = db.selectFrom('newUploaders').where('customerId', '=', customerId);
  const { idle } = await ofCustomer.select(({ fn }) => fn.countAll<number>().as('idle')).executeTakeFirstOrThrow();
  if (idle <= MAX_IDLE_UPLOADERS) return;
  const oldest = ofCustomer.select('userId').orderBy('createdAt').orderBy('userId').limit(1);
  await db.deleteFrom('users').where('id', 'in', oldest).execute();
}

async function addUser(db: Db, customerId: number, user: Pick<UserRecord, 'name' | 'avatarUrl'>): Promise<number> {
  const values = { ...user, customerId, source: BY_EMAIL, username: randomBytes(8).toString('hex') };
  return (await db.insertInto('users').values(values).returning('id').executeTakeFirstOrThrow()).id;
}

async function behindAll(db: Db, streamId: number): Promise<number> {
  const { position } = await db
    .selectFrom('mediaStreams')
    .select(sql<number>`coalesce(max(position) + 1, 0)`.as('position'))
    .where('streamId', '=', streamId)
    .executeTakeFirstOrThrow();
  return position;
}
