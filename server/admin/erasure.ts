import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import Type from 'typebox';
import { LIMITS } from '../../src/events/limits.ts';
import { ROOT } from '../config.ts';
import { MIN_KEEP_DAYS, parseDays } from '../config-values.ts';
import type { ContentStore } from '../store/content/content-store.ts';
import { DAY_MS } from '../store/events/days.ts';
import { MAX_JOINED, type VisitorErasure, type VisitorRows } from '../store/events/erasure/erasure.ts';
import type { EventStore } from '../store/events/event-store.ts';
import { findCustomer } from './customers.ts';
import { AdminError } from './errors.ts';
import type { Input } from './input.ts';

export const ForgetOrder = Type.Object(
  {
    visitor: Type.String({ description: 'The exact `analytics_id`: any text of at most 256 characters.' }),
    joined: Type.Optional(
      Type.String({
        description:
          '`erase` or `keep` the ids that are joined to it, by `identify` or by a user point with both. Needed if there are any.',
      }),
    ),
    dryRun: Type.Optional(Type.Boolean({ description: 'Only count, and erase nothing.' })),
  },
  { examples: [{ visitor: 'visitor-17', joined: 'erase' }] },
);
export type ForgetOrder = Input<typeof ForgetOrder>;

/** The result of an erasure: what was erased of a visitor, and what was not. */
export interface ForgetReceipt extends Pick<VisitorErasure, 'erased' | 'moreJoined' | 'userPoints' | 'logRewritten'> {
  customer: { id: number; key: string };
  /** The time of the erasure, in ISO 8601. */
  at: string;
  /** The version of this service. */
  version: string;
  ids: (Omit<VisitorRows, 'from' | 'to'> & { from: string | null; to: string | null })[];
  relayedActivities: number;
  /** The data that an erasure does not reach, in sentences. */
  remains: string[];
}

/** The data that an erasure does not reach. */
export const REMAINS = [
  'Totals, which have no ids: reports still count the erased events.',
  'Earlier backups, which have all of the data until you delete them.',
  'Data that the page or a relay has sent to other servers.',
  'Uploads, reports of media and their e-mail addresses, which belong to no analytics_id.',
  'A hash of each erased id, for 31 days, so that events from before the erasure are not stored later.',
];

const { version } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { version: string };

/**
 * Erases what is stored of a visitor.
 * @throws {AdminError} 409 if other ids are joined to the visitor's and the order does not say what becomes of them
 */
export async function forgetVisitor(
  contentStore: ContentStore,
  eventStore: EventStore,
  customerId: number,
  { visitor, joined, dryRun = false }: ForgetOrder,
): Promise<ForgetReceipt> {
  if (visitor === '' || visitor.length > LIMITS.analyticsId || visitor.includes('\0'))
    throw new AdminError(400, `A visitor is an analytics_id: 1 to ${LIMITS.analyticsId} characters without NUL.`);
  if (joined !== undefined && joined !== 'erase' && joined !== 'keep')
    throw new AdminError(400, 'What becomes of joined ids is "erase" or "keep".');
  const customer = await findCustomer(contentStore, customerId);
  const done = await eventStore.erasure.forgetVisitor(customerId, visitor, { joined, dryRun });
  if (!done.erased && !dryRun) throw new AdminError(409, undecided(done, joined));
  return receiptOf(done, { id: customer.id, key: customer.key });
}

function undecided({ ids, moreJoined }: VisitorErasure, joined: string | undefined): string {
  if (joined === 'erase' && moreJoined)
    return `Nothing is erased: more than ${MAX_JOINED} other ids are joined to this one, which no real visitor has. Keep them, and forget the visitor's own ids one by one.`;
  const others = `${moreJoined ? 'More than ' : ''}${ids.length - 1}`;
  return `Nothing is erased: other ids are joined to this one (${others}), and a page can join any two ids. List them with a dry run, then choose whether to erase them too (--with-joined, "joined": "erase") or not (--without-joined, "joined": "keep").`;
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
 * The number of days in an age such as `400d`.
 * @throws {AdminError} for another text, and for an age below the minimum
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
 * Erases events that are older than a number of days. Their totals stay.
 * @param customerId the only customer whose events are erased; without it, those of all customers
 * @returns the number of erased events
 */
export async function pruneEvents(eventStore: EventStore, days: number, customerId?: number): Promise<number> {
  const before = Date.now() - days * DAY_MS;
  let erased = 0;
  for (let more = true; more; ) {
    const pruned = await eventStore.erasure.prune(before, customerId);
    erased += pruned.events;
    more = pruned.more;
  }
  return erased;
}
