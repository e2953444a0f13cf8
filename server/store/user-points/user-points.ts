import type { JsonObject } from '../../../src/events/vocabulary.ts';

/**
 * User points: who is who, what the shop knows of them, and what they decided. They live beside the events, so that an
 * activity is stored as a whole or not at all.
 */

/** A name of one person: an account of a compartment, a browser, or the hash of an e-mail address. */
export interface UserPointName {
  kind: 'account' | 'agent' | 'email';
  /** Empty where the kind has none. */
  compartment: string;
  id: string;
  /** The address itself, where it was sent. */
  email?: string | undefined;
}

/**
 * Names that one user point may have; a person has a handful. An act that would add one more, or merge points that have
 * more together, is refused. Points of earlier versions that have more keep them.
 */
export const MAX_NAMES = 50;
/** Processings that one user point may have choices about; a choice about one more is refused. */
export const MAX_PROCESSINGS = 50;
/** Choices about one processing in the history of a user point; when there are more, the oldest go. */
export const MAX_HISTORY = 100;

/** How a profile changes: `merge` overrides properties one by one, `deep` merges objects that both have. */
export type ProfileStrategy = 'replace' | 'merge' | 'deep';

export type UserPointChange =
  | { kind: 'profile'; compartment: string; account: string; properties: JsonObject; strategy: ProfileStrategy }
  | { kind: 'choice'; processing: string; at: number; accepted: boolean; body: JsonObject };

/** What is said of one person. */
export interface UserPointUpdate {
  /** A name that nobody has makes a user point; names of several merge these. */
  names: readonly UserPointName[];
  /** The id of a user point, where somebody chose one. */
  point?: string | undefined;
  /** When it arrived. */
  at: number;
  change?: UserPointChange | undefined;
  /**
   * Said with a token that stands in pages. A choice is then taken for a user point that has no other name than those of
   * the act, which names one browser; it erases nothing.
   */
  fromPage?: true | undefined;
  /** The row of the same call that says it, by index: when that is repeated, it changes nothing again. */
  row?: number | undefined;
}

/**
 * Why an update is refused.
 * - `names`, `processings`: the user point would have too many.
 * - `profile`: the profile would be too large.
 * - `known`: a page says a choice for a user point that the shop knows by other names.
 * - `gone`: there is no such user point.
 */
export const USER_POINT_PROBLEMS = ['names', 'processings', 'profile', 'known', 'gone'] as const;
export type UserPointProblem = (typeof USER_POINT_PROBLEMS)[number];

/** An update of a user point that is refused. Nothing of what was submitted with it is stored. */
export class UserPointError extends Error {
  override name = 'UserPointError';
  readonly problem: UserPointProblem;

  constructor(problem: UserPointProblem) {
    super(`An update of a user point was refused: ${problem}.`);
    this.problem = problem;
  }
}

export interface StoredProfile {
  pointId: string;
  properties: JsonObject;
  createdAt: number;
  modifiedAt: number;
}

export interface StoredChoice {
  processing: string;
  at: number;
  accepted: boolean;
  body: JsonObject;
  receivedAt: number;
}

/** What is known of user points. What has been answered as stored is there. */
export interface UserPoints {
  /** The customers that have any. */
  customers(): Promise<number[]>;
  /** The user point of a name. */
  pointNamed(customerId: number, name: UserPointName): Promise<string | undefined>;
  /** The user point that an id stands for; another one since it was merged. */
  point(customerId: number, id: string): Promise<string | undefined>;
  profile(customerId: number, compartment: string, account: string): Promise<StoredProfile | undefined>;
  /** What holds now, by processing. */
  choices(customerId: number, pointId: string, processing?: string): Promise<StoredChoice[]>;
  /** All that was decided about a processing, the newest first. */
  choiceLog(customerId: number, pointId: string, processing: string): Promise<StoredChoice[]>;
}
