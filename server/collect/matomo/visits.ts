import { createHash, randomBytes } from 'node:crypto';
import type { Visits } from '../../store/events/visits.ts';

/** Milliseconds without an event after which a visit ends. */
const WINDOW_MS = 30 * 60_000;
/** Visitors in memory. Past it, the least recent is dropped, and found again in the database. */
const MAX_VISITORS = 20_000;
/** Visits in memory of one visitor. Past it, the oldest is dropped. */
const MAX_VISITS_OF_ONE = 8;

export interface Visit {
  id: string;
  first: number;
  last: number;
  /** Goals that count in it, each with the id of its event. */
  goals: Map<string, string>;
  /** The id of the logged-in visitor, once one is known. */
  user?: string;
}

/** Hints, beside visitor and time, to the visit of an event. */
interface Hints {
  /** The id of a new visit that begins with this event, whatever came before. */
  anew?: string | undefined;
  /** The visitor id of the logged-in visitor's browser. */
  device?: string | undefined;
}

/** Finds the visit of an event, also among events whose rows are still on their way to the disk. */
export class VisitBook {
  readonly #store: Visits;
  /** By visitor, the least recent first. */
  readonly #visits = new Map<string, Visit[]>();

  constructor(store: Visits) {
    this.#store = store;
  }

  async visitOf(customerId: number, analyticsId: string, at: number, { anew, device }: Hints = {}): Promise<Visit> {
    const visitor = `${customerId} ${analyticsId}`;
    if (anew !== undefined) {
      const known = this.#visits.get(visitor)?.find(({ id }) => id === anew);
      return this.#remember(visitor, known ?? begin(at, anew));
    }
    const visit =
      (await this.#find(customerId, analyticsId, at)) ??
      (device === undefined ? undefined : await this.#join(customerId, analyticsId, at, device)) ??
      // A concurrent request of the same visitor may have begun one.
      this.#known(visitor, at) ??
      begin(at);
    visit.first = Math.min(visit.first, at);
    visit.last = Math.max(visit.last, at);
    return this.#remember(visitor, visit);
  }

  async #find(customerId: number, analyticsId: string, at: number): Promise<Visit | undefined> {
    const visitor = `${customerId} ${analyticsId}`;
    const known = this.#known(visitor, at);
    if (known) return known;
    const stored = await this.#store.visitNear(customerId, analyticsId, at, WINDOW_MS);
    return this.#known(visitor, at) ?? (stored && this.#remember(visitor, recall(stored)));
  }

  /** A visitor who logs in stays in the visit of the browser, unless that is the visit of another logged-in visitor. */
  async #join(customerId: number, analyticsId: string, at: number, device: string): Promise<Visit | undefined> {
    const visit = await this.#find(customerId, device, at);
    if (!visit || (visit.user !== undefined && visit.user !== analyticsId)) return;
    visit.user = analyticsId;
    return visit;
  }

  /** The nearest visit in memory. Of two equally near ones it is the later. */
  #known(visitor: string, at: number): Visit | undefined {
    let nearest: Visit | undefined;
    for (const visit of this.#visits.get(visitor) ?? []) {
      const away = distance(visit, at);
      if (away <= WINDOW_MS && (!nearest || away <= distance(nearest, at))) nearest = visit;
    }
    return nearest;
  }

  #remember(visitor: string, visit: Visit): Visit {
    const visits = this.#visits.get(visitor) ?? [];
    if (!visits.includes(visit)) visits.push(visit);
    if (visits.length > MAX_VISITS_OF_ONE) visits.shift();
    this.#visits.delete(visitor);
    this.#visits.set(visitor, visits);
    const [eldest] = this.#visits.keys();
    if (this.#visits.size > MAX_VISITORS && eldest !== undefined) this.#visits.delete(eldest);
    return visit;
  }
}

/** Milliseconds between a time and a visit; 0 within it. */
function distance({ first, last }: Visit, at: number): number {
  return Math.max(first - at, at - last, 0);
}

function begin(at: number, id = newVisitId()): Visit {
  return { id, first: at, last: at, goals: new Map() };
}

/** @param eventId the first event: repeated, it begins the same visit. Without it the id is random */
export function newVisitId(eventId?: string): string {
  const bytes = eventId === undefined ? randomBytes(8) : createHash('sha256').update(eventId).digest().subarray(0, 8);
  return bytes.toString('hex');
}

function recall({ visit, at, goals }: { visit: string; at: number; goals: [string, string][] }): Visit {
  return { id: visit, first: at, last: at, goals: new Map(goals) };
}
