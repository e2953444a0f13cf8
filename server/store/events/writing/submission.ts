import type { UserPointWrite } from '../../user-points/writer.ts';
import type { RowValues } from '../event-row.ts';

/** One statement for another table of `events.db`, whose users share the writer's transactions by it. */
export interface Statement {
  sql: string;
  values: readonly (string | number | null)[];
}

/** What is written beside rows of events. */
export type SideWrite = UserPointWrite | Statement;

/** What one caller submits. With side writes, all of it is stored or nothing. */
export interface Submission {
  rows: readonly RowValues[];
  /** `row` of a side write is an index into these rows. */
  sideWrites: readonly SideWrite[];
}
