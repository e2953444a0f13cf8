import type {
  CategoryRecord,
  ContentStore,
  MediaRecord,
  StreamRecord,
  UserRecord,
} from '../store/content/content-store.ts';
import { shownStatuses } from './galleries.ts';
import type { Show } from './paging/page-key.ts';

/** Base and cover pictures of streams, by media id. */
export type Pictures = Map<number, MediaRecord>;

/**
 * Of one media's streams, and of its categories, at most so many are embedded: what is behind the link tells the rest.
 * A media that stands for a thousand products would otherwise make a page of its like 88 MB.
 */
export const MOST_EMBEDDED = 50;

/** Everything that is shown with some media, by id: read in a few queries for all of them, never one by one. */
export interface Gathered {
  users: Map<number, UserRecord>;
  /** One more than `MOST_EMBEDDED` tells that there are more; so with categories. */
  streams: Map<number, StreamRecord[]>;
  categories: Map<number, CategoryRecord[]>;
  pictures: Pictures;
}

export async function gather(store: ContentStore, media: readonly MediaRecord[], show: Show): Promise<Gathered> {
  const ids = media.map(({ id }) => id);
  const users = await store.users([...new Set(media.map(({ userId }) => userId))]);
  const statuses = shownStatuses({ tagged: show.taggedGalleries, inactive: show.inactiveGalleries });
  const most = MOST_EMBEDDED + 1;
  const streams = show.streams ? await store.streamsOfMedia(ids, statuses, most) : new Map();
  return {
    users: new Map(users.map((user) => [user.id, user])),
    streams,
    categories: show.categories ? await store.categoriesOfMedia(ids, most) : new Map(),
    pictures: await picturesOf(store, [...streams.values()].flat()),
  };
}

export async function picturesOf(store: ContentStore, streams: readonly StreamRecord[]): Promise<Pictures> {
  const ids = streams.flatMap(({ baseMediaId, coverMediaId }) => [baseMediaId, coverMediaId]);
  const pictures = await store.media([...new Set(ids.filter((id) => id !== null))]);
  // One that was reported waits for a moderator, here as everywhere.
  return new Map(pictures.filter(({ status }) => status === 'approved').map((media) => [media.id, media]));
}
