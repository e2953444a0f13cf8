import { type Kysely, type RawBuilder, sql } from 'kysely';
import type { StreamStatus } from '../../../src/content/resources.ts';
import type { Collections, Slice } from './content-store.ts';
import { toInstance, toStream, toStyle } from './reader.ts';
import type { ContentDatabase } from './schema.ts';

type Db = Kysely<ContentDatabase>;

/** Collections of entities by keyset over their ids: a slice costs the same wherever it lies. */
export function createCollections(db: Db): Collections {
  const streams = (ids: readonly number[]) =>
    inOrder(ids, async () =>
      (await db.selectFrom('streams').selectAll().where('id', 'in', ids).execute()).map(toStream),
    );
  const categories = (ids: readonly number[]) =>
    inOrder(ids, () => db.selectFrom('categories').selectAll().where('id', 'in', ids).execute());

  return {
    async streamsOfCustomer(customerId, statuses, slice) {
      const from = sql`streams where customer_id = ${customerId} and ${isOneOf(statuses)}`;
      return streams(await idsOf(db, sql`id`, from, slice));
    },
    async streamsOfCategory(categoryId, statuses, slice) {
      // Cross, so that SQLite walks the category's streams in their order and looks each up.
      const from = sql`stream_categories cross join streams on streams.id = stream_id
        where category_id = ${categoryId} and ${isOneOf(statuses)}`;
      return streams(await idsOf(db, sql`stream_id`, from, slice));
    },
    async categoriesOfCustomer(customerId, slice) {
      return categories(await idsOf(db, sql`id`, sql`categories where customer_id = ${customerId}`, slice));
    },
    async categoriesOfStream(streamId, slice) {
      const from = sql`stream_categories where stream_id = ${streamId}`;
      return categories(await idsOf(db, sql`category_id`, from, slice));
    },
    async instancesOfCustomer(customerId, slice) {
      const ids = await idsOf(db, sql`id`, sql`widget_instances where customer_id = ${customerId}`, slice);
      return inOrder(ids, async () =>
        (await db.selectFrom('widgetInstances').selectAll().where('id', 'in', ids).execute()).map(toInstance),
      );
    },
    async stylesOfCustomer(customerId, slice) {
      const ids = await idsOf(db, sql`id`, sql`widget_styles where customer_id = ${customerId}`, slice);
      return inOrder(ids, async () =>
        (await db.selectFrom('widgetStyles').selectAll().where('id', 'in', ids).execute()).map(toStyle),
      );
    },
  };
}

async function idsOf<Id>(
  db: Db,
  id: RawBuilder<unknown>,
  from: RawBuilder<unknown>,
  { after, before, limit }: Slice<Id>,
): Promise<Id[]> {
  const bound =
    before !== undefined ? sql`and ${id} > ${before}` : after !== undefined ? sql`and ${id} < ${after}` : sql``;
  const direction = sql.raw(before === undefined ? 'desc' : 'asc');
  const { rows } = await sql<{ id: Id }>`
    select ${id} as id from ${from} ${bound} order by ${id} ${direction} limit ${limit}
  `.execute(db);
  const ids = rows.map((row) => row.id);
  return before === undefined ? ids : ids.reverse();
}

function isOneOf(statuses: readonly StreamStatus[]): RawBuilder<unknown> {
  return sql`status in (${sql.join(statuses)})`;
}

/** What `read` finds of these ids, in their order. */
async function inOrder<Id, T extends { id: Id }>(ids: readonly Id[], read: () => Promise<T[]>): Promise<T[]> {
  if (ids.length === 0) return [];
  const byId = new Map((await read()).map((one) => [one.id, one]));
  return ids.flatMap((id) => byId.get(id) ?? []);
}
