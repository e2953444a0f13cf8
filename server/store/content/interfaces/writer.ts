import type { AvifState, CategoryRecord, CustomerRecord, MediaRecord, StreamRecord, UserRecord } from './records.ts';

/** Fields that may be left out of an upsert: then they keep their value, or begin with the default of the schema. */
type Upsert<T, Needed extends keyof T> = Pick<T, Needed> & Partial<Omit<T, 'id' | 'customerId' | Needed>>;

export type CustomerInput = Upsert<Omit<CustomerRecord, 'userId'>, 'key' | 'name' | 'domain'>;
export type StreamInput = Upsert<Omit<StreamRecord, 'baseMediaId' | 'coverMediaId'>, 'key' | 'name'> & {
  /** The stream is in exactly these categories afterwards; left out, they stay. */
  categoryIds?: readonly number[];
};
export type CategoryInput = Upsert<CategoryRecord, 'key' | 'name'>;
export type UserInput = Upsert<UserRecord, 'source' | 'username'>;
export type MediaInput = Upsert<
  Omit<MediaRecord, 'avif'>,
  'userId' | 'type' | 'hash' | 'imageExt' | 'width' | 'height' | 'source' | 'submittedAt' | 'publishedAt'
> & {
  /** The media is in exactly these streams afterwards, at these positions (0 is first); left out, they stay. */
  streams?: readonly StreamPlace[];
  /** The media is in these streams, too. */
  addStreams?: readonly StreamPlace[];
};

/** A media's place among those of a stream; 0 is first. */
export interface StreamPlace {
  streamId: number;
  position: number;
}

/** What an upsert did. `unchanged`: everything was already so, and nothing was written. */
export interface Upserted {
  id: number;
  outcome: 'created' | 'changed' | 'unchanged';
  /** Of what was changed, the fields of the input that differed. */
  fields?: readonly string[];
}

/**
 * Each call is one transaction: a kill leaves it done or not begun. Each is idempotent: the second time it answers
 * `unchanged`. An id of another customer's is an error, and nothing is written. A call waits while another process
 * writes, without blocking this thread, and fails with a `StorageError` (`busy`) when that takes more than 5 s.
 */
export interface ContentWriter {
  /** By `key`. */
  upsertCustomer(customer: CustomerInput): Promise<Upserted>;
  /**
   * By `key` within the customer. Its media's in-stock flags and categories follow; those of a stream with many media in
   * further transactions, which the same call, or `finishStreams`, takes up again after a kill.
   */
  upsertStream(customerId: number, stream: StreamInput): Promise<Upserted>;
  /** Ends what calls of `upsertStream` began before a kill, unless it is aborted: then the next call does. */
  finishStreams(signal?: AbortSignal): Promise<void>;
  /** By `key` within the customer. */
  upsertCategory(customerId: number, category: CategoryInput): Promise<Upserted>;
  /** By `source` and `username` within the customer. */
  upsertUser(customerId: number, user: UserInput): Promise<Upserted>;
  /** By content `hash` within the customer, together with its streams and its entries in all lists. */
  upsertMedia(customerId: number, media: MediaInput): Promise<Upserted>;
  /** The product's own picture, a media with `listed: false`. */
  setBaseMedia(streamId: number, mediaId: number | null): Promise<void>;
  /** Media whose AVIF variants are still to be made, oldest first. */
  mediaWaitingForAvif(limit: number): Promise<MediaRecord[]>;
  setAvif(mediaId: number, state: AvifState): Promise<void>;
  /**
   * Writes the ratings by which `rated` lists are ordered: `clickThrough` gives clicks by renders (0…1) of the media
   * that were rendered at all; media submitted in the last 7 days count 1.0, all others 0. Walks already begun keep
   * the order they began with.
   */
  writeRatings(customerId: number, clickThrough: ReadonlyMap<number, number>, now: number): Promise<void>;
}
