import { hash } from 'node:crypto';
import type Database from 'better-sqlite3';
import { at, type RowValues } from '../event-row.ts';

const CUSTOMER = at('customer_id');
const ANALYTICS_ID = at('analytics_id');
const OCCURRED = at('occurred_at');

/**
 * Milliseconds for which an erased id is known, as a hash. A tracker keeps what it could not send for 14 days, and an event
 * that is said to be more than 30 days old gets the time of its arrival: what comes later is a new event.
 */
export const ERASED_ID_MS = 31 * 86_400_000;

/** Under which an erased id is kept: the id itself is gone. */
export function erasedHash(customerId: number, analyticsId: string): string {
  return hash('sha256', `${customerId} ${analyticsId}`);
}

/** Forgets the hashes of visitors that were erased long ago. */
export function expireErasedIds(db: Database.Database, now: number): void {
  db.prepare('DELETE FROM erased_ids WHERE erased_at < ?').run(now - ERASED_ID_MS);
}

/** The visitors that were erased lately, as the writer knows them: it asks for each event, and mostly there are none. */
export class ErasedIds {
  readonly #later: Database.Statement<[number], [seq: number, hash: string, erasedAt: number]>;
  readonly #others: Database.Statement<[], number>;
  readonly #erasedAt = new Map<string, number>();
  #seen: number | undefined;
  #last = 0;

  constructor(db: Database.Database) {
    this.#later = db
      .prepare<[number], [number, string, number]>(
        'SELECT seq, hash, erased_at FROM erased_ids WHERE seq > ? ORDER BY seq',
      )
      .raw();
    // Changes when another connection commits: erasure has one of its own.
    this.#others = db.prepare<[], number>('PRAGMA data_version').pluck();
  }

  /** To be called before a transaction writes. */
  begin(): void {
    const version = this.#others.get();
    if (version === this.#seen) return;
    this.#seen = version;
    for (const [seq, hash, erasedAt] of this.#later.iterate(this.#last)) {
      this.#last = seq;
      this.#erasedAt.set(hash, erasedAt);
    }
  }

  /** Whether a row is of an erased visitor and happened before the erasure. What happens after it is stored as ever. */
  has(row: RowValues): boolean {
    if (this.#erasedAt.size === 0) return false;
    const hash = erasedHash(row[CUSTOMER] as number, row[ANALYTICS_ID] as string);
    const erasedAt = this.#erasedAt.get(hash);
    if (erasedAt === undefined) return false;
    if (erasedAt < Date.now() - ERASED_ID_MS) this.#erasedAt.delete(hash);
    return this.#erasedAt.has(hash) && (row[OCCURRED] as number) <= erasedAt;
  }
}
