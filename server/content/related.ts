import type {
  CategoryRecord,
  ContentStore,
  MediaRecord,
  StreamRecord,
  UserRecord,
} from '../store/content/content-store.ts';
import { visibleStatuses } from './galleries.ts';
import type { Embedding } from './paging/page-key.ts';

/** The base and cover pictures of streams, by media id. */
export type Pictures = Map<number, MediaRecord>;

/**
 * The streams, and the categories, that are embedded in one media. The link beside them leads to all of them. Without
 * this bound, a page of media with a thousand products each would have 88 MB.
 */
export const MAX_EMBEDDED = 50;

/** The entities that are embedded in a list of media, by id. They are read in a few queries for the whole list. */
export interface Related {
  users: Map<number, UserRecord>;
  /** At most `MAX_EMBEDDED` + 1, which tells whether there are more; so with categories. */
  streams: Map<number, StreamRecord[]>;
  categories: Map<number, CategoryRecord[]>;
  pictures: Pictures;
}

export async function readRelated(
  contentStore: ContentStore,
  media: readonly MediaRecord[],
  embedding: Embedding,
): Promise<Related> {
  const ids = media.map(({ id }) => id);
  const users = await contentStore.users([...new Set(media.map(({ userId }) => userId))]);
  const statuses = visibleStatuses({ tagged: embedding.taggedGalleries, inactive: embedding.inactiveGalleries });
  const limit = MAX_EMBEDDED + 1;
  const streams = embedding.streams ? await contentStore.streamsOfMedia(ids, statuses, limit) : new Map();
  return {
    users: new Map(users.map((user) => [user.id, user])),
    streams,
    categories: embedding.categories ? await contentStore.categoriesOfMedia(ids, limit) : new Map(),
    pictures: await picturesOf(contentStore, [...streams.values()].flat()),
  };
}

export async function picturesOf(contentStore: ContentStore, streams: readonly StreamRecord[]): Promise<Pictures> {
  const ids = streams.flatMap(({ baseMediaId, coverMediaId }) => [baseMediaId, coverMediaId]);
  const pictures = await contentStore.media([...new Set(ids.filter((id) => id !== null))]);
  // A picture that reports have hidden is not approved.
  return new Map(pictures.filter(({ status }) => status === 'approved').map((media) => [media.id, media]));
}
