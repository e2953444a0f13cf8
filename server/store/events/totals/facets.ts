import { hash } from 'node:crypto';

/**
 * The facets of product events: all events, each type, device, page and origin, and each piece of metadata. For each facet
 * the store keeps the number of its events on each day, and their ordinals (`ordinals.ts`). So a filter with one facet is
 * answered from totals, and a filter with several from the ordinals that they share, without reading the events.
 */

/**
 * Keys of an event's metadata that are facets: the first of them. It bounds the rows that an event of a stranger adds to
 * the totals. An event with more keys is stored whole, and is found by these only.
 */
export const MAX_KEYS_FOUND = 32;

/** The facet of all product events. */
export const ALL_EVENTS = '';

/** The columns that facets are made of. */
export interface FacetColumns {
  action: string | null;
  userAgent: string | null;
  pageUrl: string | null;
  props: string | null;
}

/** The facets of an event, each a text of any length: see `facetId`. */
export function facetsOf({ action, userAgent, pageUrl, props }: FacetColumns): string[] {
  const facets = [ALL_EVENTS];
  if (action !== null) facets.push(typed(action));
  if (userAgent !== null) facets.push(device(userAgent));
  if (pageUrl !== null) {
    facets.push(page(pageUrl));
    const [, origin] = /^(https?:\/\/[^/?#]+)(?:\/|$)/i.exec(pageUrl) ?? [];
    if (origin) facets.push(originOf(origin));
  }
  return [...facets, ...metadataFacetsOf(props)];
}

/** The facets of an event's metadata, from its properties as they are stored. */
export function metadataFacetsOf(props: string | null): string[] {
  // Most events have no metadata, and need not be parsed to know it.
  if (!props?.includes('"metadata"')) return [];
  const { metadata } = JSON.parse(props) as { metadata?: object | null };
  return metadataFacets(metadata ?? {}).slice(0, MAX_KEYS_FOUND);
}

/** What a filter asks for. */
export interface FacetFilter {
  /** One type of product events; all types without it. */
  action?: string | undefined;
  /** The User-Agent, exactly. */
  device?: string | undefined;
  /** A page, exactly, or all pages of an origin (`https://shop.example`). */
  referer?: string | undefined;
  /** Keys of the event's metadata with their values, all of them. */
  metadata?: Record<string, unknown> | undefined;
}

/** The facets that an event must have, all of them, to pass a filter. */
export function facetsOfFilter({ action, device: userAgent, referer, metadata = {} }: FacetFilter): string[] {
  const facets: string[] = [];
  if (action !== undefined) facets.push(typed(action));
  if (userAgent !== undefined) facets.push(device(userAgent));
  const origin = originOfReferer(referer);
  if (origin) facets.push(originOf(origin));
  else if (referer !== undefined) facets.push(page(referer));
  facets.push(...metadataFacets(metadata));
  return facets.length > 0 ? facets : [ALL_EVENTS];
}

/** One facet for each key, with its value. */
export function metadataFacets(metadata: object): string[] {
  return Object.entries(metadata).map((said) => `metadata ${JSON.stringify(said)}`);
}

/** The origin of a referer that names nothing else. */
export function originOfReferer(referer = ''): string | undefined {
  return /^(https?:\/\/[^/?#]+)\/?$/i.exec(referer)?.[1];
}

const typed = (action: string) => `type ${action}`;
const device = (userAgent: string) => `device ${userAgent}`;
const page = (url: string) => `page ${url}`;
const originOf = (origin: string) => `origin ${origin}`;

/** The 16 bytes that a facet is stored as: a User-Agent is not stored again for each day on which it was seen. */
export function facetId(facet: string): Buffer {
  return facet === ALL_EVENTS ? Buffer.alloc(0) : hash('sha256', facet, 'buffer').subarray(0, 16);
}
