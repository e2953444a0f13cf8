import type { Kysely } from 'kysely';
import { hashToken } from './access.ts';
import type { Administration } from './content-store.ts';
import { customers, toCustomer, toInstance, toStyle } from './reader.ts';
import type { ContentDatabase } from './schema.ts';
import { write } from './transaction.ts';

/** `changed` is called after each change to tokens, origins or hosts, which are answered from memory. */
export function createAdministration(db: Kysely<ContentDatabase>, changed: () => void): Administration {
  return {
    async customers() {
      return (await customers(db).orderBy('customers.id').execute()).map(toCustomer);
    },
    async removeCustomer(id) {
      const removed = gone(await db.deleteFrom('customers').where('id', '=', id).executeTakeFirst());
      changed();
      return removed;
    },

    async addToken(customerId, kind, label, raw) {
      const token = { customerId, kind, label, createdAt: Date.now() };
      const { id } = await db
        .insertInto('tokens')
        .values({ ...token, hash: hashToken(raw) })
        .returning('id')
        .executeTakeFirstOrThrow();
      changed();
      return { id, ...token };
    },
    tokens(customerId) {
      return db
        .selectFrom('tokens')
        .select(['id', 'customerId', 'kind', 'label', 'createdAt'])
        .where('customerId', '=', customerId)
        .orderBy('id')
        .execute();
    },
    async removeToken(customerId, id) {
      const query = db.deleteFrom('tokens').where('customerId', '=', customerId).where('id', '=', id);
      const removed = gone(await query.executeTakeFirst());
      changed();
      return removed;
    },

    async addOrigin(customerId, origin) {
      const insert = db.insertInto('origins').values({ customerId, origin });
      await insert.onConflict((conflict) => conflict.doNothing()).execute();
      changed();
    },
    async origins(customerId) {
      const query = db.selectFrom('origins').select('origin').where('customerId', '=', customerId).orderBy('origin');
      return (await query.execute()).map(({ origin }) => origin);
    },
    async removeOrigin(customerId, origin) {
      const query = db.deleteFrom('origins').where('customerId', '=', customerId).where('origin', '=', origin);
      const removed = gone(await query.executeTakeFirst());
      changed();
      return removed;
    },

    async addHost(customerId, hostname) {
      const insert = db.insertInto('hosts').values({ customerId, hostname });
      await insert.onConflict((conflict) => conflict.doNothing()).execute();
      changed();
    },
    async hosts(customerId) {
      const query = db.selectFrom('hosts').select('hostname').where('customerId', '=', customerId).orderBy('hostname');
      return (await query.execute()).map(({ hostname }) => hostname);
    },
    async removeHost(customerId, hostname) {
      const query = db.deleteFrom('hosts').where('customerId', '=', customerId).where('hostname', '=', hostname);
      const removed = gone(await query.executeTakeFirst());
      changed();
      return removed;
    },

    async putInstance({ id, customerId, settings, ...instance }) {
      const set = { ...instance, settings: JSON.stringify(settings) };
      const put = db
        .insertInto('widgetInstances')
        .values({ id, customerId, ...set })
        .onConflict((conflict) =>
          conflict.column('id').doUpdateSet(set).where('widgetInstances.customerId', '=', customerId),
        );
      if ((await put.executeTakeFirst()).numInsertedOrUpdatedRows === 0n)
        throw new Error(`The widget instance ${id} belongs to another customer.`);
    },
    async instances(customerId) {
      const query = db.selectFrom('widgetInstances').selectAll().where('customerId', '=', customerId).orderBy('id');
      return (await query.execute()).map(toInstance);
    },
    async removeInstance(customerId, id) {
      const query = db.deleteFrom('widgetInstances').where('customerId', '=', customerId).where('id', '=', id);
      return gone(await query.executeTakeFirst());
    },

    upsertStyle: (customerId, { settings, ...style }) =>
      write(db, async (db) => {
        const wanted = { ...style, settings: JSON.stringify(settings) };
        const row = await db
          .selectFrom('widgetStyles')
          .selectAll()
          .where('customerId', '=', customerId)
          .where('name', '=', style.name)
          .executeTakeFirst();
        if (!row) {
          const insert = db.insertInto('widgetStyles').values({ ...wanted, customerId });
          const { id } = await insert.returning('id').executeTakeFirstOrThrow();
          return { id, outcome: 'created' };
        }
        if (row.type === wanted.type && row.settings === wanted.settings) return { id: row.id, outcome: 'unchanged' };
        await db.updateTable('widgetStyles').set(wanted).where('id', '=', row.id).execute();
        return { id: row.id, outcome: 'changed' };
      }),
    async styles(customerId) {
      const query = db.selectFrom('widgetStyles').selectAll().where('customerId', '=', customerId).orderBy('id');
      return (await query.execute()).map(toStyle);
    },
    async removeStyle(customerId, id) {
      const query = db.deleteFrom('widgetStyles').where('customerId', '=', customerId).where('id', '=', id);
      return gone(await query.executeTakeFirst());
    },
  };
}

function gone({ numDeletedRows }: { numDeletedRows: bigint }): boolean {
  return numDeletedRows > 0n;
}
