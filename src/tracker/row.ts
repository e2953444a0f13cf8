import type { StampedEvent } from '../events/vocabulary.ts';

/** The event has not been sent, or was sent without success. */
export const WAITING = 0;
/** The event has been sent, and the result is not known yet. */
export const UNCONFIRMED = 1;
/** The event has been delivered, refused or discarded. */
export const SETTLED = 2;
export type State = typeof WAITING | typeof UNCONFIRMED | typeof SETTLED;

/** An event and its state at each destination. A row is deleted when it is settled at all of them. */
export interface Row {
  /** The id of the page that created the row. Ids of pages sort by time, so rows do. */
  page: string;
  event: StampedEvent;
  /** The length of the event as JSON. */
  bytes: number;
  /** By the name of the destination. */
  states: Record<string, State>;
}

export function isSettled({ states }: Row): boolean {
  return Object.values(states).every((state) => state === SETTLED);
}

/** Sets the state of rows at one destination. A settled row stays settled. */
export function setState(rows: readonly Row[], destination: string, state: State): void {
  for (const { states } of rows) if (states[destination] !== SETTLED) states[destination] = state;
}

/**
 * The rows of a database record. Every script of the origin can write to the database, so a record may be anything.
 * @returns nothing where the record is not a list of rows
 */
export function readRecord(record: unknown): Row[] | undefined {
  return Array.isArray(record) && record.every(isRow) ? record : undefined;
}

function isRow(value: unknown): value is Row {
  const { page, event, bytes = -1, states } = Object(value) as Partial<Row>;
  return (
    typeof page === 'string' &&
    typeof event?.id === 'string' &&
    Number.isFinite(event.at) &&
    bytes >= 0 &&
    typeof states === 'object' &&
    states !== null &&
    Object.values<unknown>(states).every((state) => STATES.includes(state))
  );
}

const STATES: unknown[] = [WAITING, UNCONFIRMED, SETTLED];
