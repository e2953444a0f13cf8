import type Database from 'better-sqlite3';
import { changeAll, deleteAll, type Steps } from '../events/erasure/steps.ts';

/** What was erased of the user points of a visitor, or would be. */
export interface ErasedUserPoints {
  points: number;
  names: number;
  profiles: number;
  choices: number;
}

/** The tables of a user point, with their primary keys. The point itself goes last: by it, the rest is found again. */
const TABLES = {
  erasures: { table: 'point_erasures', key: 'customer_id, point_id' },
  choices: { table: 'user_choice_log', key: 'customer_id, point_id, processing, at, accepted' },
  current: { table: 'user_choices', key: 'customer_id, point_id, processing' },
  profiles: { table: 'user_profiles', key: 'customer_id, compartment, account' },
  names: { table: 'user_names', key: 'customer_id, kind, compartment, id' },
} as const;

/** Finds and erases the user points of browsers. */
export class UserPointEraser {
  readonly #db: Database.Database;
  readonly #points: Database.Statement<[number, string], string>;
  readonly #agents: Database.Statement<[number, string, number], string>;

  constructor(db: Database.Database) {
    this.#db = db;
    this.#points = db
      .prepare<[number, string], string>(
        `SELECT DISTINCT point_id FROM user_names
          WHERE customer_id = ? AND kind = 'agent' AND compartment = '' AND id IN (SELECT value FROM json_each(?))`,
      )
      .pluck();
    this.#agents = db
      .prepare<[number, string, number], string>(
        `SELECT id FROM user_names WHERE customer_id = ? AND point_id = ? AND kind = 'agent' LIMIT ?`,
      )
      .pluck();
  }

  /** Other browsers of the same user points. */
  agentsBeside(customerId: number, id: string, most: number): string[] {
    const agents = this.#pointsOf(customerId, [id]).flatMap((point) => this.#agents.all(customerId, point, most));
    const others = agents.map((agent) => agent.replace(/^vec:(?=.)/s, '')).filter((agent) => agent !== id);
    return [...new Set(others)];
  }

  count(customerId: number, ids: readonly string[]): ErasedUserPoints {
    const points = this.#pointsOf(customerId, ids);
    const count = (table: string) =>
      this.#db
        .prepare<[number, string], number>(
          `SELECT count(*) FROM ${table} WHERE customer_id = ? AND point_id IN (SELECT value FROM json_each(?))`,
        )
        .pluck()
        .get(customerId, JSON.stringify(points)) as number;
    const [names, profiles, choices] = [TABLES.names, TABLES.profiles, TABLES.choices].map(({ table }) => count(table));
    return { points: points.length, names, profiles, choices } as ErasedUserPoints;
  }

  *erase(customerId: number, ids: readonly string[]): Steps<ErasedUserPoints> {
    const erased: ErasedUserPoints = { points: 0, names: 0, profiles: 0, choices: 0 };
    for (const point of this.#pointsOf(customerId, ids)) {
      yield* this.#eraseProfilesSaid(customerId, point);
      const where = 'customer_id = ? AND point_id = ?';
      erased.choices += yield* deleteAll(this.#db, { ...TABLES.choices, where }, [customerId, point]);
      yield* deleteAll(this.#db, { ...TABLES.current, where }, [customerId, point]);
      yield* deleteAll(this.#db, { ...TABLES.erasures, where }, [customerId, point]);
      erased.profiles += yield* deleteAll(this.#db, { ...TABLES.profiles, where }, [customerId, point]);
      const points = { table: 'user_points', key: 'customer_id, id' };
      yield* deleteAll(this.#db, { ...points, where: 'customer_id = ? AND merged_into = ?' }, [customerId, point]);
      yield* deleteAll(this.#db, { ...points, where: 'customer_id = ? AND id = ?' }, [customerId, point]);
      erased.names += yield* deleteAll(this.#db, { ...TABLES.names, where }, [customerId, point]);
      erased.points++;
    }
    return erased;
  }

  /** Our own clients write the id of a browser behind `vec:`. */
  #pointsOf(customerId: number, ids: readonly string[]): string[] {
    return this.#points.all(customerId, JSON.stringify(ids.flatMap((id) => [id, `vec:${id}`])));
  }

  /** What events said of the accounts of a point, whichever browser sent them. */
  *#eraseProfilesSaid(customerId: number, point: string): Steps<void> {
    const accounts = this.#db
      .prepare<[number, string], { compartment: string; id: string }>(
        "SELECT compartment, id FROM user_names WHERE customer_id = ? AND point_id = ? AND kind = 'account'",
      )
      .all(customerId, point);
    for (const { compartment, id } of accounts)
      yield* changeAll(
        this.#db,
        `UPDATE events SET props = json_remove(props, '$.properties') WHERE rowid IN (
           SELECT rowid FROM events WHERE customer_id = ? AND kind = 'profile' AND json_extract(props, '$.account') = ?
              AND json_extract(props, '$.compartment') = ? AND json_type(props, '$.properties') IS NOT NULL LIMIT ?)`,
        [customerId, id, compartment],
      );
  }
}
