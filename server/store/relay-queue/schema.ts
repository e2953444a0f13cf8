/**
 * The queue of relayed activities in `events.db`, whose writer's thread and group commit it shares: a step of its
 * migrations, never edited once released. The index answers what is next and how much waits without reading bodies.
 */
export const RELAY_QUEUE = `
  CREATE TABLE IF NOT EXISTS relay_queue (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    customer_id INTEGER NOT NULL,
    relay_id INTEGER NOT NULL,
    tries INTEGER NOT NULL DEFAULT 0,
    bytes INTEGER NOT NULL,
    received_at INTEGER NOT NULL,
    clock INTEGER,
    body TEXT NOT NULL
  ) STRICT;
  CREATE INDEX IF NOT EXISTS relay_queue_by_tries ON relay_queue (relay_id, tries, id, bytes);`;
