import type { EventRow } from './event-store.ts';

/** What reports ask about acts on products, whatever wire brought them. */
export interface ProductEvents {
  /** One page of events, by time. */
  list(customerId: number, filter: ProductFilter, page: ProductPage): Promise<ProductRow[]>;
  one(customerId: number, id: string): Promise<ProductRow | undefined>;
  /**
   * How many there were on each day (see `dayOf`) that has any, by day. Without `device`, `referer` and `metadata` it
   * is read from the daily totals and costs the same however many events there are.
   */
  perDay(customerId: number, filter: ProductFilter): Promise<DayCount[]>;
}

export type ProductRow = Pick<EventRow, 'id' | 'occurredAt' | 'wire'> &
  Partial<Pick<EventRow, 'action' | 'pageUrl' | 'userAgent' | 'segments' | 'props'>>;

export interface DayCount {
  day: number;
  events: number;
}

export interface ProductFilter {
  actions: readonly string[];
  /** Both days are part of it. */
  days?: { first: number; last: number } | undefined;
  /** The User-Agent, exactly. */
  device?: string | undefined;
  /** A page, exactly, or all pages of an origin (`https://shop.example`). */
  referer?: string | undefined;
  /** Keys of the event's metadata with their values, all of them. */
  metadata?: Record<string, unknown> | undefined;
}

export interface ProductPage {
  /** From 1. */
  page: number;
  perPage: number;
  newestFirst: boolean;
}
