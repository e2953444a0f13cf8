import type Database from 'better-sqlite3';
import type { StoredChoice, StoredProfile, UserPoints } from './user-points.ts';

type ChoiceRow = Omit<StoredChoice, 'accepted' | 'body'> & { accepted: number; body: string };
type ProfileRow = Omit<StoredProfile, 'properties'> & { properties: string };

/** Reads user points by a connection that only reads. */
export function createUserPoints(db: Database.Database): UserPoints {
  const named = db
    .prepare<[number, string, string, string], string>(
      'SELECT point_id FROM user_names WHERE customer_id = ? AND kind = ? AND compartment = ? AND id = ?',
    )
    .pluck();
  const point = db
    .prepare<[number, string], string>(
      'SELECT coalesce(merged_into, id) FROM user_points WHERE customer_id = ? AND id = ?',
    )
    .pluck();
  const profile = db.prepare<[number, string, string], ProfileRow>(
    `SELECT point_id AS pointId, properties, created_at AS createdAt, modified_at AS modifiedAt
       FROM user_profiles WHERE customer_id = ? AND compartment = ? AND account = ?`,
  );
  const columns = 'processing, at, accepted, body, received_at AS receivedAt';
  const choices = db.prepare<[number, string], ChoiceRow>(
    `SELECT ${columns} FROM user_choices WHERE customer_id = ? AND point_id = ? ORDER BY processing`,
  );
  const log = db.prepare<[number, string, string], ChoiceRow>(
    `SELECT ${columns} FROM user_choice_log WHERE customer_id = ? AND point_id = ? AND processing = ?
      ORDER BY at DESC, received_at DESC`,
  );
  const customers = db
    .prepare<[], number>(
      // One step of the index for each customer, not one for each user point.
      `WITH RECURSIVE known (id) AS (
         SELECT min(customer_id) FROM user_points
         UNION ALL SELECT (SELECT min(customer_id) FROM user_points WHERE customer_id > known.id) FROM known
           WHERE known.id IS NOT NULL
       ) SELECT id FROM known WHERE id IS NOT NULL`,
    )
    .pluck();
  return {
    customers: async () => customers.all(),
    pointNamed: async (customerId, { kind, compartment, id }) => named.get(customerId, kind, compartment, id),
    point: async (customerId, id) => point.get(customerId, id),
    async profile(customerId, compartment, account) {
      const row = profile.get(customerId, compartment, account);
      return row && { ...row, properties: JSON.parse(row.properties) };
    },
    choices: async (customerId, pointId, processing) =>
      choices
        .all(customerId, pointId)
        .filter((row) => processing === undefined || row.processing === processing)
        .map(choiceOf),
    choiceLog: async (customerId, pointId, processing) => log.all(customerId, pointId, processing).map(choiceOf),
  };
}

function choiceOf(row: ChoiceRow): StoredChoice {
  return { ...row, accepted: row.accepted === 1, body: JSON.parse(row.body) };
}
