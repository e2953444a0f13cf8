import type { EventRow } from '../../store/events/event-row.ts';

/** What became of one request. */
export type Outcome =
  | { kind: 'stored'; row: EventRow }
  | { kind: 'ignored'; reason: string }
  | { kind: 'invalid'; status: 400 | 403; detail: string };

/** A request that is not to be stored. */
export type NotStored = Exclude<Outcome, { kind: 'stored' }>;

export function invalid(detail: string): Outcome & { kind: 'invalid' } {
  return { kind: 'invalid', status: 400, detail };
}

export const DUPLICATE_ORDER = 'ec_id: this order is known already';
