import { join } from 'node:path';
import { EVENTS_FILE } from '../database-files.ts';
import type { EventRow } from '../events/event-row.ts';
import { type RowValues, valuesOf } from '../events/event-row.ts';
import { openForWriting } from '../events/schema.ts';
import { EventWriter } from '../events/writing/transaction.ts';

/** The writer of events without its thread, its queue and its batches, for the benchmark of the database alone. */
export interface RowWriter {
  /** Writes rows in transactions of a size. @returns how many are stored. @throws where a row is refused */
  write(rows: readonly RowValues[], rowsPerTransaction: number): number;
  close(): void;
}

/** A row as it travels to the writer. */
export function rowValuesOf(customerId: number, row: EventRow): RowValues {
  return valuesOf(customerId, row);
}

export function openRowWriter(dataDir: string): RowWriter {
  const db = openForWriting(join(dataDir, EVENTS_FILE));
  const writer = new EventWriter(db);
  const refuse = (reason: string) => {
    throw new Error(reason);
  };
  return {
    write(rows, rowsPerTransaction) {
      let accepted = 0;
      for (let from = 0; from < rows.length; from += rowsPerTransaction) {
        const outcomes = writer.write([{ rows: rows.slice(from, from + rowsPerTransaction), sideWrites: [] }], refuse);
        accepted += outcomes.filter((outcome) => outcome === 'accepted').length;
      }
      return accepted;
    },
    close: () => void db.close(),
  };
}
