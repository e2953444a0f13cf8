import { type Kysely, sql } from 'kysely';

/**
 * A customer is removed in steps (`removal.ts`): `removed_at` hides it at once, and its row goes last;
 * `removed_with_events` says whether its events go, too. The indexes find
 * the widget instances of a stream and of a category that goes; without them each looks at all instances.
 *
 * `unlisted_streams` are the streams that have changed and whose media's entries in lists have not all followed yet,
 * with the place of the last media that has (`relisting.ts`).
 */
const STATEMENTS = [
  'alter table customers add column removed_at integer',
  'alter table customers add column removed_with_events integer not null default 0',
  'create index customers_removed on customers (id) where removed_at is not null',
  'create index widget_instances_of_stream on widget_instances (stream_id)',
  'create index widget_instances_of_category on widget_instances (category_id)',
  `create table unlisted_streams (
    stream_id integer primary key references streams on delete cascade,
    position integer not null,
    media_id integer not null
  ) strict`,
];

export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
}
