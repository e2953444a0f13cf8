import { type Kysely, sql } from 'kysely';

/**
 * Datamarts of other servers to which pages' activities are relayed. The secret is kept as it is, since it signs each
 * request; no answer shows it.
 */
const STATEMENT = `
create table relays (
  id integer primary key autoincrement,
  customer_id integer not null references customers on delete cascade,
  url text not null,
  datamart text not null,
  key_id text not null,
  secret text not null,
  unique (customer_id, datamart)
) strict`;

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql.raw(STATEMENT).execute(db);
}
