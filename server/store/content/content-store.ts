import type {
  CustomerSettings,
  Sorting,
  StreamStatus,
  WidgetInstance,
  WidgetStyle,
} from '../../../src/content/resources.ts';
import type { Access, Permissions, Token } from '../access.ts';

/**
 * What the service keeps about customers and their content, behind interfaces that do not say which database it is:
 * `ContentReader` and `Collections` are what the content API asks, `ContentWriter` what an import does, `Uploads` what
 * strangers do, `Moderation` what is decided about it, `Administration` what an operator does. Ids are positive
 * integers, times milliseconds since 1970 UTC, keys the shop's own ids.
 */
export interface ContentStore
  extends ContentReader,
    Collections,
    ContentWriter,
    Uploads,
    Moderation,
    Administration,
    Removal,
    Relays {
  readonly access: Access;
  /** The key that signs `page_key`s; made with the database, so links survive a restart. */
  readonly secret: Buffer;
  /** Resolves when the database was really read and written just now; waits for another process like every write. */
  check(): Promise<void>;
  close(): Promise<void>;
}

/** What visitors shall do, by number, for the wire by query string: `{"1": "Newsletter"}`. No answer shows it. */
export type Goals = Readonly<Record<string, string>>;

export interface CustomerRecord {
  id: number;
  /** A short name in lower case, unique: `template_dir` in answers, `--customer` of the commands. */
  key: string;
  name: string;
  /** The shop's host name. */
  domain: string;
  language: string;
  /** Who posts in the customer's own name; made with the customer. */
  userId: number;
  /** What differs from the defaults of `server/content/representations/customer.ts`. */
  settings: Partial<CustomerSettings> & {
    goals?: Goals;
    /** The last one given. */
    goalNumber?: number;
    /** From how many addresses a media must be reported to be hidden; 0: reports hide nothing. No answer shows it. */
    reportThreshold?: number;
    /** What differs from `PERMISSIONS`. No answer shows it. */
    permissions?: Partial<Permissions>;
  };
}

export interface StreamRecord {
  id: number;
  customerId: number;
  key: string;
  name: string;
  description: string | null;
  productUrl: string | null;
  shopButtonUrl: string | null;
  status: StreamStatus;
  hideFromRelated: boolean;
  price: string | null;
  availability: string | null;
  stock: string | null;
  color: string | null;
  /** The product's own picture: a media that is in no list. */
  baseMediaId: number | null;
  /** The customers' media that stands for the stream: the first by position that was shown, until it is not. */
  coverMediaId: number | null;
}

export interface CategoryRecord {
  id: number;
  customerId: number;
  key: string;
  name: string;
  productUrl: string | null;
}

export interface UserRecord {
  id: number;
  customerId: number;
  /** Where the user comes from: `instagram`, `upload`, `harddrive`… */
  source: string;
  username: string;
  name: string | null;
  avatarUrl: string | null;
  language: string | null;
  /** The user's id at the source. */
  sourceId: string | null;
}

export interface MediaRecord {
  id: number;
  customerId: number;
  userId: number;
  type: 'IMAGE' | 'VIDEO';
  /** SHA-256 of the source file, in hex. */
  hash: string;
  /** Extension of the original picture (of a video: its poster), without the dot. */
  imageExt: string;
  /** Extension of the video file, null for a picture. */
  videoExt: 'mp4' | 'webm' | null;
  width: number;
  height: number;
  source: string;
  sourceId: string | null;
  originalSource: string | null;
  shareUrl: string | null;
  caption: string | null;
  latitude: number | null;
  longitude: number | null;
  favorite: boolean;
  likes: number;
  status: 'approved' | 'pending' | 'rejected';
  /** Whether its author gave the rights to use it. */
  rights: boolean;
  submittedAt: number;
  publishedAt: number;
  /** False for a product's own picture, which is reachable by id and in no list. */
  listed: boolean;
  /** 0…1, given at import or upload from resolution, sharpness and products. */
  photorank: number;
  avif: AvifState;
  /** Whether a moderator, or the shop by its import, approved it: then reports do not hide it. */
  reviewed: boolean;
  /** SHA-256, in hex, of the original as it is stored: bytes that were added to the source change nothing in it. */
  pixelHash: string | null;
  /** What it looks like, or null where that says nothing: see `server/media/perceptual-hash.ts`. */
  perceptualHash: string | null;
}

