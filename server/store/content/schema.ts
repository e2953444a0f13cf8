import { type ColumnType, type Generated, type SqlBool, sql } from 'kysely';
import type { StreamStatus, WidgetInstance } from '../../../src/content/resources.ts';
import type { AvifState, MediaRecord, QueueEntry } from './content-store.ts';

/** The tables of `content.db` as Kysely sees them, names in camel case. `migrations/` makes them and says why. */
export interface ContentDatabase {
  customers: {
    id: Generated<number>;
    key: string;
    name: string;
    domain: string;
    language: Generated<string>;
    settings: Json;
    removedAt: Generated<number | null>;
    removedWithEvents: Generated<Flag>;
  };
  tokens: {
    id: Generated<number>;
    customerId: number;
    hash: string;
    kind: 'public' | 'private';
    label: string;
    createdAt: number;
  };
  origins: { customerId: number; origin: string };
  hosts: { customerId: number; hostname: string };
  users: {
    id: Generated<number>;
    customerId: number;
    source: string;
    username: string;
    name: string | null;
    avatarUrl: string | null;
    language: string | null;
    sourceId: string | null;
  };
  streams: {
    id: Generated<number>;
    customerId: number;
    key: string;
    name: string;
    description: string | null;
    productUrl: string | null;
    shopButtonUrl: string | null;
    status: Generated<StreamStatus>;
    hideFromRelated: Generated<Flag>;
    price: string | null;
    availability: string | null;
    stock: string | null;
    color: string | null;
    baseMediaId: number | null;
    coverMediaId: number | null;
  };
  categories: { id: Generated<number>; customerId: number; key: string; name: string; productUrl: string | null };
  streamCategories: { streamId: number; categoryId: number };
  media: {
    id: Generated<number>;
    customerId: number;
    userId: number;
    type: MediaRecord['type'];
    hash: string;
    imageExt: string;
    videoExt: MediaRecord['videoExt'];
    width: number;
    height: number;
    source: string;
    sourceId: string | null;
    originalSource: string | null;
    shareUrl: string | null;
    caption: string | null;
    latitude: number | null;
    longitude: number | null;
    favorite: Generated<Flag>;
    likes: Generated<number>;
    status: Generated<MediaRecord['status']>;
    rights: Generated<Flag>;
    submittedAt: number;
    publishedAt: number;
    listed: Generated<Flag>;
    photorank: Generated<number>;
    rating: Generated<number>;
    avif: Generated<AvifState>;
    reviewed: Generated<Flag>;
    pixelHash: string | null;
    perceptualHash: string | null;
  };
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
  widgetStyles: { id: Generated<number>; customerId: number; type: string; name: string; settings: Json };
  widgetInstances: {
    id: string;
    customerId: number;
    name: string;
    type: WidgetInstance['type'];
    settings: Json;
    styleId: number;
    streamId: number | null;
    categoryId: number | null;
  };
  relays: {
    id: Generated<number>;
    customerId: number;
    url: string;
    datamart: string;
    keyId: string;
    secret: string;
  };
  secrets: { name: string; value: Buffer };
  uploaders: { customerId: number; emailHash: Buffer; userId: number };
  moderationQueue: {
    id: Generated<number>;
    customerId: number;
    mediaId: number;
    reason: QueueEntry['reason'];
    since: number;
  };
  unlistedStreams: { streamId: number; position: number; mediaId: number };
  reports: {
    id: Generated<number>;
    mediaId: number;
    email: string;
    reason: string;
    reportedAt: number;
    network: Buffer | null;
    counts: Generated<Flag>;
  };
  reportQuota: { id: Generated<number>; customerId: number; network: Buffer | null; usedAt: number };
  newUploaders: { userId: number; customerId: number; createdAt: number };
  stashes: { id: string; customerId: number; bytes: number; expiresAt: number; mediaId: number | null };
}

/** SQLite has no booleans, and better-sqlite3 refuses to bind them. */
export type Flag = 0 | 1;
type Json = ColumnType<string, string, string>;

export const SCOPE_CODES = { customer: 0, stream: 1, category: 2, user: 3 } as const;
export type ScopeCode = (typeof SCOPE_CODES)[keyof typeof SCOPE_CODES];

/** In the words of the index `media_withheld`, which SQLite uses only for a query that repeats them. */
export const NOT_SHOWN = sql<SqlBool>`status <> 'approved'`;

/** `until` of a rating that holds now. */
export const STILL = 2 ** 53 - 1;
