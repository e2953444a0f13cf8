import type { Kysely } from 'kysely';
import type { Relays } from './content-store.ts';
import type { ContentDatabase } from './schema.ts';
import { write } from './transaction.ts';

export function createRelays(db: Kysely<ContentDatabase>): Relays {
  return {
    putRelay: (customerId, relay) =>
      write(db, async (db) => {
        const put = db
          .insertInto('relays')
          .values({ customerId, ...relay })
          .onConflict((conflict) => conflict.columns(['customerId', 'datamart']).doUpdateSet(relay));
        return (await put.returning('id').executeTakeFirstOrThrow()).id;
      }),
    relays(customerId) {
      return db
        .selectFrom('relays')
        .select(['id', 'customerId', 'url', 'datamart', 'keyId'])
        .where('customerId', '=', customerId)
        .orderBy('id')
        .execute();
    },
    removeRelay: (customerId, id) =>
      write(db, async (db) => {
        const remove = db.deleteFrom('relays').where('customerId', '=', customerId).where('id', '=', id);
        return (await remove.executeTakeFirst()).numDeletedRows > 0n;
      }),
    relayTo(datamart) {
      return db.selectFrom('relays').select(['id', 'customerId']).where('datamart', '=', datamart).execute();
    },
    signingRelay(id) {
      return db.selectFrom('relays').selectAll().where('id', '=', id).executeTakeFirst();
    },
  };
}
