import type Database from 'better-sqlite3';

/** What the wire by query string asks of the events it stored before. */
export interface Visits {
  /** The visit of this visitor that is nearest to a time and at most `within` milliseconds away from it. */
  visitNear(customerId: number, analyticsId: string, at: number, within: number): Promise<StoredVisit | undefined>;
  /** The ids of the orders that came with this transaction id by query string. */
  ordersOf(customerId: number, transactionId: string): Promise<string[]>;
}

export interface StoredVisit {
  visit: string;
  at: number;
  /** Goals that were counted in it, each with the id of its event. */
  goals: [goal: string, id: string][];
}

/** A day: no visit that anybody asks for lasts longer. */
const LONGEST_MS = 86_400_000;

export function createVisits(reader: Database.Database): Visits {
  // The index `events_by_visitor` serves these as long as they name the wire.
  const near = reader.prepare<[number, string, number, number, number], { visit: string | null; at: number }>(
    `SELECT props ->> 'visit' AS visit, occurred_at AS at
       FROM events
      WHERE wire = 'matomo' AND customer_id = ? AND analytics_id = ? AND occurred_at BETWEEN ? AND ?
      ORDER BY abs(occurred_at - ?), rowid DESC
      LIMIT 1`,
  );
  const goals = reader
    .prepare<[number, string, number, number, string]>(
      `SELECT props ->> 'goal', id
         FROM events
        WHERE wire = 'matomo' AND customer_id = ? AND analytics_id = ? AND occurred_at BETWEEN ? AND ?
          AND kind = 'goal' AND props ->> 'visit' = ?`,
    )
    .raw();
  const orders = reader
    .prepare<[number, string], string>(
      `SELECT id FROM events
        WHERE customer_id = ? AND transaction_id = ? AND kind = 'checkout' AND wire = 'matomo'
        LIMIT 2`,
    )
    .pluck();
  return {
    async visitNear(customerId, analyticsId, at, within) {
      const found = near.get(customerId, analyticsId, at - within, at + within, at);
      if (!found?.visit) return;
      const counted = goals.all(customerId, analyticsId, at - LONGEST_MS, at + LONGEST_MS, found.visit);
      return { visit: found.visit, at: found.at, goals: counted as [string, string][] };
    },
    ordersOf: async (customerId, transactionId) => orders.all(customerId, transactionId),
  };
}
