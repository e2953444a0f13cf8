import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type Database from 'better-sqlite3';
import { EVENTS_FILE } from '../../database-files.ts';
import { toStorageError } from '../../storage-error.ts';
import type { RowOutcome } from '../event-row.ts';
import { openForReading } from '../schema.ts';
import type { Statement } from '../writing/submission.ts';

/** The number of events of robots on a day (see `dayOf`). The events themselves are not stored. */
export interface RobotTotal {
  day: number;
  /** The protocol that brought them. */
  wire: string;
  family: string;
  events: number;
}

export interface RobotTotals {
  /** Adds to a total; resolves when it is on disk. */
  add(customerId: number, total: RobotTotal): Promise<void>;
  /** Since a day, the latest first. */
  list(customerId: number, sinceDay: number): Promise<RobotTotal[]>;
}

/** For a command beside a service that runs: what a customer's robots sent since a day, the latest first. */
export function readRobotTotals(dataDir: string, customerId: number, sinceDay: number): RobotTotal[] {
  const path = join(dataDir, EVENTS_FILE);
  if (!existsSync(path)) return [];
  const db = openForReading(path);
  try {
    return robotTotalsOf(db)(customerId, sinceDay);
  } catch (error) {
    throw toStorageError(error, 'events');
  } finally {
    db.close();
  }
}

function robotTotalsOf(reader: Database.Database): (customerId: number, sinceDay: number) => RobotTotal[] {
  const list = reader.prepare<[number, number], RobotTotal>(
    `SELECT day, wire, family, events FROM robot_totals WHERE customer_id = ? AND day >= ?
      ORDER BY day DESC, wire, family`,
  );
  return (customerId, sinceDay) => list.all(customerId, sinceDay);
}

/** @param write runs a statement in the writer's thread */
export function createRobotTotals(
  reader: Database.Database,
  write: (statement: Statement) => Promise<RowOutcome[]>,
): RobotTotals {
  const list = robotTotalsOf(reader);
  return {
    async add(customerId, { day, wire, family, events }) {
      await write({
        sql: `INSERT INTO robot_totals VALUES (?, ?, ?, ?, ?)
                ON CONFLICT DO UPDATE SET events = events + excluded.events`,
        values: [customerId, day, wire, family, events],
      });
    },
    list: async (customerId, sinceDay) => list(customerId, sinceDay),
  };
}