/** By what a media is found again that was saved anew. */
export type PixelHashes = Pick<MediaRecord, 'type' | 'pixelHash' | 'perceptualHash'>;

/** Of the four smaller sizes as AVIF: still to be made, there, or impossible (then WebP and JPEG must do). */
export type AvifState = 'waiting' | 'done' | 'failed';

export interface InstanceRecord {
  /** 32 hex digits. */
  id: string;
  customerId: number;
  name: string;
  type: WidgetInstance['type'];
  settings: Partial<WidgetInstance['settings']>;
  styleId: number;
  streamId: number | null;
  categoryId: number | null;
}

export interface StyleRecord {
  id: number;
  customerId: number;
  /** `olapic_slidev3`, `olapic_wallv2`… */
  type: WidgetStyle['type'];
  name: string;
  settings: Record<string, unknown>;
}

// Lists of media

export const SCOPE_KINDS = ['customer', 'stream', 'category', 'user'] as const;
/** Whose media a list shows. */
export interface Scope {
  kind: (typeof SCOPE_KINDS)[number];
  id: number;
}

/** What a walk through a list holds on to, so that what happens between two pages neither loses nor repeats media. */
export interface Pin {
  /** Where in the random order a shuffled list begins: 32 bits; the lowest one is its direction. */
  seed: number;
  /** The writing of ratings that a rated list is ordered by. */
  snapshot: number;
  /** The last entry of any list when the walk began; later ones are not shown in it. */
  watermark: number;
}

/** A media's place in an order. */
export interface Place {
  value: number;
  mediaId: number;
}

export interface PageQuery {
  scope: Scope;
  sorting: Sorting;
  onlyWithRights: boolean;
  onlyInStock: boolean;
  pin: Pin;
  count: number;
  /** Nothing for the first page. `from` includes the place itself. */
  anchor?: { go: 'from' | 'after' | 'before'; place: Place };
}

export interface PageOfPlaces {
  /** In the order of the list. */
  places: Place[];
  hasPrevious: boolean;
  hasNext: boolean;
}

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
    most?: number,
  ): Promise<Map<number, StreamRecord[]>>;
  /** The categories of each media's streams, in the order of their ids: all, or the first few. */
  categoriesOfMedia(mediaIds: readonly number[], most?: number): Promise<Map<number, CategoryRecord[]>>;
  /** What a walk that begins at this time holds on to. */
  pin(now: number): Promise<Pin>;
  /** One page of a list, by keyset: the 500th costs what the first does. */
  page(query: PageQuery): Promise<PageOfPlaces>;
  /** Where a media stands in a list now, for `prev_id`. */
  place(scope: Scope, sorting: Sorting, pin: Pin, mediaId: number): Promise<Place | undefined>;
}

