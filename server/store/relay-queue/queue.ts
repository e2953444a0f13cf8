import type Database from 'better-sqlite3';
import type { RowOutcome } from '../events/event-row.ts';
import type { Statement } from '../events/writing/submission.ts';
import { StorageError } from '../storage-error.ts';

/** What may wait for one relay. Past it, senders are told to come again, and keep what they have. */
const MAX_ACTIVITIES = 10_000;
const MAX_BYTES = 64 * 1_048_576;
/** What may wait of that when a page asks for room: strangers leave the rest to the shop's server. */
const SHARE_OF_PAGES = 0.5;
/** What may be on its way to the disk, for all relays. */
const MAX_BYTES_UNDER_WAY = 32 * 1_048_576;

/** An activity on its way to another server. */
export interface RelayedActivity {
  id: number;
  /** JSON of an object with at least one member. */
  body: string;
  receivedAt: number;
  /** How far the sender's clock is ahead of ours, in milliseconds; null where it did not tell. */
  clock: number | null;
  /** How often it was sent in vain. */
  tries: number;
}

/** Activities that wait to be sent on, by relay. What has been answered as stored is there after a restart, too. */
export interface RelayQueue {
  /**
   * Resolves when it is on disk.
   * @param fromPage whether a page sent it, with a public token
   * @throws {StorageError} `busy` when too much waits for this relay already
   */
  add(
    customerId: number,
    relayId: number,
    activity: Pick<RelayedActivity, 'body' | 'receivedAt' | 'clock'>,
    fromPage?: boolean,
  ): Promise<void>;
  /** The relays for which something waits. */
  relays(): Promise<number[]>;
  /**
   * The activity with the fewest attempts, of these the oldest; so one that never succeeds does not delay the others.
   * @param besides ids of activities that are left out
   */
  next(relayId: number, besides: readonly number[]): Promise<RelayedActivity | undefined>;
  /** How many wait, for all relays. */
  waiting(): Promise<number>;
  tried(id: number): Promise<void>;
  remove(id: number): Promise<void>;
  /** @returns how many waited */
  removeAll(relayId: number): Promise<number>;
}

/** @param write has the writer's thread run a statement */
export function createRelayQueue(
  db: Database.Database,
  write: (statement: Statement) => Promise<RowOutcome[]>,
): RelayQueue {
  const size = db.prepare<[number], { activities: number; bytes: number }>(
    'SELECT count(*) AS activities, coalesce(sum(bytes), 0) AS bytes FROM relay_queue WHERE relay_id = ?',
  );
  const next = db.prepare<[number, string], RelayedActivity>(
    `SELECT id, body, received_at AS receivedAt, clock, tries FROM relay_queue
      WHERE relay_id = ? AND id NOT IN (SELECT value FROM json_each(?)) ORDER BY tries, id LIMIT 1`,
  );
  const relays = db.prepare<[], number>('SELECT DISTINCT relay_id FROM relay_queue').pluck();
  const waiting = db.prepare<[], number>('SELECT count(*) FROM relay_queue').pluck();
  const run = async (sql: string, ...values: Statement['values']) => {
    const [outcome] = await write({ sql, values });
    if (outcome !== 'accepted') throw unavailable('events.db refused a relayed activity.');
  };
  let underWay = 0;
  return {
    async add(customerId, relayId, { body, receivedAt, clock }, fromPage = false) {
      const bytes = Buffer.byteLength(body);
      const now = size.get(relayId) as { activities: number; bytes: number };
      const share = fromPage ? SHARE_OF_PAGES : 1;
      if (
        now.activities >= share * MAX_ACTIVITIES ||
        now.bytes + bytes > share * MAX_BYTES ||
        underWay + bytes > share * MAX_BYTES_UNDER_WAY
      )
        throw unavailable('Too many activities wait for this relay.');
      underWay += bytes;
      await run(
        'INSERT INTO relay_queue (customer_id, relay_id, bytes, received_at, clock, body) VALUES (?, ?, ?, ?, ?, ?)',
        ...[customerId, relayId, bytes, receivedAt, clock, body],
      ).finally(() => {
        underWay -= bytes;
      });
    },
    relays: async () => relays.all(),
    next: async (relayId, besides) => next.get(relayId, JSON.stringify(besides)),
    waiting: async () => waiting.get() ?? 0,
    tried: (id) => run('UPDATE relay_queue SET tries = tries + 1 WHERE id = ?', id),
    remove: (id) => run('DELETE FROM relay_queue WHERE id = ?', id),
    async removeAll(relayId) {
      const { activities } = size.get(relayId) as { activities: number };
      await run('DELETE FROM relay_queue WHERE relay_id = ?', relayId);
      return activities;
    },
  };
}

function unavailable(reason: string): StorageError {
  return new StorageError('busy', reason, { store: 'events', silent: true });
}
