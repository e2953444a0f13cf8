import type { Kysely } from 'kysely';
import { hashToken } from './access.ts';
import type { Administration } from './content-store.ts';
import { customers, toCustomer, toInstance, toStyle } from './reader.ts';
import type { ContentDatabase } from './schema.ts';
import { write } from './transaction.ts';

type Db = Kysely<ContentDatabase>;

/** `changed` is called after each change to tokens, origins or hosts, which are answered from memory. */
export function createAdministration(db: Db, changed: () => void): Administration {
  const change = <T>(work: (db: Db) => Promise<T>) => write(db, work).finally(changed);

  return {
    async customers() {
      return (await customers(db).orderBy('customers.id').execute()).map(toCustomer);
    },
    removeCustomer: (id, withEvents) =>
      change(async (db) => {
        // No key has a space, so the customer's own is free again.
        const set = { key: `removed ${id}`, removedAt: Date.now(), removedWithEvents: withEvents ? 1 : 0 } as const;
        const query = db.updateTable('customers').set(set).where('id', '=', id).where('removedAt', 'is', null);
        if ((await query.executeTakeFirst()).numUpdatedRows === 0n) return false;
        for (const table of ['tokens', 'origins', 'hosts', 'relays'] as const)
          await db.deleteFrom(table).where('customerId', '=', id).execute();
        return true;
      }),

    addToken: (customerId, kind, label, raw) =>
      change(async (db) => {
        const token = { customerId, kind, label, createdAt: Date.now() };
        const { id } = await db
          .insertInto('tokens')
          .values({ ...token, hash: hashToken(raw) })
          .returning('id')
          .executeTakeFirstOrThrow();
        return { id, ...token };
      }),
    tokens(customerId) {
      return db
        .selectFrom('tokens')
        .select(['id', 'customerId', 'kind', 'label', 'createdAt'])
        .where('customerId', '=', customerId)
        .orderBy('id')
        .execute();
    },
    removeToken: (customerId, id) =>
      change(async (db) => {
        const query = db.deleteFrom('tokens').where('customerId', '=', customerId).where('id', '=', id);
        return gone(await query.executeTakeFirst());
      }),

    addOrigin: (customerId, origin) =>
      change(async (db) => {
        const insert = db.insertInto('origins').values({ customerId, origin });
        await insert.onConflict((conflict) => conflict.doNothing()).execute();
      }),
    async origins(customerId) {
      const query = db.selectFrom('origins').select('origin').where('customerId', '=', customerId).orderBy('origin');
      return (await query.execute()).map(({ origin }) => origin);
    },
    removeOrigin: (customerId, origin) =>
      change(async (db) => {
        const query = db.deleteFrom('origins').where('customerId', '=', customerId).where('origin', '=', origin);
        return gone(await query.executeTakeFirst());
      }),

    addHost: (customerId, hostname) =>
      change(async (db) => {
        const insert = db.insertInto('hosts').values({ customerId, hostname });
        await insert.onConflict((conflict) => conflict.doNothing()).execute();
      }),
    async hosts(customerId) {
      const query = db.selectFrom('hosts').select('hostname').where('customerId', '=', customerId).orderBy('hostname');
      return (await query.execute()).map(({ hostname }) => hostname);
    },
    removeHost: (customerId, hostname) =>
      change(async (db) => {
        const query = db.deleteFrom('hosts').where('customerId', '=', customerId).where('hostname', '=', hostname);
        return gone(await query.executeTakeFirst());
      }),

    putInstance: ({ id, customerId, settings, ...instance }) =>
      write(db, async (db) => {
        const set = { ...instance, settings: JSON.stringify(settings) };
        const put = db
          .insertInto('widgetInstances')
          .values({ id, customerId, ...set })
          .onConflict((conflict) =>
            conflict.column('id').doUpdateSet(set).where('widgetInstances.customerId', '=', customerId),
          );
        if ((await put.executeTakeFirst()).numInsertedOrUpdatedRows === 0n)
          throw new Error(`The widget instance ${id} belongs to another customer.`);
      }),
    async instances(customerId) {
      const query = db.selectFrom('widgetInstances').selectAll().where('customerId', '=', customerId).orderBy('id');
      return (await query.execute()).map(toInstance);
    },
    removeInstance: (customerId, id) =>
      write(db, async (db) => {
        const query = db.deleteFrom('widgetInstances').where('customerId', '=', customerId).where('id', '=', id);
        return gone(await query.executeTakeFirst());
      }),

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
    removeStyle: (customerId, id) =>
      write(db, async (db) => {
        const query = db.deleteFrom('widgetStyles').where('customerId', '=', customerId).where('id', '=', id);
        return gone(await query.executeTakeFirst());
      }),
  };
}

function gone({ numDeletedRows }: { numDeletedRows: bigint }): boolean {
  return numDeletedRows > 0n;
}
