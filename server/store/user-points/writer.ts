import type Database from 'better-sqlite3';
import { uuidv7 } from '../../../src/events/id.ts';
import { jsonProblem } from '../../../src/events/problems.ts';
import type { Json, JsonObject } from '../../../src/events/vocabulary.ts';
import { UserPointErasures } from './erasures.ts';
import {
  MAX_HISTORY,
  MAX_NAMES,
  MAX_PROCESSINGS,
  type ProfileStrategy,
  type UserPointChange,
  UserPointError,
  type UserPointName,
  type UserPointUpdate,
} from './user-points.ts';

/** An act with the customer it belongs to, on its way to the writer. */
export type UserPointWrite = UserPointUpdate & { customerId: number };

type Choice = UserPointChange & { kind: 'choice' };

/** The tables that hold a customer's people. The user points are the last. */
export const USER_POINT_TABLES = [
  'account_erasures',
  'point_erasures',
  'user_choice_log',
  'user_choices',
  'user_profiles',
  'user_names',
  'user_points',
] as const;

/** The columns of a choice, in its log and as the current one; and the clause that replaces a current choice. */
const CHOICE_COLUMNS = 'processing, at, accepted, body, received_at, by_page';
const SUPERSEDE = `at = excluded.at, accepted = excluded.accepted, body = excluded.body,
  received_at = excluded.received_at, by_page = excluded.by_page`;
/**
 * Whether a choice takes the place of the one that is held, where two user points become one. The newer one does, but no
 * consent that a page said does so where the shop knows better: whoever knows a browser's id can say it.
 */
const SUPERSEDES = `
  CASE
    WHEN excluded.by_page = user_choices.by_page THEN excluded.at > user_choices.at
    WHEN excluded.by_page THEN excluded.at > user_choices.at AND NOT excluded.accepted
    ELSE excluded.at > user_choices.at OR user_choices.accepted
  END`;

/** Applies updates of user points in the writer's transaction. */
export class UserPointWriter {
  readonly #db: Database.Database;
  readonly #statements = new Map<string, Database.Statement>();
  /** What refusals erase, and what is left of it to do. */
  readonly erasures: UserPointErasures;

  constructor(db: Database.Database) {
    this.#db = db;
    this.erasures = new UserPointErasures(db);
  }

  /** @throws {UserPointError} where the act cannot be; nothing has changed then */
  readonly apply = (act: UserPointWrite): void => {
    // Within the writer's transaction this is a savepoint.
    this.#db.transaction(() => this.#apply(act))();
  };