/** Part of a collection in the order of ids, the newest (highest) first: what stands after one id, or before one. */
export interface Slice<Id = number> {
  after?: Id | undefined;
  /** Those nearest to it. It counts where both are given. */
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
 * writes, without blocking this thread, and fails with SQLITE_BUSY when that takes more than 5 s.
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

export interface StashRecord {
  /** Cannot be guessed. */
  id: string;
  customerId: number;
  bytes: number;
  expiresAt: number;
  /** What it became: then its file is gone. */
  mediaId: number | null;
}

/** There is no such customer any more. */
export class CustomerRemoved extends Error {
  override name = 'CustomerRemoved';
  readonly customerId: number;
  constructor(customerId: number) {
    super(`The customer ${customerId} was removed.`);
    this.customerId = customerId;
  }
}

/** Each call is one transaction. */
export interface Uploads {
  /**
   * Who uploads under this e-mail address, of which only a keyed hash is stored. Made at the first time, and unchanged
   * by later ones: whoever knows an address would otherwise rename its owner.
   */
  uploader(customerId: number, email: string, user: Pick<UserRecord, 'name' | 'avatarUrl'>): Promise<number>;
  /**
   * A new media, behind all others in its streams; pending ones wait in the moderation queue. By content `hash`: what
   * the customer has already stays as it is.
   * @throws {CustomerRemoved} when it was removed meanwhile
   */
  addMedia(customerId: number, media: Omit<MediaInput, 'streams'>, streamIds: readonly number[]): Promise<Upserted>;
  /** A user who may upload, and has not yet: one who never does is removed. */
  addUploader(customerId: number, user: Pick<UserRecord, 'name' | 'avatarUrl'>, now: number): Promise<number>;
  /** Removes those who were made before this time and have uploaded nothing. */
  removeIdleUploaders(before: number): Promise<void>;
  /** The newest of the customer's media that are not shown, with what finds them again. */
  withheld(customerId: number, count: number): Promise<(PixelHashes & Pick<MediaRecord, 'status'>)[]>;
  /**
   * What the customers who have a media of this content together make of its files, which they share: shown where one
   * of them shows it, rejected where all rejected it. Nothing where nobody has it.
   */
  statusOfFiles(hash: string): Promise<MediaRecord['status'] | undefined>;
  /** @returns false, and nothing is stored, when the customer's stashes would have more bytes together than this */
  addStash(stash: Omit<StashRecord, 'mediaId'>, bytesOfAll: number): Promise<boolean>;
  /** Nothing when it has expired. */
  stash(id: string, now: number): Promise<StashRecord | undefined>;
  useStash(id: string, mediaId: number): Promise<void>;
  removeStash(id: string): Promise<void>;
  /** Removes what has expired. */
  expireStashes(now: number): Promise<void>;
  /** Which of these still wait to be used. */
  waitingStashes(ids: readonly string[]): Promise<Set<string>>;
}

export interface Report {
  email: string;
  reason: string;
  reportedAt: number;
}

/** What bounds how far reports hide media. */
export interface ReportLimits {
  /** From how many networks a media must be reported to be hidden; 0: reports hide nothing. */
  threshold: number;
  /** Of how many media a network's reports count in an hour. */
  countedOfNetwork: number;
  /** How many media of a customer reports hide in an hour. */
  hiddenOfCustomer: number;
}

/** A media that waits for a decision. */
export interface QueueEntry {
  /** Its place: oldest first. */
  id: number;
  mediaId: number;
  reason: 'premoderated' | 'reported';
  since: number;
  /** From how many networks it was reported. */
  reporters: number;
}

export interface Moderation {
  /**
   * Queues a media that is shown. It is hidden until somebody decides when it was never reviewed, was reported from
   * enough networks, and the limits of this hour are not reached; else it stays shown.
   *
   * @param network of who reports. Only a keyed hash of it is stored, until the media is decided about
   * @returns whether it was hidden by this report
   */
  report(mediaId: number, report: Report & { network: string }, limits: ReportLimits): Promise<boolean>;
  /** Removes what was stored to count the reports of hours that are over. */
  forgetReportQuota(now: number): Promise<void>;
  /** Why a media waits, if it does. */
  queued(mediaId: number): Promise<QueueEntry | undefined>;
  /** Those after a place, oldest first. */
  queue(customerId: number, after: number, count: number): Promise<QueueEntry[]>;
  /** How many there are, of each customer that has any. */
  queueLengths(): Promise<{ customerId: number; waiting: number }[]>;
  /** All media that are not shown yet, or not now. */
  pendingHashes(): Promise<string[]>;
  /** Rejected media that cannot be found again when they are saved anew, by id. */
  rejectedWithoutHashes(after: number, count: number): Promise<MediaRecord[]>;
  setPixelHashes(mediaId: number, hashes: Omit<PixelHashes, 'type'>): Promise<void>;
  /** By media, oldest first. */
  reports(mediaIds: readonly number[]): Promise<Map<number, Report[]>>;
  /** @returns the media as it is afterwards, or nothing when the customer has no such media */
  decide(
    customerId: number,
    mediaId: number,
    status: 'approved' | 'rejected',
    now: number,
  ): Promise<MediaRecord | undefined>;
}

/** What is left of customers that `removeCustomer` hid, removed in steps: each is one short transaction. */
export interface Removal {
  removedCustomers(): Promise<{ id: number; withEvents: boolean }[]>;
  /** Content hashes of the media that the next step may remove, so that their files can go before their rows. */
  nextRemovedMedia(customerId: number): Promise<string[]>;
  /** Removes a bounded number of rows. @returns whether some are left; at the end the customer's own row is gone */
  removeSome(customerId: number): Promise<boolean>;
}

export interface TokenRecord extends Token {
  label: string;
  createdAt: number;
}

/** Removing answers whether there was anything to remove. */
export interface Administration {
  customers(): Promise<CustomerRecord[]>;
  /**
   * Takes away the customer's tokens, origins, hosts and relays, and hides it: from now on nobody finds it, and its key is
   * free. Its content goes by `removeSome`.
   * @param withEvents whether its events go, too; `removedCustomers` tells it until all is gone
   */
  removeCustomer(id: number, withEvents?: boolean): Promise<boolean>;
  /** Stores only the SHA-256 of `raw`. */
  addToken(customerId: number, kind: Token['kind'], label: string, raw: string): Promise<TokenRecord>;
  tokens(customerId: number): Promise<TokenRecord[]>;
  removeToken(customerId: number, id: number): Promise<boolean>;
  addOrigin(customerId: number, origin: string): Promise<void>;
  origins(customerId: number): Promise<string[]>;
  removeOrigin(customerId: number, origin: string): Promise<boolean>;
  addHost(customerId: number, hostname: string): Promise<void>;
  hosts(customerId: number): Promise<string[]>;
  removeHost(customerId: number, hostname: string): Promise<boolean>;
  /** Creates or replaces the instance of that id; an id of another customer's is an error. */
  putInstance(instance: InstanceRecord): Promise<void>;
  instances(customerId: number): Promise<InstanceRecord[]>;
  removeInstance(customerId: number, id: string): Promise<boolean>;
  /** By `name` within the customer. */
  upsertStyle(customerId: number, style: Omit<StyleRecord, 'id' | 'customerId'>): Promise<Upserted>;
  styles(customerId: number): Promise<StyleRecord[]>;
  removeStyle(customerId: number, id: number): Promise<boolean>;
}

/** A datamart of another server, to which a customer's pages send activities through us. */
export interface RelayRecord {
  id: number;
  customerId: number;
  /** What stands before `/v1/datamarts`, without a slash at the end. */
  url: string;
  datamart: string;
  keyId: string;
}

/** With what it signs, which no answer shows. */
export interface SigningRelay extends RelayRecord {
  secret: string;
}

export interface Relays {
  /** Adds a relay, or gives the one to that datamart another server or key. */
  putRelay(customerId: number, relay: Omit<SigningRelay, 'id' | 'customerId'>): Promise<number>;
  relays(customerId: number): Promise<RelayRecord[]>;
  removeRelay(customerId: number, id: number): Promise<boolean>;
  /** All customers' relays to a datamart of this number, which several servers may have. */
  relayTo(datamart: string): Promise<{ id: number; customerId: number }[]>;
  signingRelay(id: number): Promise<SigningRelay | undefined>;
}
