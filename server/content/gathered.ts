import type {
  CategoryRecord,
  ContentStore,
  MediaRecord,
  StreamRecord,
  UserRecord,
} from '../store/content/content-store.ts';

/** Base and cover pictures of streams, by media id. */
export type Pictures = Map<number, MediaRecord>;

/** Everything that is shown with some media, by id: read in a few queries for all of them, never one by one. */
export interface Gathered {
  users: Map<number, UserRecord>;
  streams: Map<number, StreamRecord[]>;
  categories: Map<number, CategoryRecord[]>;
  pictures: Pictures;
}

export async function gather(
  store: ContentStore,
  media: readonly MediaRecord[],
  show: { streams: boolean; categories: boolean },
): Promise<Gathered> {
  const ids = media.map(({ id }) => id);
  const users = await store.users([...new Set(media.map(({ userId }) => userId))]);
  const streams = show.streams ? await store.streamsOfMedia(ids) : new Map();
  return {
    users: new Map(users.map((user) => [user.id, user])),
    streams,
    categories: show.categories ? await store.categoriesOfMedia(ids) : new Map(),
    pictures: await picturesOf(store, [...streams.values()].flat()),
  };
}

export async function picturesOf(store: ContentStore, streams: readonly StreamRecord[]): Promise<Pictures> {
  const ids = streams.flatMap(({ baseMediaId, coverMediaId }) => [baseMediaId, coverMediaId]);
  const pictures = await store.media([...new Set(ids.filter((id) => id !== null))]);
  // One that was reported waits for a moderator, here as everywhere.
  return new Map(pictures.filter(({ status }) => status === 'approved').map((media) => [media.id, media]));
}
