import Type, { type Static } from 'typebox';
import { LIMITS } from '../../../../src/events/limits.ts';
import { actionOfType } from '../../../../src/wires/product-events/decode.ts';
import { DAY_MS } from '../../../store/events/days.ts';
import type { ProductFilter } from '../../../store/events/reading/product-events.ts';
import { MAX_KEYS_FOUND } from '../../../store/events/totals/facets.ts';
import { MAX_USER_AGENT_CHARACTERS } from '../../ingest/event-row.ts';
import { notListed } from '../errors.ts';

/** Keys of metadata in one filter. More are refused. */
const MAX_KEYS = 20;
const MAX_PAGES = 1_000_000;
export const MAX_PER_PAGE = 100;

/** The parameters that listing and counting share. */
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
  perPage: Type.Optional(Type.String({ description: `At most ${MAX_PER_PAGE}.` })),
};
const Query = Type.Object(filterQuery);

/** @throws {ProductEventError} 422 for a filter that makes no sense */
export function filterOf(query: Static<typeof Query>): ProductFilter {
  const { device, referer, eventType, metadata } = query;
  const action = eventType ? actionOfType(eventType) : undefined;
  if (eventType && !action) throw notListed('eventType: is not known');
  return {
    action,
    // Both are cut as they are cut when they are stored.
    device: device?.slice(0, MAX_USER_AGENT_CHARACTERS) || undefined,
    referer: referer?.slice(0, LIMITS.url) || undefined,
    metadata: metadata ? metadataOf(metadata) : undefined,
  };
}

/** @throws {ProductEventError} 422 */
export function pageOf({ page, perPage }: Static<typeof Query>, fallback: number): { page: number; perPage: number } {
  return {
    page: whole('page', page, 1, MAX_PAGES),
    perPage: whole('perPage', perPage, fallback, MAX_PER_PAGE),
  };
}

/** The UTC day of `YYYY/MM/DD` or `YYYY-MM-DD`. @throws {ProductEventError} 422 */
export function dayOfDate(field: string, text: string): number {
  const [, year, month, day] = /^(\d{4})[/-](\d{2})[/-](\d{2})$/.exec(text) ?? [];
  const at = Date.parse(`${year}-${month}-${day}T00:00:00Z`);
  // Some engines read 31 February as a day of March.
  if (Number.isNaN(at) || new Date(at).getUTCDate() !== Number(day))
    throw notListed(`${field}: expected a day, as in 2026/05/17`);
  return at / DAY_MS;
}

function whole(field: string, text: string | undefined, fallback: number, max: number): number {
  if (!text) return fallback;
  const value = Number(text);
  if (!/^\d+$/.test(text) || value < 1 || value > max)
    throw notListed(`${field}: expected a whole number from 1 to ${max}`);
  return value;
}

function metadataOf(text: string): Record<string, unknown> | undefined {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {}
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed))
    throw notListed('metadata: expected a JSON object');
  const keys = Object.keys(parsed);
  if (keys.length > MAX_KEYS) throw notListed(`metadata: at most ${MAX_KEYS} keys`);
  return keys.length > 0 ? (parsed as Record<string, unknown>) : undefined;
}
