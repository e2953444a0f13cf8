import { createHmac } from 'node:crypto';
import type { Kysely } from 'kysely';
import type { ContentDatabase } from './schema.ts';

/**
 * A hash of what names a person, with a key of this database: a plain hash of an e-mail or network address is found by
 * trying addresses.
 * @param secret name of the key in `secrets`
 */
export async function keyedHash(
  db: Kysely<ContentDatabase>,
  secret: 'email' | 'network',
  text: string,
): Promise<Buffer> {
  const { value } = await db.selectFrom('secrets').select('value').where('name', '=', secret).executeTakeFirstOrThrow();
  return createHmac('sha256', value).update(text).digest();
}
