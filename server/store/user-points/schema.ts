/** The tables of user points in `events.db`: a step of its migrations, never edited once released. */
export const USER_POINT_SCHEMA = `
  CREATE TABLE IF NOT EXISTS user_points (
    customer_id INTEGER NOT NULL,
    id TEXT NOT NULL,
    merged_into TEXT,
    created_at INTEGER NOT NULL,
    PRIMARY KEY (customer_id, id)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX IF NOT EXISTS user_points_merged ON user_points (customer_id, merged_into) WHERE merged_into IS NOT NULL;
  CREATE TABLE IF NOT EXISTS user_names (
    customer_id INTEGER NOT NULL,
    kind TEXT NOT NULL,
    compartment TEXT NOT NULL,
    id TEXT NOT NULL,
    point_id TEXT NOT NULL,
    email TEXT,
    PRIMARY KEY (customer_id, kind, compartment, id)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX IF NOT EXISTS user_names_by_point ON user_names (customer_id, point_id);
  CREATE TABLE IF NOT EXISTS user_profiles (
    customer_id INTEGER NOT NULL,
    compartment TEXT NOT NULL,
    account TEXT NOT NULL,
    point_id TEXT NOT NULL,
    properties TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    modified_at INTEGER NOT NULL,
    PRIMARY KEY (customer_id, compartment, account)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX IF NOT EXISTS user_profiles_by_point ON user_profiles (customer_id, point_id);
  CREATE INDEX IF NOT EXISTS events_by_account ON events (customer_id, json_extract(props, '$.account'))
    WHERE kind = 'profile';
  CREATE TABLE IF NOT EXISTS user_choices (
    customer_id INTEGER NOT NULL,
    point_id TEXT NOT NULL,
    processing TEXT NOT NULL,
    at INTEGER NOT NULL,
    accepted INTEGER NOT NULL,
    body TEXT NOT NULL,
    received_at INTEGER NOT NULL,
    PRIMARY KEY (customer_id, point_id, processing)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS user_choice_log (
    customer_id INTEGER NOT NULL,
    point_id TEXT NOT NULL,
    processing TEXT NOT NULL,
    at INTEGER NOT NULL,
    accepted INTEGER NOT NULL,
    body TEXT NOT NULL,
    received_at INTEGER NOT NULL,
    PRIMARY KEY (customer_id, point_id, processing, at, accepted)
  ) STRICT, WITHOUT ROWID;`;

/**
 * Who said the choice that holds (`by_page`: a token that stands in pages), and what a refusal has still to erase of what
 * events said of an account: those up to `up_to`, a row of `events`, of which those up to `done_to` are done. What is to
 * be erased of a user point that has more names than a point may have, name by name, is behind its last one that is done.
 */
export const PAGE_CHOICES_AND_ERASURES = `
  ALTER TABLE user_choices ADD COLUMN by_page INTEGER NOT NULL DEFAULT 0;
  CREATE TABLE account_erasures (
    customer_id INTEGER NOT NULL,
    compartment TEXT NOT NULL,
    account TEXT NOT NULL,
    up_to INTEGER NOT NULL,
    done_to INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (customer_id, compartment, account)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE point_erasures (
    customer_id INTEGER NOT NULL,
    point_id TEXT NOT NULL,
    up_to INTEGER NOT NULL,
    kind TEXT NOT NULL,
    compartment TEXT NOT NULL,
    name TEXT NOT NULL,
    PRIMARY KEY (customer_id, point_id)
  ) STRICT, WITHOUT ROWID;`;
