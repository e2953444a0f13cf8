/** One event as it is stored, whatever wire brought it. Times are milliseconds since 1970. */
export interface EventRow {
  /** A UUID, unique within a customer. */
  id: string;
  kind: string;
  /** Nothing where the kind says it all, as for a checkout. */
  action?: string | undefined;
  instanceId?: string | undefined;
  scopeKind?: string | undefined;
  scopeId?: string | undefined;
  mediaId?: string | undefined;
  analyticsId: string;
  /** The id that the same browser had before the shop identified the visitor. */
  previousId?: string | undefined;
  pics?: number | undefined;
  abTesting?: number | undefined;
  segments?: Record<string, string> | undefined;
  transactionId?: string | undefined;
  /** One entry for each unit sold, or `quantity` of them; `amount` is the price of one, where it is known. */
  products?: readonly { id: string; amount?: number; quantity?: number }[] | undefined;
  currency?: string | undefined;
  redirectUrl?: string | undefined;
  referrer?: string | undefined;
  pageUrl?: string | undefined;
  userAgent?: string | undefined;
  occurredAt: number;
  receivedAt: number;
  /** The protocol that brought it. */
  wire: string;
  /** What the wire carries and no column holds. */
  props?: Record<string, unknown> | undefined;
}

/** What became of a row. */
export type RowOutcome = 'accepted' | 'repeated' | 'refused';

type Value = string | number | null;

/** The columns of `events`, each with its value in a row, in the order in which the values travel to the writer. */
const VALUE_OF = {
  customer_id: (_, customerId) => customerId,
  id: (row) => row.id,
  kind: (row) => row.kind,
  action: (row) => row.action,
  instance_id: (row) => row.instanceId,
  scope_kind: (row) => row.scopeKind,
  scope_id: (row) => row.scopeId,
  media_id: (row) => row.mediaId,
  analytics_id: (row) => row.analyticsId,
  pics: (row) => row.pics,
  ab_testing: (row) => row.abTesting,
  segments: (row) => json(row.segments),
  transaction_id: (row) => row.transactionId,
  products: (row) => json(row.products),
  currency: (row) => row.currency,
  redirect_url: (row) => row.redirectUrl,
  referrer: (row) => row.referrer,
  page_url: (row) => row.pageUrl,
  user_agent: (row) => row.userAgent,
  occurred_at: (row) => row.occurredAt,
  received_at: (row) => row.receivedAt,
  wire: (row) => row.wire,
  props: (row) => json(row.props),
  previous_id: (row) => row.previousId,
} satisfies Record<string, (row: EventRow, customerId: number) => Value | undefined>;

export const COLUMNS = Object.keys(VALUE_OF) as (keyof typeof VALUE_OF)[];
const VALUES: readonly ((row: EventRow, customerId: number) => Value | undefined)[] = Object.values(VALUE_OF);

/** The index of a column's value among the values of a row. */
export const at = (name: keyof typeof VALUE_OF): number => COLUMNS.indexOf(name);

/** A row as bound values, in the order of `COLUMNS`. */
export type RowValues = Value[];

export function valuesOf(customerId: number, row: EventRow): RowValues {
  return VALUES.map((value) => value(row, customerId) ?? null);
}

function json(value: object | undefined): string | undefined {
  return value && JSON.stringify(value);
}
