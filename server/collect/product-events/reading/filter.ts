import Type, { type Static } from 'typebox';
import { LIMITS } from '../../../../src/events/limits.ts';
import { actionOfType } from '../../../../src/wires/product-events/decode.ts';
import { DAY_MS } from '../../../store/events/event-store.ts';
import type { ProductFilter } from '../../../store/events/reading/product-events.ts';
import { MAX_KEYS_FOUND } from '../../../store/events/totals/facets.ts';
import { USER_AGENT_CHARACTERS } from '../../ingest/event-row.ts';
import { notListed } from '../errors.ts';

/** Keys of metadata that one question may name. */
const MOST_KEYS = 20;
const MOST_PAGES = 1_000_000;
export const MOST_PER_PAGE = 100;

/** What list and views take alike. */
export const filterQuery = {
  bearer_token: Type.Optional(Type.String({ description: 'A private token, where there is no bearer header.' })),
  orgId: Type.Optional(Type.String({ description: 'The organization of the token.' })),
  metadata: Type.Optional(
    Type.String({
      description: `A JSON object: keys of \`eventMetadata\` with their values, all of which must match. An event is found by its first ${MAX_KEYS_FOUND} keys.`,
    }),
  ),
  device: Type.Optional(Type.String({ description: 'A User-Agent, exactly.' })),
  referer: Type.Optional(Type.String({ description: 'A page, exactly, or an origin for all of its pages.' })),
  eventType: Type.Optional(Type.String({ description: 'One type of events; all of them without it.' })),
  page: Type.Optional(Type.String({ description: 'From 1.' })),
  perPage: Type.Optional(Type.String({ description: `At most ${MOST_PER_PAGE}.` })),
};
const Query = Type.Object(filterQuery);

/** @throws {ProductError} 422, when it asks for what cannot be meant */
export function filterOf(query: Static<typeof Query>): ProductFilter {
  const { device, referer, eventType, metadata } = query;
  const action = eventType ? actionOfType(eventType) : undefined;
  if (eventType && !action) throw notListed('eventType: is not known');
  return {
    action,
    // As much of them as is stored.
    device: device?.slice(0, USER_AGENT_CHARACTERS) || undefined,
    referer: referer?.slice(0, LIMITS.url) || undefined,
    metadata: metadata ? metadataOf(metadata) : undefined,
  };
}

/** @throws {ProductError} 422 */
export function pageOf({ page, perPage }: Static<typeof Query>, usual: number): { page: number; perPage: number } {
  return {
    page: whole('page', page, 1, MOST_PAGES),
    perPage: whole('perPage', perPage, usual, MOST_PER_PAGE),
  };
}

/** The UTC day that `YYYY/MM/DD` names; its hyphens are as good. @throws {ProductError} 422 */
export function dayOfDate(field: string, text: string): number {
  const [, year, month, day] = /^(\d{4})[/-](\d{2})[/-](\d{2})$/.exec(text) ?? [];
  const at = Date.parse(`${year}-${month}-${day}T00:00:00Z`);
  // 31 February is read as a day of March by some engines.
  if (Number.isNaN(at) || new Date(at).getUTCDate() !== Number(day))
    throw notListed(`${field}: expected a day, as in 2026/05/17`);
  return at / DAY_MS;
}

function whole(field: string, text: string | undefined, usual: number, most: number): number {
  if (!text) return usual;
  const value = Number(text);
  if (!/^\d+$/.test(text) || value < 1 || value > most)
    throw notListed(`${field}: expected a whole number from 1 to ${most}`);
  return value;
}

function metadataOf(text: string): Record<string, unknown> | undefined {
  let said: unknown;
  try {
    said = JSON.parse(text);
  } catch {}
  if (typeof said !== 'object' || said === null || Array.isArray(said))
    throw notListed('metadata: expected a JSON object');
  const keys = Object.keys(said);
  if (keys.length > MOST_KEYS) throw notListed(`metadata: at most ${MOST_KEYS} keys`);
  return keys.length > 0 ? (said as Record<string, unknown>) : undefined;
}
