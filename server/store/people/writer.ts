import type Database from 'better-sqlite3';
import { uuidv7 } from '../../../src/events/id.ts';
import { jsonProblem } from '../../../src/events/validate.ts';
import type { Json, JsonObject } from '../../../src/events/vocabulary.ts';
import type { PersonAct, PersonChange, PersonName, ProfileStrategy } from './people.ts';

/** An act with the customer it belongs to, on its way to the writer. */
export type PlacedAct = PersonAct & { customerId: number };

/** The tables that hold a customer's people. The user points are the last. */
export const TABLES_OF_PEOPLE = [
  'user_choice_log',
  'user_choices',
  'user_profiles',
  'user_names',
  'user_points',
] as const;

/** Says acts of people in the writer's transaction. */
export class PeopleWriter {
  readonly #db: Database.Database;
  readonly #statements = new Map<string, Database.Statement>();

  constructor(db: Database.Database) {
    this.#db = db;
  }

  /** All of an act or nothing of it. @returns false where the act cannot be, and nothing has changed */
  readonly apply = (act: PlacedAct): boolean => {
    let done = false;
    // Within the writer's transaction this is a savepoint.
    this.#db.transaction(() => {
      done = this.#apply(act);
    })();
    return done;
  };

  #apply({ customerId, names, point, at, change }: PlacedAct): boolean {
    const chosen = point === undefined ? undefined : this.#pointOf(customerId, point);
    if (point !== undefined && chosen === undefined) return false;
    const id = this.#resolve(customerId, names, chosen, at);
    if (change?.kind === 'choice') this.#choose(customerId, id, change, at);
    return change?.kind !== 'profile' || this.#describe(customerId, id, change, at);
  }

  /** The one user point of all these names. The oldest of several takes the others in. */
  #resolve(customerId: number, names: readonly PersonName[], chosen: string | undefined, at: number): string {
    const found = names.flatMap(({ kind, compartment, id }) => {
      const sql =
        'SELECT point_id AS pointId FROM user_names WHERE customer_id = ? AND kind = ? AND compartment = ? AND id = ?';
      const row = this.#run(sql).get(customerId, kind, compartment, id) as { pointId: string } | undefined;
      return row ? [row.pointId] : [];
    });
    // The ids begin with their time.
    const [oldest, ...others] = [...new Set(chosen === undefined ? found : [chosen, ...found])].sort();
    const point = oldest ?? uuidv7(at);
    if (oldest === undefined)
      this.#run('INSERT INTO user_points (customer_id, id, created_at) VALUES (?, ?, ?)').run(customerId, point, at);
    for (const other of others) this.#merge(customerId, other, point);
    for (const { kind, compartment, id, email } of names)
      this.#run(
        `INSERT INTO user_names VALUES (?, ?, ?, ?, ?, ?)
         ON CONFLICT DO UPDATE SET email = coalesce(excluded.email, email)`,
      ).run(customerId, kind, compartment, id, point, email ?? null);
    if (others.length > 0) this.#eraseIfRefused(customerId, point);
    return point;
  }

  #merge(customerId: number, from: string, into: string): void {
    const move = [into, customerId, from];
    this.#run('UPDATE user_names SET point_id = ? WHERE customer_id = ? AND point_id = ?').run(move);
    this.#run('UPDATE user_profiles SET point_id = ? WHERE customer_id = ? AND point_id = ?').run(move);
    this.#run('UPDATE OR REPLACE user_choice_log SET point_id = ? WHERE customer_id = ? AND point_id = ?').run(move);
    this.#run(
      `INSERT INTO user_choices
       SELECT customer_id, ?, processing, at, accepted, body, received_at
         FROM user_choices WHERE customer_id = ? AND point_id = ?
       ON CONFLICT DO UPDATE SET at = excluded.at, accepted = excluded.accepted, body = excluded.body,
         received_at = excluded.received_at WHERE excluded.at > user_choices.at`,
    ).run(move);
    this.#run('DELETE FROM user_choices WHERE customer_id = ? AND point_id = ?').run(customerId, from);
    this.#run('UPDATE user_points SET merged_into = ? WHERE customer_id = ? AND merged_into = ?').run(move);
    this.#run('UPDATE user_points SET merged_into = ? WHERE customer_id = ? AND id = ?').run(move);
  }

  /** A choice that is older than what is known is kept in the log and changes nothing. */
  #choose(customerId: number, point: string, choice: PersonChange & { kind: 'choice' }, receivedAt: number): void {
    const { processing, accepted } = choice;
    // A clock that is ahead must not keep later choices from counting.
    const at = Math.min(choice.at, receivedAt);
    const values = [customerId, point, processing, at, Number(accepted), JSON.stringify(choice.body), receivedAt];
    this.#run('INSERT INTO user_choice_log VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING').run(values);
    const { changes } = this.#run(
      `INSERT INTO user_choices VALUES (?, ?, ?, ?, ?, ?, ?)
       ON CONFLICT DO UPDATE SET at = excluded.at, accepted = excluded.accepted, body = excluded.body,
         received_at = excluded.received_at WHERE excluded.at >= user_choices.at`,
    ).run(values);
    if (changes > 0 && !accepted) this.#eraseIfRefused(customerId, point);
  }

  /**
   * A refusal that leaves nothing accepted, whether the person says it or turns out to be who said it, erases what the
   * shop knew of the person: profiles, what the events that changed them said, and plain e-mail addresses. Names stay, since the refusal has to be known for them, and so do
   * choices, which prove it, and events, which are counted.
   */
  #eraseIfRefused(customerId: number, point: string): void {
    const sql = 'SELECT max(accepted) AS accepted FROM user_choices WHERE customer_id = ? AND point_id = ?';
    if ((this.#run(sql).get(customerId, point) as { accepted: number | null }).accepted !== 0) return;
    this.#run('DELETE FROM user_profiles WHERE customer_id = ? AND point_id = ?').run(customerId, point);
    const accounts = this.#run(
      "SELECT compartment, id FROM user_names WHERE customer_id = ? AND point_id = ? AND kind = 'account'",
    ).all(customerId, point) as { compartment: string; id: string }[];
    for (const { compartment, id } of accounts)
      this.#run(
        `UPDATE events SET props = json_remove(props, '$.properties') WHERE customer_id = ? AND kind = 'profile'
           AND json_extract(props, '$.account') = ? AND json_extract(props, '$.compartment') = ?`,
      ).run(customerId, id, compartment);
    this.#run('UPDATE user_names SET email = NULL WHERE customer_id = ? AND point_id = ?').run(customerId, point);
  }

  #describe(customerId: number, point: string, profile: PersonChange & { kind: 'profile' }, at: number): boolean {
    const { compartment, account, strategy } = profile;
    const sql = 'SELECT properties FROM user_profiles WHERE customer_id = ? AND compartment = ? AND account = ?';
    const row = this.#run(sql).get(customerId, compartment, account) as { properties: string } | undefined;
    const properties = merged(row ? JSON.parse(row.properties) : {}, profile.properties, strategy);
    // Each change is small, and any number of them must not grow for ever.
    if (jsonProblem('user profile', properties)) return false;
    this.#run(
      `INSERT INTO user_profiles VALUES (?, ?, ?, ?, ?, ?, ?)
       ON CONFLICT DO UPDATE SET point_id = excluded.point_id, properties = excluded.properties,
         modified_at = excluded.modified_at`,
    ).run(customerId, compartment, account, point, JSON.stringify(properties), at, at);
    return true;
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
