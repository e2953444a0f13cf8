import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import Database from 'better-sqlite3';
import { CamelCasePlugin, Kysely, SqliteDialect } from 'kysely';
import type { CategoryRecord, MediaRecord, StreamRecord, UserRecord } from '../content/content-store.ts';
import { replaceEntries } from '../content/lists.ts';
import { ratingOf } from '../content/ratings.ts';
import type { ContentDatabase } from '../content/schema.ts';
import { cover } from '../content/writer.ts';

/** Content of one customer with ids of the caller's choice, each list in the order in which it is to be written. */
export interface BulkContent {
  users: Iterable<UserRecord>;
  categories: Iterable<CategoryRecord>;
  /** Without a cover, the first media by position is. */
  streams: Iterable<StreamRecord & { categoryIds: readonly number[] }>;
  media: Iterable<MediaRecord & { streams: readonly { streamId: number; position: number }[] }>;
}

/** Media whose entries in lists are written together. */
const PER_STEP = 10_000;

/**
 * Fills a `content.db` that nobody has open with what `ContentWriter` would have written for each, some hundred times
 * as fast: without a transaction for each media, without a journal, with indexes made at the end. A kill on the way
 * leaves a broken database, so this is for benchmarks, not for a shop's content.
 *
 * @param folder the data folder, where the store was opened once and the customer made
 * @param onProgress is told how many media are written, and how many are in lists
 */
export async function fillInBulk(
  folder: string,
  { users, categories, streams, media }: BulkContent,
  now: number,
  onProgress: (written: number, listed: number) => void,
): Promise<void> {
  const sqlite = new Database(join(folder, 'content.db'));
  for (const pragma of ['journal_mode = OFF', 'synchronous = OFF', 'foreign_keys = OFF', 'cache_size = -1000000'])
    sqlite.pragma(pragma);
  const db = new Kysely<ContentDatabase>({
    dialect: new SqliteDialect({ database: sqlite }),
    plugins: [new CamelCasePlugin()],
  });
  const step = async (written: number, listed: number) => {
    onProgress(written, listed);
    // Nothing here ever waits, and Ctrl-C is heard only in between.
    await setImmediate();
  };
  const indexes = dropIndexes(sqlite);
  sqlite.exec('begin exclusive');

  const insert = {
    user: inserter(sqlite, db, 'users'),
    category: inserter(sqlite, db, 'categories'),
    stream: inserter(sqlite, db, 'streams'),
    streamCategory: inserter(sqlite, db, 'streamCategories'),
    media: inserter(sqlite, db, 'media'),
    mediaStream: inserter(sqlite, db, 'mediaStreams'),
  };
  for (const user of users) insert.user(user);
  for (const category of categories) insert.category(category);
  const streamIds: number[] = [];
  for (const { categoryIds, ...stream } of streams) {
    insert.stream(stream);
    for (const categoryId of categoryIds) insert.streamCategory({ streamId: stream.id, categoryId });
    streamIds.push(stream.id);
  }
  const mediaIds: number[] = [];
  for (const { streams, ...one } of media) {
    insert.media({ ...one, rating: ratingOf(one.submittedAt, undefined, now) });
    for (const { streamId, position } of streams) insert.mediaStream({ mediaId: one.id, streamId, position });
    if (mediaIds.push(one.id) % PER_STEP === 0) await step(mediaIds.length, 0);
  }
  for (let i = 0; i < mediaIds.length; i += PER_STEP) {
    await replaceEntries(db, mediaIds.slice(i, i + PER_STEP));
    await step(mediaIds.length, Math.min(i + PER_STEP, mediaIds.length));
  }
  for (const index of indexes) sqlite.exec(index);
  await cover(db, streamIds);

  sqlite.exec('commit');
  await db.destroy();
}

/** All that writing itself does not look things up by. */
function dropIndexes(sqlite: Database.Database): string[] {
  const indexes = sqlite
    .prepare<[], { name: string; sql: string }>(
      "select name, sql from sqlite_master where type = 'index' and sql is not null and name <> 'ratings_of_listing'",
    )
    .all();
  for (const { name } of indexes) sqlite.exec(`drop index ${name}`);
  return indexes.map(({ sql }) => sql);
}

/** Kysely writes the statement, once; all rows have the keys of the first. */
function inserter(sqlite: Database.Database, db: Kysely<ContentDatabase>, table: keyof ContentDatabase) {
  let statement: Database.Statement | undefined;
  let keys: string[] = [];
  return (row: object) => {
    if (!statement) {
      keys = Object.keys(row);
      statement = sqlite.prepare(
        db
          .insertInto(table)
          .values(row as never)
          .compile().sql,
      );
    }
    const values = row as Record<string, unknown>;
    statement.run(keys.map((key) => (typeof values[key] === 'boolean' ? Number(values[key]) : values[key])));
  };
}
