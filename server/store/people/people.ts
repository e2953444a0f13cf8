import type { JsonObject } from '../../../src/events/vocabulary.ts';

/**
 * User points: who is who, what the shop knows of them, and what they decided. They live beside the events, so that an
 * activity is stored as a whole or not at all.
 */

/** A name of one person: an account of a compartment, a browser, or the hash of an e-mail address. */
export interface PersonName {
  kind: 'account' | 'agent' | 'email';
  /** Empty where the kind has none. */
  compartment: string;
  id: string;
  /** The address itself, where it was sent. */
  email?: string | undefined;
}

/** How a profile changes: `merge` overrides properties one by one, `deep` merges objects that both have. */
export type ProfileStrategy = 'replace' | 'merge' | 'deep';

export type PersonChange =
  | { kind: 'profile'; compartment: string; account: string; properties: JsonObject; strategy: ProfileStrategy }
  | { kind: 'choice'; processing: string; at: number; accepted: boolean; body: JsonObject };

/** What is said of one person. */
export interface PersonAct {
  /** A name that nobody has makes a user point; names of several merge these. */
  names: readonly PersonName[];
  /** The id of a user point, where somebody chose one. */
  point?: string | undefined;
  /** When it arrived. */
  at: number;
  change?: PersonChange | undefined;
  /** The row of the same call that says it, by index: when that is repeated, it changes nothing again. */
  row?: number | undefined;
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
export interface People {
  /** The customers that have any. */
  customers(): number[];
  /** The user point of a name. */
  pointNamed(customerId: number, name: PersonName): string | undefined;
  /** The user point that an id stands for; another one since it was merged. */
  point(customerId: number, id: string): string | undefined;
  profile(customerId: number, compartment: string, account: string): StoredProfile | undefined;
  /** What holds now, by processing. */
  choices(customerId: number, pointId: string, processing?: string): StoredChoice[];
  /** All that was decided about a processing, the newest first. */
  choiceLog(customerId: number, pointId: string, processing: string): StoredChoice[];
}