  #apply(act: UserPointWrite): void {
    const { customerId, point, at, change } = act;
    const chosen = point === undefined ? undefined : this.#pointOf(customerId, point);
    if (point !== undefined && chosen === undefined) throw new UserPointError('gone');
    const id = this.#resolve(act, chosen);
    if (change?.kind === 'choice') this.#choose(act, id, change);
    if (change?.kind === 'profile') this.#describe(customerId, id, change, at);
  }

  /** The one user point of all these names. The oldest of several takes the others in. */
  #resolve({ customerId, names, at }: UserPointWrite, chosen: string | undefined): string {
    const known = names.map((name) => this.#pointNamed(customerId, name));
    const found = known.filter((point) => point !== undefined);
    // The ids begin with their time.
    const [oldest, ...others] = [...new Set(chosen === undefined ? found : [chosen, ...found])].sort();
    const point = oldest ?? uuidv7(at);
    if (oldest === undefined)
      this.#run('INSERT INTO user_points (customer_id, id, created_at) VALUES (?, ?, ?)').run(customerId, point, at);
    else if (others.length > 0 || found.length < names.length) {
      const held = [oldest, ...others].map((one) => this.#countNames(customerId, one, MAX_NAMES + 1));
      const added = names.length - found.length;
      if (held.reduce((sum, count) => sum + count, added) > MAX_NAMES) throw new UserPointError('names');
    }
    for (const other of others) this.#merge(customerId, other, point);
    names.forEach(({ kind, compartment, id, email }, index) => {
      if (known[index] !== undefined && email === undefined) return;
      this.#run(
        `INSERT INTO user_names VALUES (?, ?, ?, ?, ?, ?)
         ON CONFLICT DO UPDATE SET email = coalesce(excluded.email, email)`,
      ).run(customerId, kind, compartment, id, point, email ?? null);
    });
    if (others.length > 0) this.#eraseIfRefused(customerId, point);
    return point;
  }

  #merge(customerId: number, from: string, into: string): void {
    const move = [into, customerId, from];
    this.#run('UPDATE user_names SET point_id = ? WHERE customer_id = ? AND point_id = ?').run(move);
    this.#run('UPDATE user_profiles SET point_id = ? WHERE customer_id = ? AND point_id = ?').run(move);
    this.#run('UPDATE OR REPLACE user_choice_log SET point_id = ? WHERE customer_id = ? AND point_id = ?').run(move);
    this.#run(
      `INSERT INTO user_choices (customer_id, point_id, ${CHOICE_COLUMNS})
       SELECT customer_id, ?, ${CHOICE_COLUMNS} FROM user_choices WHERE customer_id = ? AND point_id = ?
       ON CONFLICT DO UPDATE SET ${SUPERSEDE} WHERE ${SUPERSEDES}`,
    ).run(move);
    this.#run('DELETE FROM user_choices WHERE customer_id = ? AND point_id = ?').run(customerId, from);
    this.#run('UPDATE user_points SET merged_into = ? WHERE customer_id = ? AND merged_into = ?').run(move);
    this.#run('UPDATE user_points SET merged_into = ? WHERE customer_id = ? AND id = ?').run(move);
  }

  /** A choice that is older than what is known is kept in the log and changes nothing. */
  #choose({ customerId, names, at: receivedAt, fromPage }: UserPointWrite, point: string, choice: Choice): void {
    const { processing, accepted } = choice;
    if (fromPage && this.#countNames(customerId, point, names.length + 1) > names.length)
      throw new UserPointError('known');
    const sql = 'SELECT accepted FROM user_choices WHERE customer_id = ? AND point_id = ? AND processing = ?';
    const held = this.#run(sql).get(customerId, point, processing) as { accepted: number } | undefined;
    if (!held && this.#countChoices(customerId, point) >= MAX_PROCESSINGS) throw new UserPointError('processings');
    // A clock that is ahead must not keep later choices from counting.
    const at = Math.min(choice.at, receivedAt);
    const values = [customerId, point, processing, at, Number(accepted), JSON.stringify(choice.body), receivedAt];
    this.#run('INSERT INTO user_choice_log VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING').run(values);
    this.#trimHistory(customerId, point, processing);
    const { changes } = this.#run(
      `INSERT INTO user_choices (customer_id, point_id, ${CHOICE_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?)
       ON CONFLICT DO UPDATE SET ${SUPERSEDE} WHERE excluded.at >= user_choices.at`,
    ).run(...values, Number(fromPage ?? false));
    const refusesNow = changes > 0 && !accepted && held?.accepted !== 0;
    if (refusesNow && !fromPage) this.#eraseIfRefused(customerId, point);
  }

  #trimHistory(...choices: [customerId: number, point: string, processing: string]): void {
    const where = 'WHERE customer_id = ? AND point_id = ? AND processing = ?';
    const first = this.#run(`SELECT at FROM user_choice_log ${where} ORDER BY at DESC LIMIT 1 OFFSET ${MAX_HISTORY}`);
    const row = first.get(choices) as { at: number } | undefined;
    if (row) this.#run(`DELETE FROM user_choice_log ${where} AND at <= ?`).run(...choices, row.at);
  }

  /**
   * A refusal that leaves nothing accepted, whether the person says it or turns out to be who said it, erases what the
   * shop knew of the person. Names stay, since the refusal has to be known for them, and so do choices, which prove it,
   * and events, which are counted. A refusal that only a page said erases nothing, not of whom the shop finds it to be
   * of later either.
   */
  #eraseIfRefused(customerId: number, point: string): void {
    const sql = `SELECT max(accepted) AS accepted, min(by_page) AS byPage FROM user_choices
                  WHERE customer_id = ? AND point_id = ?`;
    const { accepted, byPage } = this.#run(sql).get(customerId, point) as Record<string, number | null>;
    if (accepted === 0 && byPage === 0) this.erasures.begin(customerId, point);
  }

  #describe(customerId: number, point: string, profile: UserPointChange & { kind: 'profile' }, at: number): void {
    const { compartment, account, strategy } = profile;
    const sql = 'SELECT properties FROM user_profiles WHERE customer_id = ? AND compartment = ? AND account = ?';
    const row = this.#run(sql).get(customerId, compartment, account) as { properties: string } | undefined;
    const properties = merged(row ? JSON.parse(row.properties) : {}, profile.properties, strategy);
    // Each change is small, and any number of them must not grow for ever.
    if (jsonProblem('user profile', properties)) throw new UserPointError('profile');
    this.#run(
      `INSERT INTO user_profiles VALUES (?, ?, ?, ?, ?, ?, ?)
       ON CONFLICT DO UPDATE SET point_id = excluded.point_id, properties = excluded.properties,
         modified_at = excluded.modified_at`,
    ).run(customerId, compartment, account, point, JSON.stringify(properties), at, at);
  }

  #pointNamed(customerId: number, { kind, compartment, id }: UserPointName): string | undefined {
    const sql =
      'SELECT point_id AS pointId FROM user_names WHERE customer_id = ? AND kind = ? AND compartment = ? AND id = ?';
    return (this.#run(sql).get(customerId, kind, compartment, id) as { pointId: string } | undefined)?.pointId;
  }

  /** @param most where counting ends */
  #countNames(customerId: number, point: string, most: number): number {
    const sql = `SELECT count(*) AS names
                   FROM (SELECT 1 FROM user_names WHERE customer_id = ? AND point_id = ? LIMIT ?)`;
    return (this.#run(sql).get(customerId, point, most) as { names: number }).names;
  }

  #countChoices(customerId: number, point: string): number {
    const sql = `SELECT count(*) AS choices
                   FROM (SELECT 1 FROM user_choices WHERE customer_id = ? AND point_id = ? LIMIT ?)`;
    return (this.#run(sql).get(customerId, point, MAX_PROCESSINGS) as { choices: number }).choices;
  }

  #pointOf(customerId: number, id: string): string | undefined {
    const sql = 'SELECT coalesce(merged_into, id) AS id FROM user_points WHERE customer_id = ? AND id = ?';
    return (this.#run(sql).get(customerId, id) as { id: string } | undefined)?.id;
  }

  #run(sql: string): Database.Statement {
    let statement = this.#statements.get(sql);
    if (!statement) {
      statement = this.#db.prepare(sql);
      this.#statements.set(sql, statement);
    }
    return statement;
  }
}

function merged(known: JsonObject, said: JsonObject, strategy: ProfileStrategy): JsonObject {
  if (strategy === 'replace') return said;
  return strategy === 'merge' ? { ...known, ...said } : deeply(known, said);
}

/** What is an object on both sides is merged, anything else overrides; both are at most `LIMITS.jsonDepth` deep. */
function deeply(known: JsonObject, said: JsonObject): JsonObject {
  const both = Object.entries(said).map(([key, value]): [string, Json] => {
    const before = Object.hasOwn(known, key) ? known[key] : undefined;
    return [key, isObject(before) && isObject(value) ? deeply(before, value) : value];
  });
  return { ...known, ...Object.fromEntries(both) };
}

function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
