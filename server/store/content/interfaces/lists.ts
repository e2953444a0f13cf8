import type { Sorting } from '../../../../src/content/resources.ts';

export const SCOPE_KINDS = ['customer', 'stream', 'category', 'user'] as const;
/** Whose media a list shows. */
export interface Scope {
  kind: (typeof SCOPE_KINDS)[number];
  id: number;
}

/** The state of a list when a walk through it began. By it, changes between two pages neither hide nor repeat media. */
export interface ListSnapshot {
  /** Where a shuffled list begins in the random order: 32 bits, of which the lowest is its direction. */
  seed: number;
  /** The version of the ratings by which a rated list is ordered. */
  ratingSnapshot: number;
  /** The last entry of any list when the walk began. Later entries are not visible to it. */
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
  snapshot: ListSnapshot;
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
