import { type Kysely, sql } from 'kysely';

/**
 * Collections that are walked by id: the streams, categories and widget styles of a customer. `status` is in the
 * index because it is tested on every stream walked over. (Streams of a category and categories of a stream have
 * their indexes already, and the index of a customer's widget instances ends with their id.)
 */
const STATEMENTS = [
  'create index streams_of_customer on streams (customer_id, id, status)',
  'create index categories_of_customer on categories (customer_id, id)',
  'create index widget_styles_of_customer on widget_styles (customer_id, id)',
];

export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
}
