import type { EventRow } from '../event-row.ts';
import type { FacetFilter } from '../totals/facets.ts';

/** What reports ask about product events, whatever wire brought them. */
export interface ProductEvents {
  /** One page of events, by time. */
  list(customerId: number, filter: ProductFilter, page: ProductPage): Promise<ProductRow[]>;
  one(customerId: number, id: string): Promise<ProductRow | undefined>;
  /**
   * The number of events on each day (see `dayOf`) that has any, by day. It is read from totals, or, for a filter with
   * several facets, from the ordinals that they share: no event is read.
   */
  perDay(customerId: number, filter: ProductFilter): Promise<DayCount[]>;
}

export type ProductRow = Pick<EventRow, 'id' | 'occurredAt' | 'wire'> &
  Partial<Pick<EventRow, 'action' | 'pageUrl' | 'userAgent' | 'segments' | 'props'>>;

export interface DayCount {
  day: number;
  events: number;
}

export interface ProductFilter extends FacetFilter {
  /** Both days are included. */
  days?: { first: number; last: number } | undefined;
}

export interface ProductPage {
  /** From 1. */
  page: number;
  perPage: number;
  newestFirst: boolean;
}
