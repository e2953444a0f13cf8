import type { EventRow } from './event-store.ts';

/** The columns of `events` in the order in which their values travel to the writer. */
export const COLUMNS = [
  'customer_id',
  'id',
  'kind',
  'action',
  'instance_id',
  'scope_kind',
  'scope_id',
  'media_id',
  'analytics_id',
  'pics',
  'ab_testing',
  'segments',
  'transaction_id',
  'products',
  'currency',
  'redirect_url',
  'referrer',
  'page_url',
  'user_agent',
  'occurred_at',
  'received_at',
  'wire',
  'props',
  'previous_id',
] as const;

/** Where a column's value stands in a row's. */
export const at = (name: (typeof COLUMNS)[number]): number => COLUMNS.indexOf(name);

/** A row as bound values, in the order of `COLUMNS`. */
export type RowValues = (string | number | null)[];

export function valuesOf(customerId: number, row: EventRow): RowValues {
  return [
    customerId,
    row.id,
    row.kind,
    row.action ?? null,
    row.instanceId ?? null,
    row.scopeKind ?? null,
    row.scopeId ?? null,
    row.mediaId ?? null,
    row.analyticsId,
    row.pics ?? null,
    row.abTesting ?? null,
    json(row.segments),
    row.transactionId ?? null,
    json(row.products),
    row.currency ?? null,
    row.redirectUrl ?? null,
    row.referrer ?? null,
    row.pageUrl ?? null,
    row.userAgent ?? null,
    row.occurredAt,
    row.receivedAt,
    row.wire,
    json(row.props),
    row.previousId ?? null,
  ];
}

function json(value: object | undefined): string | null {
  return value === undefined ? null : JSON.stringify(value);
}
