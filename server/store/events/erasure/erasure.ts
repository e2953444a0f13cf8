import type { ErasedUserPoints } from '../../user-points/erase.ts';

/** Erasing what is stored of visitors and of long ago, in small steps beside everything else that goes on. */
export interface Erasure {
  /**
   * Erases the events of a visitor, his user points and what of him waits for relays. Totals stay.
   * @throws {StorageError} when too many erasures already wait, or when it was not finished: what is erased by then stays
   *   erased, and a second call goes on
   */
  forgetVisitor(customerId: number, id: string, options?: ForgetOptions): Promise<VisitorErasure>;
  /**
   * Erases some of the events that happened and arrived before a time; called until there are no more. Totals stay.
   * @param customerId of one customer only
   */
  prune(before: number, customerId?: number): Promise<Pruned>;
  /**
   * Erases the events of a customer, and its totals.
   * @param before a time: events that happen or arrive later stay; without it all go, which ends when no more arrive
   * @returns how many events there were
   */
  eraseCustomer(customerId: number, before?: number): Promise<number>;
}

export interface ForgetOptions {
  /** What becomes of the ids that are joined to the visitor's. Where there are any and nothing is told, nothing is erased. */
  joined?: 'erase' | 'keep' | undefined;
  /** Counts, and erases nothing. */
  dryRun?: boolean | undefined;
}

/** What was erased of a visitor, or would be. Times are milliseconds since 1970. */
export interface VisitorErasure {
  erased: boolean;
  at: number;
  /** The id that was asked for, then those that are joined to it. */
  ids: VisitorRows[];
  /** Whether more ids are joined than are listed (`MAX_JOINED`): then none of them is erased with it. */
  moreJoined: boolean;
  /** Of all ids that are erased. */
  userPoints: ErasedUserPoints;
  /** Activities that waited for a relay. */
  relayed: number;
  /** Whether the database's log is rewritten, too; else it is when those who read it now have finished. */
  logRewritten: boolean;
}

/** The events of one id. */
export interface VisitorRows {
  id: string;
  /** How it belongs to the visitor: by `identify` in a page, or by a user point that both name. */
  joinedBy?: 'identify' | 'user_point';
  erased: boolean;
  events: number;
  kinds: Record<string, number>;
  /** When the first and the last of them happened. */
  from?: number;
  to?: number;
}

export interface Pruned {
  events: number;
  /** Whether others are left. */
  more: boolean;
}

/** Joined ids that are listed. Anybody can join ids in a page, so a list without an end would be a stranger's to make. */
export const MAX_JOINED = 100;
