import { randomUUID } from 'node:crypto';

/** The millisecond of the last id, and what an id of it begins with. */
let last: number;
let head: string;

/**
 * A UUIDv7 for an event that came without an id. `uuidv7` of the vocabulary counts within a millisecond and works in
 * any browser; here nobody sorts by the id, one is needed for each event of the old protocol, and `randomUUID` has
 * its randomness in stock.
 */
export function newId(at: number): string {
  if (at !== last) {
    const time = at.toString(16).padStart(12, '0');
    head = `${time.slice(0, 8)}-${time.slice(8)}-7`;
    last = at;
  }
  return head + randomUUID().slice(15);
}
