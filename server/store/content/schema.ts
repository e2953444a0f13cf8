import { type ColumnType, type Generated, type SqlBool, sql } from 'kysely';
import type {
  CategoryRecord,
  CustomerRecord,
  InstanceRecord,
  MediaRecord,
  QueueEntry,
  Report,
  SigningRelay,
  StashRecord,
  StreamRecord,
  StyleRecord,
  TokenRecord,
  UserRecord,
} from './content-store.ts';

/** A column with the values of a field of a record. */
type Column<Value> = [Value] extends [boolean] ? Flag : Value;

/** A table whose columns are the fields of a record; those named second have a default in the database. */
type Table<Fields, Defaulted extends keyof Fields = never> = {
  [Name in Exclude<keyof Fields, Defaulted>]: Column<Fields[Name]>;
} & { [Name in Defaulted]: Generated<Column<Fields[Name]>> };

/** The tables of `content.db` as Kysely sees them, names in camel case. `migrations/` makes them and says why. */
export interface ContentDatabase {
  customers: Table<Omit<CustomerRecord, 'userId' | 'settings'>, 'id' | 'language'> & {
    settings: Json;
    removedAt: Generated<number | null>;
    removedWithEvents: Generated<Flag>;
  };
  tokens: Table<TokenRecord, 'id'> & { hash: string };
  origins: { customerId: number; origin: string };
  hosts: { customerId: number; hostname: string };
  users: Table<UserRecord, 'id'>;
  streams: Table<StreamRecord, 'id' | 'status' | 'hideFromRelated'>;
  categories: Table<CategoryRecord, 'id'>;
  streamCategories: { streamId: number; categoryId: number };
  media: Table<
    MediaRecord,
    'id' | 'favorite' | 'likes' | 'status' | 'rights' | 'listed' | 'photorank' | 'avif' | 'reviewed'
  > & { rating: Generated<number> };
  mediaStreams: { streamId: number; mediaId: number; position: number };
  listings: {
    id: Generated<number>;
    scopeKind: ScopeCode;
    scopeId: number;
    mediaId: number;
    publishedAt: number;
    shuffle: number;
    photorank: number;
    position: number;
    rights: Flag;
    inStock: Flag;
  };
  ratings: {
    listingId: number;
    scopeKind: ScopeCode;
    scopeId: number;
    mediaId: number;
    rating: number;
    rights: Flag;
    inStock: Flag;
    since: number;
    until: Generated<number>;
  };
  ratingSnapshots: { id: Generated<number>; writtenAt: number };
  widgetStyles: Table<Omit<StyleRecord, 'settings'>, 'id'> & { settings: Json };
  widgetInstances: Table<Omit<InstanceRecord, 'settings'>> & { settings: Json };
  relays: Table<SigningRelay, 'id'>;
  secrets: { name: string; value: Buffer };
  uploaders: { customerId: number; emailHash: Buffer; userId: number };
  moderationQueue: Table<Omit<QueueEntry, 'reporters'>, 'id'> & { customerId: number };
  unlistedStreams: { streamId: number; position: number; mediaId: number };
  reports: Table<Report> & {
    id: Generated<number>;
    mediaId: number;
    network: Buffer | null;
    counts: Generated<Flag>;
  };
  reportQuota: { id: Generated<number>; customerId: number; network: Buffer | null; usedAt: number };
  newUploaders: { userId: number; customerId: number; createdAt: number };
  stashes: Table<StashRecord>;
}

/** A boolean: SQLite has none, and better-sqlite3 refuses to bind one. */
export type Flag = 0 | 1;
type Json = ColumnType<string, string, string>;

export const SCOPE_CODES = { customer: 0, stream: 1, category: 2, user: 3 } as const;
export type ScopeCode = (typeof SCOPE_CODES)[keyof typeof SCOPE_CODES];

/** The condition of the index `media_withheld`. SQLite uses the index only for a query with the same text. */
export const NOT_SHOWN = sql<SqlBool>`status <> 'approved'`;

/** `until` of a current rating. */
export const OPEN_ENDED = 2 ** 53 - 1;
