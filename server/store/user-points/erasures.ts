import type Database from 'better-sqlite3';
import { MAX_NAMES } from './user-points.ts';

/** Rows that one step looks at. Other writers wait for one step at most, and the next takes up the rest. */
export const MAX_ERASED_A_STEP = 200;

type AccountErasure = { customerId: number; compartment: string; account: string; upTo: number; doneTo: number };
type PointErasure = {
  customerId: number;
  point: string;
  upTo: number;
  kind: string;
  compartment: string;
  name: string;
};

/**
 * What a refusal erases of a user point: profiles, plain e-mail addresses, and what the events that changed the profiles
 * said. Profiles and addresses go with the refusal. Events may be any number, so they are work that is kept in the
 * database and done in steps; so are the names of a point that has more than `MAX_NAMES`. A restart goes on with both.
 */
export class UserPointErasures {
  readonly #db: Database.Database;
  readonly #names: Database.Statement<unknown[], { kind: string; compartment: string; id: string }>;
  readonly #events: Database.Statement<unknown[], { row: number; says: number }>;
  /** Whether a step may find something to do: an earlier process may have left it. */
  #pending = true;

  constructor(db: Database.Database) {
    this.#db = db;
    this.#names = db.prepare(
      `SELECT kind, compartment, id FROM user_names WHERE customer_id = ? AND point_id = ?
          AND (kind, compartment, id) > (?, ?, ?) ORDER BY kind, compartment, id LIMIT ?`,
    );
    // Of the account in other compartments, too: they count as rows that are looked at.
    this.#events = db.prepare(
      `SELECT rowid AS row, json_extract(props, '$.compartment') = ? AND json_type(props, '$.properties') IS NOT NULL AS says
         FROM events WHERE customer_id = ? AND kind = 'profile' AND json_extract(props, '$.account') = ?
          AND rowid > ? AND rowid <= ? ORDER BY rowid LIMIT ?`,
    );
  }

  get pending(): boolean {
    return this.#pending;
  }

  /** Begins, within the transaction of the refusal. What is said of the person from now on is not erased. */
  begin(customerId: number, point: string): void {
    this.#pending = true;
    const upTo = this.#db.prepare('SELECT coalesce(max(rowid), 0) FROM events').pluck().get() as number;
    this.#eraseNames({ customerId, point, upTo, kind: '', compartment: '', name: '' });
  }

  /** Does some of what there is to do, in a transaction of its own. @returns how many rows it looked at */
  readonly step = (): number => {
    const rows = this.#db.transaction(() => this.#step()).immediate();
    this.#pending = rows > 0;
    return rows;
  };

  #step(): number {
    const point = this.#db
      .prepare<[], PointErasure>(
        `SELECT customer_id AS customerId, point_id AS point, up_to AS upTo, kind, compartment, name
           FROM point_erasures LIMIT 1`,
      )
      .get();
    if (point) return this.#eraseNames(point);
    const next = this.#db.prepare<[], AccountErasure>(
      `SELECT customer_id AS customerId, compartment, account, up_to AS upTo, done_to AS doneTo
         FROM account_erasures LIMIT 1`,
    );
    let rows = 0;
    while (rows < MAX_ERASED_A_STEP) {
      const account = next.get();
      if (!account) break;
      rows += this.#eraseEvents(account, MAX_ERASED_A_STEP - rows);
    }
    return rows;
  }

  #eraseNames({ customerId, point, upTo, kind, compartment, name }: PointErasure): number {
    const found = this.#names.all(customerId, point, kind, compartment, name, MAX_NAMES + 1);
    const names = found.slice(0, MAX_NAMES);
    for (const { kind, compartment, id } of names) this.#eraseName(customerId, upTo, kind, compartment, id);
    const last = names.at(-1);
    if (last && found.length > MAX_NAMES)
      this.#run('INSERT OR REPLACE INTO point_erasures VALUES (?, ?, ?, ?, ?, ?)', [
        ...[customerId, point, upTo, last.kind, last.compartment, last.id],
      ]);
    else this.#run('DELETE FROM point_erasures WHERE customer_id = ? AND point_id = ?', [customerId, point]);
    return found.length + 1;
  }

  #eraseName(customerId: number, upTo: number, kind: string, compartment: string, id: string): void {
    this.#run(
      `UPDATE user_names SET email = NULL
        WHERE customer_id = ? AND kind = ? AND compartment = ? AND id = ? AND email IS NOT NULL`,
      [customerId, kind, compartment, id],
    );
    if (kind !== 'account') return;
    this.#run('DELETE FROM user_profiles WHERE customer_id = ? AND compartment = ? AND account = ?', [
      ...[customerId, compartment, id],
    ]);
    this.#run(
      `INSERT INTO account_erasures (customer_id, compartment, account, up_to) VALUES (?, ?, ?, ?)
       ON CONFLICT DO UPDATE SET up_to = excluded.up_to`,
      [customerId, compartment, id, upTo],
    );
  }

  #eraseEvents({ customerId, compartment, account, upTo, doneTo }: AccountErasure, most: number): number {
    const events = this.#events.all(compartment, customerId, account, doneTo, upTo, most);
    for (const { row, says } of events)
      if (says) this.#run(`UPDATE events SET props = json_remove(props, '$.properties') WHERE rowid = ?`, [row]);
    const key = [customerId, compartment, account];
    const where = 'WHERE customer_id = ? AND compartment = ? AND account = ?';
    if (events.length < most) this.#run(`DELETE FROM account_erasures ${where}`, key);
    else this.#run(`UPDATE account_erasures SET done_to = ? ${where}`, [events.at(-1)?.row ?? 0, ...key]);
    return events.length + 1;
  }

  #run(sql: string, values: (string | number)[]): void {
    this.#db.prepare(sql).run(values);
  }
}
