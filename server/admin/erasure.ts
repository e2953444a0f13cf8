import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { LIMITS } from '../../src/events/limits.ts';
import { ROOT } from '../config.ts';
import { MIN_KEEP_DAYS, parseDays } from '../config-values.ts';
import type { ContentStore } from '../store/content/content-store.ts';
import { MAX_JOINED, type VisitorErasure, type VisitorRows } from '../store/events/erasure/erasure.ts';
import { DAY_MS, type EventStore } from '../store/events/event-store.ts';
import { AdminError } from './actions.ts';

export interface ForgetOrder {
  /** The `analytics_id`, which is any text and never parsed. */
  visitor: string;
  /** What becomes of ids that are joined to it. */
  joined?: string | undefined;
  dryRun?: boolean | undefined;
}

/** What was erased of a visitor, and what was not. */
export interface ForgetReceipt extends Pick<VisitorErasure, 'erased' | 'moreJoined' | 'userPoints' | 'logRewritten'> {
  customer: { id: number; key: string };
  /** Times as ISO 8601. */
  at: string;
  /** Of this Vitrine. */
  version: string;
  ids: (Omit<VisitorRows, 'from' | 'to'> & { from: string | null; to: string | null })[];
  relayedActivities: number;
  /** What an erasure does not reach, in sentences. */
  remains: string[];
}

/** What an erasure does not reach. */
export const REMAINS = [
  'Totals, which hold no ids: reports count what was erased.',
  'Backups made before: copies with all of it, until you delete them.',
  'What other servers were sent, by the page or by a relay.',
  'Uploads, reports of media and their e-mail addresses, which belong to no analytics_id.',
  'A hash of each erased id, for 31 days: events from before the erasure that a browser still had are not stored.',
];

const { version } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { version: string };

/**
 * Erases what is stored of a visitor.
 * @throws {AdminError} 409 where other ids are joined to the visitor's, and nobody said what becomes of them
 */
export async function forgetVisitor(
  store: ContentStore,
  events: EventStore,
  customerId: number,
  { visitor, joined, dryRun = false }: ForgetOrder,
): Promise<ForgetReceipt> {
  if (visitor === '' || visitor.length > LIMITS.analyticsId || visitor.includes('\0'))
    throw new AdminError(400, `A visitor is an analytics_id: 1 to ${LIMITS.analyticsId} characters without NUL.`);
  if (joined !== undefined && joined !== 'erase' && joined !== 'keep')
    throw new AdminError(400, 'What becomes of joined ids is "erase" or "keep".');
  const customer = await store.customer(customerId);
  if (!customer) throw new AdminError(404, `There is no customer ${customerId}.`);
  const done = await events.erasure.forgetVisitor(customerId, visitor, { joined, dryRun });
  if (!done.erased && !dryRun) throw new AdminError(409, undecided(done, joined));
  return receiptOf(done, { id: customer.id, key: customer.key });
}

function undecided({ ids, moreJoined }: VisitorErasure, joined: string | undefined): string {
  if (joined === 'erase' && moreJoined)
    return `Nothing is erased: more than ${MAX_JOINED} other ids are joined to this one, which no visitor has. Keep them, and name those that are the visitor's one by one.`;
  const others = `${moreJoined ? 'More than ' : ''}${ids.length - 1}`;
  return `Nothing is erased: other ids are joined to this one (${others}), and a page can say so of any two. See them with a dry run, then say whether these are erased, too (--with-joined, "joined": "erase") or not (--without-joined, "joined": "keep").`;
}

function receiptOf(done: VisitorErasure, customer: ForgetReceipt['customer']): ForgetReceipt {
  const { erased, at, ids, moreJoined, userPoints, relayed, logRewritten } = done;
  return {
    ...{ customer, erased, at: new Date(at).toISOString(), version },
    ids: ids.map(({ from, to, ...rows }) => ({ ...rows, from: timeOf(from), to: timeOf(to) })),
    ...{ moreJoined, userPoints, relayedActivities: relayed, logRewritten, remains: REMAINS },
  };
}

function timeOf(ms: number | undefined): string | null {
  return ms === undefined ? null : new Date(ms).toISOString();
}

/**
 * The days of an age, as `400d`.
 * @throws {AdminError} when it is none, or so few that events may not be erased for it
 */
export function ageOf(olderThan: string): number {
  const days = parseDays(olderThan);
  if (days !== undefined) return days;
  throw new AdminError(
    400,
    `--older-than is a number of days of at least ${MIN_KEEP_DAYS}, as 400d: until then a browser may send an event again, and it is known by its row.`,
  );
}

/**
 * Erases events that are older than a number of days, and leaves them counted.
 * @param customerId of one customer only
 * @returns how many there were
 */
export async function pruneEvents(events: EventStore, days: number, customerId?: number): Promise<number> {
  const before = Date.now() - days * DAY_MS;
  let erased = 0;
  for (let more = true; more; ) {
    const pruned = await events.erasure.prune(before, customerId);
    erased += pruned.events;
    more = pruned.more;
  }
  return erased;
}
