import type { EventRow } from './event-store.ts';
import type { Asked } from './facets.ts';

/** What reports ask about acts on products, whatever wire brought them. */
export interface ProductEvents {
  /** One page of events, by time. */
  list(customerId: number, filter: ProductFilter, page: ProductPage): Promise<ProductRow[]>;
  one(customerId: number, id: string): Promise<ProductRow | undefined>;
  /**
   * How many there were on each day (see `dayOf`) that has any, by day. By `device` and `referer`, or by one key of
   * `metadata`, it is read from totals and costs the same however many events there are. What several keys have in
   * common, or a key and the others, is counted one by one, on the days on which each of them occurs.
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
  /** One type of acts; all of them without it. */
  action?: string | undefined;
  /** Both days are part of it. */
  days?: { first: number; last: number } | undefined;
}

export interface ProductPage {
  /** From 1. */
  page: number;
  perPage: number;
  newestFirst: boolean;
}
