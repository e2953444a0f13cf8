import type Database from 'better-sqlite3';
import { visitorId } from '../../../../src/wires/matomo/visitor-id.ts';
import { relayedOf } from '../../relay-queue/erase.ts';
import { UserPointEraser } from '../../user-points/erase.ts';
import { dayOf } from '../days.ts';
import { PendingTotals } from '../totals/pending-totals.ts';
import { COUNT_ALL, TotalsWriter } from '../totals/totals.ts';
import { erasedHash, expireErasedIds } from './erased-ids.ts';
import { type ForgetOptions, MAX_JOINED, type Pruned, type VisitorErasure, type VisitorRows } from './erasure.ts';
import { changeAll, deleteAll, STEP_ROWS, type Steps } from './steps.ts';

/**
 * Rows that are looked through at once for a visitor's: some 5 ms. An index by visitor would make this a lookup, and each
 * event that is stored dearer: 23,800 rows a second were written with it and 42,600 without, where looking through a million takes 0.4 s.
 */
const SCAN_ROWS = 10_000;
/** Rows that one call of `prune` erases at most, so that others who wait for the thread have their turn. */
const PRUNE_ROWS = 20 * STEP_ROWS;
/** Milliseconds for which a step waits for a writer without a pause; past it, the erasure fails, and can be asked for again. */
export const BUSY_TIMEOUT_MS = 30_000;
/** How often the log is asked to be rewritten while others read it. */
const CHECKPOINT_TRIES = 20;
/** Milliseconds for which such a request may keep the writer waiting. */
const CHECKPOINT_MS = 50;

/** The totals of a customer, with their primary keys. */
const TOTALS = {
  counted_totals: 'customer_id, day, kind, action, scope_kind, scope_id, media_id',
  product_totals: 'customer_id, facet, day',
  product_places: 'customer_id, facet, day, block',
  product_days: 'customer_id, day',
  robot_totals: 'customer_id, day, wire, family',
  erased_days: 'customer_id, day',
};

interface Row {
  rowid: number;
  customerId: number;
  analyticsId: string;
  occurredAt: number;
}

interface VisitorRow extends Row {
  kind: string;
  wire: string;
  previousId: string | null;
}

const ROW = 'rowid, customer_id AS customerId, analytics_id AS analyticsId, occurred_at AS occurredAt';

/** Erases by a connection of its own, so that the writer of events waits for no more than one step of it. */
export class Eraser {
  readonly #db: Database.Database;
  readonly #people: UserPointEraser;
  readonly #pending: PendingTotals;
  readonly #begin: Database.Statement;
  readonly #countAll: Database.Statement;
  readonly #delete: Database.Statement;
  readonly #markDay: Database.Statement;
  /** Whether events that are erased may still stand in the log. */
  #isInLog = false;

  /** @param db a connection that writes, and that nobody else uses */
  constructor(db: Database.Database) {
    this.#db = db;
    // What is deleted is overwritten with zeros, also in pages that become free.
    db.pragma('secure_delete = ON');
    this.#people = new UserPointEraser(db);
    this.#pending = new PendingTotals(db, new TotalsWriter(db));
    this.#begin = db.prepare('BEGIN IMMEDIATE');
    this.#countAll = db.prepare(COUNT_ALL);
    this.#delete = db.prepare('DELETE FROM events WHERE rowid = ? AND customer_id = ? AND analytics_id = ?');
    this.#markDay = db.prepare('INSERT INTO erased_days VALUES (?, ?) ON CONFLICT DO NOTHING');
  }

