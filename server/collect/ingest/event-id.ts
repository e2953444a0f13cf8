import { randomUUID } from 'node:crypto';

/** The millisecond of the last id, and the beginning of every id of that millisecond. */
let lastMs: number;
let lastHead: string;

/**
 * A UUIDv7 for an event that came without an id, as every event of an old tracker does. `uuidv7` of the vocabulary is
 * slower: it counts within a millisecond and works in any browser. Nobody sorts by these ids, and `randomUUID` keeps a pool
 * of random bytes.
 */
export function newEventId(at: number): string {
  if (at !== lastMs) {
    const time = at.toString(16).padStart(12, '0');
    lastHead = `${time.slice(0, 8)}-${time.slice(8)}-7`;
    lastMs = at;
  }
  return lastHead + randomUUID().slice(15);
}
