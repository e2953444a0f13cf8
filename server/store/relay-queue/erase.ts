import type Database from 'better-sqlite3';
import type { Steps } from '../events/erasure/steps.ts';

/** Activities that are read at once: each may have a megabyte. */
const STEP_ACTIVITIES = 20;

/**
 * Counts activities that wait for a relay and name one of these browsers, and erases them where told to. The queue is
 * bounded, and bodies have no index.
 * @returns how many there are
 */
export function* relayedOf(
  db: Database.Database,
  customerId: number,
  ids: readonly string[],
  erase: boolean,
): Steps<number> {
  const page = db.prepare<[number, number, number], { id: number; body: string }>(
    'SELECT id, body FROM relay_queue WHERE customer_id = ? AND id > ? ORDER BY id LIMIT ?',
  );
  const remove = db.prepare('DELETE FROM relay_queue WHERE id = ?');
  const names = new Set(ids);
  let count = 0;
  let last = 0;
  for (;;) {
    const activities = page.all(customerId, last, STEP_ACTIVITIES);
    const found = activities.filter(({ body }) => browsersOf(body).some((id) => names.has(id)));
    if (erase) for (const { id } of found) remove.run(id);
    count += found.length;
    const end = activities.at(-1);
    if (!end) return count;
    last = end.id;
    yield;
  }
}

/** The browsers that an activity names, in the list of its identifiers or, as older clients write it, beside it. */
function browsersOf(body: string): string[] {
  const { $user_identifiers: listed, $user_agent_id: beside } = JSON.parse(body) as Record<string, unknown>;
  const named = Array.isArray(listed)
    ? listed.map((one) => (one as Record<string, unknown> | null)?.$user_agent_id)
    : [];
  return [...named, beside].filter((id) => typeof id === 'string').map((id) => id.replace(/^vec:(?=.)/s, ''));
}
