import { createHash, randomBytes } from 'node:crypto';
import type { Visits } from '../../store/events/visits.ts';

/** A visit ends after this long without any act. */
const WINDOW_MS = 30 * 60_000;
/** Visitors in memory, and visits of one of them; those that are not are found in the database. */
const MOST = 20_000;
const MOST_OF_ONE = 8;

export interface Visit {
  id: string;
  first: number;
  last: number;
  /** Goals that count in it, each with the id of the event that brought it. */
  goals: Map<string, string>;
  /** The logged-in visitor whose visit it is, as far as one is known. */
  user?: string;
}

/** What else says to which visit an act belongs. */
interface Hints {
  /** The id of the new visit that begins with this act, whatever came before. */
  anew?: string | undefined;
  /** The visitor id of the browser that a logged-in visitor uses. */
  device?: string | undefined;
}

/** Says to which visit an act belongs, also for acts whose rows are still on their way to the disk. */
export class VisitBook {
  readonly #store: Visits;
  /** By visitor, the one that acted least recently first. */
  readonly #visits = new Map<string, Visit[]>();

  constructor(store: Visits) {
    this.#store = store;
  }

  async visitOf(customerId: number, analyticsId: string, at: number, { anew, device }: Hints = {}): Promise<Visit> {
    const visitor = `${customerId} ${analyticsId}`;
    if (anew !== undefined) {
      const known = this.#visits.get(visitor)?.find(({ id }) => id === anew);
      return this.#keep(visitor, known ?? begin(at, anew));
    }
    const visit =
      (await this.#find(customerId, analyticsId, at)) ??
      (device === undefined ? undefined : await this.#join(customerId, analyticsId, at, device)) ??
      // Another request of the same visitor may have begun one in the meantime.
      this.#known(visitor, at) ??
      begin(at);
    visit.first = Math.min(visit.first, at);
    visit.last = Math.max(visit.last, at);
    return this.#keep(visitor, visit);
  }

  async #find(customerId: number, analyticsId: string, at: number): Promise<Visit | undefined> {
    const visitor = `${customerId} ${analyticsId}`;
    const known = this.#known(visitor, at);
    if (known) return known;
    const stored = await this.#store.visitNear(customerId, analyticsId, at, WINDOW_MS);
    return this.#known(visitor, at) ?? (stored && this.#keep(visitor, recall(stored)));
  }

  /** Who logs in stays in the visit of the browser, unless it is another's who logged in there before. */
  async #join(customerId: number, analyticsId: string, at: number, device: string): Promise<Visit | undefined> {
    const visit = await this.#find(customerId, device, at);
    if (!visit || (visit.user !== undefined && visit.user !== analyticsId)) return;
    visit.user = analyticsId;
    return visit;
  }

  /** The nearest one, of two that are as near the one that began after the other. */
  #known(visitor: string, at: number): Visit | undefined {
    let nearest: Visit | undefined;
    for (const visit of this.#visits.get(visitor) ?? []) {
      const away = distance(visit, at);
      if (away <= WINDOW_MS && (!nearest || away <= distance(nearest, at))) nearest = visit;
    }
    return nearest;
  }

  #keep(visitor: string, visit: Visit): Visit {
    const visits = this.#visits.get(visitor) ?? [];
    if (!visits.includes(visit)) visits.push(visit);
    if (visits.length > MOST_OF_ONE) visits.shift();
    this.#visits.delete(visitor);
    this.#visits.set(visitor, visits);
    const [eldest] = this.#visits.keys();
    if (this.#visits.size > MOST && eldest !== undefined) this.#visits.delete(eldest);
    return visit;
  }
}

/** How long before a visit, or after it, a time is. */
function distance({ first, last }: Visit, at: number): number {
  return Math.max(first - at, at - last, 0);
}

function begin(at: number, id = newVisitId()): Visit {
  return { id, first: at, last: at, goals: new Map() };
}

/** Of the act that begins it, so that the same act said again begins the same visit; without it any. */
export function newVisitId(act?: string): string {
  const bytes = act === undefined ? randomBytes(8) : createHash('sha256').update(act).digest().subarray(0, 8);
  return bytes.toString('hex');
}

function recall({ visit, at, goals }: { visit: string; at: number; goals: [string, string][] }): Visit {
  return { id: visit, first: at, last: at, goals: new Map(goals) };
}
