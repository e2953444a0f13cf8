import { hash } from 'node:crypto';

/**
 * What acts on products are found by: all of them, each type, device, page and origin, and each piece of metadata. For
 * each of these their number on each day is kept, and which of the day's acts they are (`places.ts`): so a question that
 * names one facet is answered from totals, and one that names several from what these have in common, without a look at
 * the events.
 */

/**
 * Keys of an event's metadata that it can be found by: the first of them. So a stranger's event adds at most so many
 * rows to the totals, however many keys it has; an event with more is stored whole, and found by these.
 */
export const MOST_KEYS_FOUND = 32;

/** Every act. */
export const EVERY = '';

/** The columns that acts on products are found by. */
export interface Found {
  action: string | null;
  userAgent: string | null;
  pageUrl: string | null;
  props: string | null;
}

/** What an event of these columns counts for. Each is a text of its own, of any length: see `facetId`. */
export function facetsOf({ action, userAgent, pageUrl, props }: Found): string[] {
  const facets = [EVERY];
  if (action !== null) facets.push(typed(action));
  if (userAgent !== null) facets.push(device(userAgent));
  if (pageUrl !== null) {
    facets.push(page(pageUrl));
    const [, origin] = /^(https?:\/\/[^/?#]+)(?:\/|$)/i.exec(pageUrl) ?? [];
    if (origin) facets.push(originOf(origin));
  }
  return [...facets, ...metadataFound(props)];
}

/** Of an event's properties, as they are stored, the metadata that it is found by. */
export function metadataFound(props: string | null): string[] {
  // Most events have none, and need not be parsed for that.
  if (!props?.includes('"metadata"')) return [];
  const { metadata } = JSON.parse(props) as { metadata?: object | null };
  return metadataFacets(metadata ?? {}).slice(0, MOST_KEYS_FOUND);
}

export interface Asked {
  /** One type of acts; all of them without it. */
  action?: string | undefined;
  /** The User-Agent, exactly. */
  device?: string | undefined;
  /** A page, exactly, or all pages of an origin (`https://shop.example`). */
  referer?: string | undefined;
  /** Keys of the event's metadata with their values, all of them. */
  metadata?: Record<string, unknown> | undefined;
}

/** What an event must count for, all of it, to be among those that are asked for. */
export function facetsAsked({ action, device: userAgent, referer, metadata = {} }: Asked): string[] {
  const facets: string[] = [];
  if (action !== undefined) facets.push(typed(action));
  if (userAgent !== undefined) facets.push(device(userAgent));
  const origin = originAsked(referer);
  if (origin) facets.push(originOf(origin));
  else if (referer !== undefined) facets.push(page(referer));
  facets.push(...metadataFacets(metadata));
  return facets.length > 0 ? facets : [EVERY];
}

/** One for each key, with its value. */
export function metadataFacets(metadata: object): string[] {
  return Object.entries(metadata).map((said) => `metadata ${JSON.stringify(said)}`);
}

/** The origin, if that is all that a referer names. */
export function originAsked(referer = ''): string | undefined {
  return /^(https?:\/\/[^/?#]+)\/?$/i.exec(referer)?.[1];
}

const typed = (action: string) => `type ${action}`;
const device = (userAgent: string) => `device ${userAgent}`;
const page = (url: string) => `page ${url}`;
const originOf = (origin: string) => `origin ${origin}`;

/** The 16 bytes that a facet is stored under: a User-Agent is not kept again for each day on which it was seen. */
export function facetId(facet: string): Buffer {
  return facet === EVERY ? Buffer.alloc(0) : hash('sha256', facet, 'buffer').subarray(0, 16);
}