  /** @param at the time of the erasure: what happens later is a new event */
  *forgetVisitor(
    customerId: number,
    id: string,
    { joined, dryRun = false }: ForgetOptions,
    at: number,
  ): Steps<VisitorErasure> {
    const others = this.#joinedTo(customerId, id);
    const moreJoined = others.length > MAX_JOINED;
    const erase = !dryRun && (others.length === 0 || joined === 'keep' || (joined === 'erase' && !moreJoined));
    const withJoined = joined === 'erase' && !moreJoined;
    const ids: VisitorRows[] = [{ id }, ...others.slice(0, MAX_JOINED)].map((one, nth) => ({
      ...{ ...one, erased: erase && (nth === 0 || withJoined), events: 0, kinds: {} },
    }));
    const named = ids.filter((_, nth) => nth === 0 || withJoined).map((one) => one.id);
    if (erase) this.#remember(customerId, named, at);
    yield* this.#eraseEvents(customerId, ids);
    if (erase) {
      const forgetPrevious = `UPDATE events SET previous_id = NULL WHERE rowid IN (
        SELECT rowid FROM events WHERE customer_id = ? AND previous_id = ? LIMIT ?)`;
      for (const one of named) yield* changeAll(this.#db, forgetPrevious, [customerId, one]);
    }
    const userPoints = erase ? yield* this.#people.erase(customerId, named) : this.#people.count(customerId, named);
    const relayed = yield* relayedOf(this.#db, customerId, named, erase);
    const logRewritten = erase && (yield* this.#rewriteLog());
    return { erased: erase, at, ids, moreJoined, userPoints, relayed, logRewritten };
  }

  /** Goes no further than `PRUNE_ROWS`. */
  *prune(before: number, customerId?: number): Steps<Pruned> {
    const page = this.#db.prepare<unknown[], Row & { receivedAt: number }>(
      `SELECT ${ROW}, received_at AS receivedAt FROM events INDEXED BY events_by_time
        WHERE customer_id = ? AND occurred_at < ? AND (occurred_at, rowid) > (?, ?) ORDER BY occurred_at, rowid LIMIT ?`,
    );
    let events = 0;
    for (const customer of customerId === undefined ? this.#customers() : [customerId]) {
      let [at, rowid] = [-1, 0];
      for (;;) {
        const rows = page.all(customer, before, at, rowid, STEP_ROWS);
        const last = rows.at(-1);
        if (!last) break;
        // An old event that arrived a moment ago stays: it may be sent again, and its row recognises the repetition.
        events += this.#deleteRows(rows.filter(({ receivedAt }) => receivedAt < before));
        if (events >= PRUNE_ROWS) return { events, more: true };
        [at, rowid] = [last.occurredAt, last.rowid];
        yield;
      }
    }
    // Also where the calls before this one erased the last of them.
    if (this.#isInLog) yield* this.#rewriteLog();
    return { events, more: false };
  }

  /** Erases the totals of a customer. */
  *eraseTotals(customerId: number): Steps<void> {
    for (const [table, key] of Object.entries(TOTALS))
      yield* deleteAll(this.#db, { table, key, where: 'customer_id = ?' }, [customerId]);
    yield* this.#rewriteLog();
  }

  #joinedTo(customerId: number, id: string): Pick<VisitorRows, 'id' | 'joinedBy'>[] {
    const most = MAX_JOINED + 1;
    const identified = this.#db
      .prepare<unknown[], string>(
        `SELECT previous_id FROM events WHERE customer_id = ? AND analytics_id = ? AND previous_id IS NOT NULL
          UNION SELECT analytics_id FROM events WHERE customer_id = ? AND previous_id = ? LIMIT ?`,
      )
      .pluck()
      .all(customerId, id, customerId, id, most);
    const beside = this.#people.agentsBeside(customerId, id, most).filter((one) => !identified.includes(one));
    return [
      ...identified.filter((one) => one !== id).map((one) => ({ id: one, joinedBy: 'identify' as const })),
      ...beside.map((one) => ({ id: one, joinedBy: 'user_point' as const })),
    ].slice(0, most);
  }

  /** Before anything is erased, so that nothing comes in behind it. */
  #remember(customerId: number, ids: readonly string[], at: number): void {
    const add = this.#db.prepare('INSERT INTO erased_ids (hash, erased_at) VALUES (?, ?)');
    this.#transaction(() => {
      expireErasedIds(this.#db, at);
      for (const id of new Set(ids.flatMap((one) => [one, visitorId(one)]))) add.run(erasedHash(customerId, id), at);
    });
  }

  /** Counts the events of all these ids, and erases those of the ids that are to be erased. */
  *#eraseEvents(customerId: number, ids: readonly VisitorRows[]): Steps<void> {
    const byId = new Map(ids.map((one) => [one.id, one]));
    // By query string, a visitor has another id, which is made of the one that all other wires carry.
    const byVisitor = new Map(ids.map((one) => [visitorId(one.id), one]));
    const names = JSON.stringify([...byId.keys(), ...byVisitor.keys()]);
    const scan = this.#db.prepare<unknown[], VisitorRow>(
      `SELECT ${ROW}, kind, wire, previous_id AS previousId FROM events NOT INDEXED
        WHERE rowid > ? AND rowid <= ? AND customer_id = ? AND analytics_id IN (SELECT value FROM json_each(?))`,
    );
    const next = this.#db.prepare<[number], number>('SELECT rowid FROM events WHERE rowid > ? ORDER BY rowid').pluck();
    /** What says that ids belong together goes last: an erasure that is interrupted finds them again. */
    const joining: Row[] = [];
    for (let first = next.get(0); first !== undefined; first = next.get(first + SCAN_ROWS - 1)) {
      const gone: Row[] = [];
      for (const row of scan.all(first - 1, first + SCAN_ROWS - 1, customerId, names)) {
        const one = (row.wire === 'matomo' ? byVisitor.get(row.analyticsId) : undefined) ?? byId.get(row.analyticsId);
        if (!one) continue;
        tally(one, row);
        if (one.erased) (row.previousId === null ? gone : joining).push(row);
      }
      yield* this.#deleteInSteps(gone);
      yield;
    }
    yield* this.#deleteInSteps(joining);
  }

  *#deleteInSteps(rows: readonly Row[]): Steps<void> {
    for (let from = 0; from < rows.length; from += STEP_ROWS) {
      this.#deleteRows(rows.slice(from, from + STEP_ROWS));
      yield;
    }
  }

  /**
   * Deletes events and leaves them counted: those that are not in the totals yet are counted before. All are then said to
   * be counted anew, since the rowids of the latest events, once these are gone, are given to others.
   */
  #deleteRows(rows: readonly Row[]): number {
    if (rows.length === 0) return 0;
    return this.#transaction(() => {
      this.#pending.begin();
      this.#pending.add(new Map(), true);
      let deleted = 0;
      for (const { rowid, customerId, analyticsId, occurredAt } of rows) {
        const { changes } = this.#delete.run(rowid, customerId, analyticsId);
        if (changes > 0) this.#markDay.run(customerId, dayOf(occurredAt));
        deleted += changes;
      }
      this.#isInLog = true;
      this.#countAll.run();
      return deleted;
    });
  }

  #transaction<T>(work: () => T): T {
    this.#begin.run();
    try {
      const result = work();
      this.#db.exec('COMMIT');
      return result;
    } catch (error) {
      this.#pending.undo();
      if (this.#db.inTransaction) this.#db.exec('ROLLBACK');
      throw error;
    }
  }

  /** One step of the index for each customer, not one for each event. */
  #customers(): number[] {
    return this.#db
      .prepare<[], number>(
        `WITH RECURSIVE known (id) AS (
           SELECT min(customer_id) FROM events
           UNION ALL SELECT (SELECT min(customer_id) FROM events WHERE customer_id > known.id) FROM known
             WHERE known.id IS NOT NULL
         ) SELECT id FROM known WHERE id IS NOT NULL`,
      )
      .pluck()
      .all();
  }

  /**
   * What was deleted still stands in the write-ahead log, until that begins anew. It cannot while somebody reads of it.
   * @returns whether it did
   */
  *#rewriteLog(): Steps<boolean> {
    this.#db.pragma(`busy_timeout = ${CHECKPOINT_MS}`);
    try {
      for (let tries = 0; tries < CHECKPOINT_TRIES; tries++) {
        const [said] = this.#db.pragma('wal_checkpoint(TRUNCATE)') as { busy: number }[];
        if (said?.busy === 0) {
          this.#isInLog = false;
          return true;
        }
        yield;
      }
      return false;
    } finally {
      this.#db.pragma(`busy_timeout = ${BUSY_TIMEOUT_MS}`);
    }
  }
}

function tally(rows: VisitorRows, { kind, occurredAt }: VisitorRow): void {
  rows.events++;
  rows.kinds[kind] = (rows.kinds[kind] ?? 0) + 1;
  rows.from = Math.min(rows.from ?? occurredAt, occurredAt);
  rows.to = Math.max(rows.to ?? occurredAt, occurredAt);
}
