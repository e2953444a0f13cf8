import { type Kysely, type RawBuilder, sql } from 'kysely';
import type { Removal } from './content-store.ts';
import type { ContentDatabase } from './schema.ts';
import { write } from './transaction.ts';

type Db = Kysely<ContentDatabase>;

/**
 * Rows that one step of a removal deletes. With their entries in indexes they take 5 to 20 ms, the flush of the disk
 * included; what is more goes in the next step.
 */
export const MAX_ROWS_PER_STEP = 50;

/** A table whose rows of a customer go. */
interface Removed {
  table: string;
  /**
   * What hangs on a row and goes before it, where `?` is the row's id: left to a cascade, it would go at once, however
   * much it is. The rows go one by one then, in the order of a column that is indexed within the customer.
   */
  each?: { orderedBy: string; before: readonly string[] };
}

/**
 * In an order in which what refers to others goes first. A migration that adds a table with rows of customers adds it
 * here, too.
 */
export const REMOVED: readonly Removed[] = [
  ...['tokens', 'origins', 'hosts', 'relays', 'widget_instances', 'widget_styles'].map((table) => ({ table })),
  {
    table: 'streams',
    each: {
      orderedBy: 'key',
      before: [
        'unlisted_streams where stream_id = ?',
        'stream_categories where stream_id = ?',
        'media_streams where stream_id = ?',
      ],
    },
  },
  { table: 'categories', each: { orderedBy: 'key', before: ['stream_categories where category_id = ?'] } },
  { table: 'moderation_queue' },
  { table: 'stashes' },
  {
    table: 'media',
    each: {
      orderedBy: 'hash',
      before: [
        'ratings where listing_id in (select id from listings where media_id = ?)',
        'listings where media_id = ?',
        'media_streams where media_id = ?',
        'reports where media_id = ?',
      ],
    },
  },
  { table: 'report_quota' },
  { table: 'uploaders' },
  { table: 'users', each: { orderedBy: 'source', before: ['new_uploaders where user_id = ?'] } },
];

export function createRemoval(db: Db): Removal {
  return {
    async removedCustomers() {
      const rows = await db
        .selectFrom('customers')
        .select(['id', 'removedWithEvents'])
        .where('removedAt', 'is not', null)
        .execute();
      return rows.map(({ id, removedWithEvents }) => ({ id, withEvents: removedWithEvents === 1 }));
    },

    async nextRemovedMedia(customerId) {
      const { rows } = await sql<{ hash: string }>`
        select hash from media where customer_id = ${customerId} order by hash limit ${MAX_ROWS_PER_STEP}
      `.execute(db);
      return rows.map(({ hash }) => hash);
    },

    removeSome: (customerId) => write(db, (db) => removeSome(db, customerId)),
  };
}

async function removeSome(db: Db, customerId: number): Promise<boolean> {
  let room = MAX_ROWS_PER_STEP;
  const remove = async (rows: RawBuilder<unknown>) => {
    const { numAffectedRows = 0n } = await sql`delete from ${rows} limit ${room}`.execute(db);
    room -= Number(numAffectedRows);
  };
  for (const { table, each } of REMOVED) {
    if (!each) await remove(sql`${sql.table(table)} where customer_id = ${customerId}`);
    for (let id = await nextId(db, customerId, table, each); room > 0 && id !== undefined; ) {
      for (const rows of each?.before ?? []) await remove(sql.raw(rows.replace('?', String(id))));
      await remove(sql`${sql.table(table)} where id = ${id}`);
      id = await nextId(db, customerId, table, each);
    }
    if (room === 0) return true;
  }
  await db.deleteFrom('customers').where('id', '=', customerId).where('removedAt', 'is not', null).execute();
  return false;
}

/** The id of the first row that goes by itself, if there is one. */
async function nextId(db: Db, customerId: number, table: string, each: Removed['each']): Promise<number | undefined> {
  if (!each) return undefined;
  const { rows } = await sql<{ id: number }>`
    select id from ${sql.table(table)} where customer_id = ${customerId} order by ${sql.ref(each.orderedBy)} limit 1
  `.execute(db);
  return rows[0]?.id;
}
