import type { EventRow } from '../event-store.ts';
import type { Asked } from '../totals/facets.ts';

/** What reports ask about acts on products, whatever wire brought them. */
export interface ProductEvents {
  /** One page of events, by time. */
  list(customerId: number, filter: ProductFilter, page: ProductPage): Promise<ProductRow[]>;
  one(customerId: number, id: string): Promise<ProductRow | undefined>;
  /**
   * How many there were on each day (see `dayOf`) that has any, by day. It is read from totals, or, where a filter names
   * several things, from the places that these have in common: no event is looked at.
   */
  perDay(customerId: number, filter: ProductFilter): Promise<DayCount[]>;
}

export type ProductRow = Pick<EventRow, 'id' | 'occurredAt' | 'wire'> &
  Partial<Pick<EventRow, 'action' | 'pageUrl' | 'userAgent' | 'segments' | 'props'>>;

export interface DayCount {
  day: number;
  events: number;
}

export interface ProductFilter extends Asked {
  /** Both days are part of it. */
  days?: { first: number; last: number } | undefined;
}

export interface ProductPage {
  /** From 1. */
  page: number;
  perPage: number;
  newestFirst: boolean;
}
