import { hash } from 'node:crypto';

/**
 * What acts on products are counted by: all of them, each device, page and origin, each device on each of these, and
 * each piece of metadata. A question that names one of these is answered from totals, whatever it asks about types and
 * days.
 */

/**
 * Keys of an event's metadata that it can be found by: the first of them. So a stranger's event adds at most so many
 * rows to the totals, however many keys it has; an event with more is stored whole, and found by these.
 */
export const MOST_KEYS_FOUND = 32;

/** Every act. */
export const EVERY = '';

/** What an event of these columns counts for. Each is a text of its own, of any length: see `facetId`. */
export function facetsOf(userAgent: string | null, pageUrl: string | null, props: string | null): string[] {
  const places: string[] = [];
  if (pageUrl !== null) {
    places.push(page(pageUrl));
    const [, origin] = /^(https?:\/\/[^/?#]+)(?:\/|$)/i.exec(pageUrl) ?? [];
    if (origin) places.push(originOf(origin));
  }
  const facets = [EVERY, ...places];
  if (userAgent !== null) facets.push(device(userAgent), ...places.map((place) => both(device(userAgent), place)));
  // Most events have none, and need not be parsed for that.
  if (!props?.includes('"metadata"')) return facets;
  const { metadata } = JSON.parse(props) as { metadata?: object | null };
  return [...facets, ...metadataFacets(metadata ?? {}).slice(0, MOST_KEYS_FOUND)];
}

export interface Asked {
  /** The User-Agent, exactly. */
  device?: string | undefined;
  /** A page, exactly, or all pages of an origin (`https://shop.example`). */
  referer?: string | undefined;
  /** Keys of the event's metadata with their values, all of them. */
  metadata?: Record<string, unknown> | undefined;
}

/** What an event must count for, all of it, to be among those that are asked for. */
export function facetsAsked({ device: userAgent, referer, metadata = {} }: Asked): string[] {
  const origin = originAsked(referer);
  const place = origin ? originOf(origin) : referer === undefined ? undefined : page(referer);
  const agent = userAgent === undefined ? undefined : device(userAgent);
  const facets = metadataFacets(metadata);
  const where = agent && place ? both(agent, place) : (agent ?? place);
  if (where) facets.unshift(where);
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

const device = (userAgent: string) => `device ${userAgent}`;
const page = (url: string) => `page ${url}`;
const originOf = (origin: string) => `origin ${origin}`;
const both = (agent: string, place: string) => `both ${JSON.stringify([agent, place])}`;

/** The 16 bytes that a facet is stored under: a User-Agent is not kept again for each day on which it was seen. */
export function facetId(facet: string): Buffer {
  return facet === EVERY ? Buffer.alloc(0) : hash('sha256', facet, 'buffer').subarray(0, 16);
}
