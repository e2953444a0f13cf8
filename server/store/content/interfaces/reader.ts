import type { Sorting, StreamStatus } from '../../../../src/content/resources.ts';
import type { ListSnapshot, PageOfPlaces, PageQuery, Place, Scope } from './lists.ts';
import type {
  CategoryRecord,
  CustomerRecord,
  InstanceRecord,
  MediaRecord,
  StreamRecord,
  StyleRecord,
  UserRecord,
} from './records.ts';

/** What the content API asks. */
export interface ContentReader {
  customer(id: number): Promise<CustomerRecord | undefined>;
  customerByKey(key: string): Promise<CustomerRecord | undefined>;
  stream(id: number): Promise<StreamRecord | undefined>;
  streamByKey(customerId: number, key: string): Promise<StreamRecord | undefined>;
  category(id: number): Promise<CategoryRecord | undefined>;
  categoryByKey(customerId: number, key: string): Promise<CategoryRecord | undefined>;
  instance(id: string): Promise<InstanceRecord | undefined>;
  style(id: number): Promise<StyleRecord | undefined>;
  /** In the order of `ids`; unknown ids are left out. */
  media(ids: readonly number[]): Promise<MediaRecord[]>;
  mediaByHash(customerId: number, hash: string): Promise<MediaRecord | undefined>;
  user(id: number): Promise<UserRecord | undefined>;
  users(ids: readonly number[]): Promise<UserRecord[]>;
  /** By the name a source knows the user by; as it is written or in lower case, as most sources keep names. */
  userByName(customerId: number, source: string, username: string): Promise<UserRecord | undefined>;
  /** The streams of each media that have one of these statuses, in the order of their ids: all, or the first few. */
  streamsOfMedia(
    mediaIds: readonly number[],
    statuses: readonly StreamStatus[],
    limit?: number,
  ): Promise<Map<number, StreamRecord[]>>;
  /** The categories of each media's streams, in the order of their ids: all, or the first few. */
  categoriesOfMedia(mediaIds: readonly number[], limit?: number): Promise<Map<number, CategoryRecord[]>>;
  /** The snapshot of a walk that begins at this time. */
  listSnapshot(now: number): Promise<ListSnapshot>;
  /** One page of a list, by keyset: the 500th costs what the first does. */
  page(query: PageQuery): Promise<PageOfPlaces>;
  /** Where a media stands in a list now, for `prev_id`. */
  place(scope: Scope, sorting: Sorting, snapshot: ListSnapshot, mediaId: number): Promise<Place | undefined>;
}

/** A part of a collection, in the order of ids, highest (newest) first: the entries after one id, or before one. */
export interface Slice<Id = number> {
  after?: Id | undefined;
  /** The entries directly before this id. It wins where both are given. */
  before?: Id | undefined;
  limit: number;
}

/** What belongs to something and is no media, by keyset. */
export interface Collections {
  streamsOfCustomer(customerId: number, statuses: readonly StreamStatus[], slice: Slice): Promise<StreamRecord[]>;
  streamsOfCategory(categoryId: number, statuses: readonly StreamStatus[], slice: Slice): Promise<StreamRecord[]>;
  categoriesOfCustomer(customerId: number, slice: Slice): Promise<CategoryRecord[]>;
  categoriesOfStream(streamId: number, slice: Slice): Promise<CategoryRecord[]>;
  instancesOfCustomer(customerId: number, slice: Slice<string>): Promise<InstanceRecord[]>;
  stylesOfCustomer(customerId: number, slice: Slice): Promise<StyleRecord[]>;
}
