import type { MediaRecord, PixelHashes, StashRecord, UserRecord } from './records.ts';
import type { MediaInput, Upserted } from './writer.ts';

/** There is no such customer any more. */
export class CustomerRemovedError extends Error {
  override name = 'CustomerRemovedError';
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
   * @throws {CustomerRemovedError} when it was removed meanwhile
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
