import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type Database from 'better-sqlite3';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { USER_POINT_TABLES } from '../../user-points/writer.ts';
import { openForReading, openForWriting } from '../schema.ts';
import type { Statement } from '../writing/submission.ts';
import { eraseCustomer, MAX_ERASED } from './customer-removal.ts';

const PEOPLE = 2 * MAX_ERASED + 7;
let folder: string;
let db: Database.Database;
let reader: Database.Database;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'vitrine-erase-'));
  db = openForWriting(join(folder, 'events.db'));
  reader = openForReading(join(folder, 'events.db'));
  db.transaction(() => [1, 2].forEach(fill))();
});
afterEach(() => {
  reader.close();
  db.close();
  rmSync(folder, { recursive: true });
});

/** As many people as need several steps; of three in a row, the events name the same account. */
function fill(customerId: number): void {
  const numbers = `WITH RECURSIVE n (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM n WHERE n < ${PEOPLE})`;
  db.exec(`
    INSERT INTO user_points ${numbers} SELECT ${customerId}, 'p' || n, NULL, 1 FROM n;
    INSERT INTO user_names ${numbers} SELECT ${customerId}, 'account', '1', 'a' || n, 'p' || n, NULL FROM n;
    INSERT INTO user_profiles ${numbers} SELECT ${customerId}, '1', 'a' || n, 'p' || n, '{}', 1, 1 FROM n;
    INSERT INTO user_choices ${numbers} SELECT ${customerId}, 'p' || n, '1', 1, 1, '{}', 1, 0 FROM n;
    INSERT INTO account_erasures ${numbers} SELECT ${customerId}, '1', 'a' || n, 1, 0 FROM n;
    INSERT INTO point_erasures ${numbers} SELECT ${customerId}, 'p' || n, 1, '', '', '' FROM n;
    INSERT INTO user_choice_log ${numbers} SELECT ${customerId}, 'p' || n, '1', 1, 1, '{}', 1 FROM n;
    INSERT INTO relay_queue (customer_id, relay_id, bytes, received_at, body)
      ${numbers} SELECT ${customerId}, 1, 2, 1, '{}' FROM n;
    INSERT INTO events (customer_id, id, kind, analytics_id, occurred_at, received_at, wire, props)
      ${numbers} SELECT ${customerId}, 'e' || n, 'profile', 'v', 1, 1, 'activities',
        json_object('account', 'a' || (n / 3), 'properties', json_object('city', 'Espoo')) FROM n;`);
}

/** What is left of each customer. */
function left(customerId: number): number[] {
  const tables = ['relay_queue', ...USER_POINT_TABLES];
  const count = (rows: string) =>
    db.prepare<[number], number>(`SELECT count(*) FROM ${rows}`).pluck().get(customerId) as number;
  return [
    ...tables.map((table) => count(`${table} WHERE customer_id = ?`)),
    count("events WHERE customer_id = ? AND json_extract(props, '$.properties') IS NOT NULL"),
    count('events WHERE customer_id = ?'),
  ];
}

/** Rows of the tables, of events that say something of a person, and of all events, which stay. */
const EVERYTHING = Array<number>(USER_POINT_TABLES.length + 3).fill(PEOPLE);
const NOTHING = [...EVERYTHING.slice(1).fill(0), PEOPLE];

test('the people of a customer go in steps of bounded size, and nobody else’s go', async () => {
  const steps: number[] = [];
  const write = async ({ sql, values }: Statement) => {
    steps.push(db.prepare(sql).run(values).changes);
    return ['accepted' as const];
  };
  await eraseCustomer(reader, write, 1);
  expect([left(1), left(2)]).toEqual([NOTHING, EVERYTHING]);
  expect(Math.max(...steps)).toBe(MAX_ERASED);
  expect(steps.reduce((sum, rows) => sum + rows)).toBe((EVERYTHING.length - 1) * PEOPLE);
});

test('what was interrupted is erased by the next call, which finds the customer', async () => {
  let room = 8;
  const write = async ({ sql, values }: Statement) => {
    if (room-- === 0) throw new Error('killed');
    db.prepare(sql).run(values);
    return ['accepted' as const];
  };
  await expect(eraseCustomer(reader, write, 1)).rejects.toThrow('killed');
  expect(left(1)).not.toEqual(EVERYTHING);
  expect(left(1)).not.toEqual(NOTHING);
  room = Number.POSITIVE_INFINITY;
  await eraseCustomer(reader, write, 1);
  expect(left(1)).toEqual(NOTHING);
});
