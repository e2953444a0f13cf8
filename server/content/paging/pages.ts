import type { Link, Sorting } from '../../../src/content/resources.ts';
import type { ContentStore, PageOfPlaces, PageQuery, Place, Scope } from '../../store/content/content-store.ts';
import { noPagination } from '../errors.ts';
import { embeddingOf, isOn, type Listing } from '../parameters.ts';
import { type Links, NOWHERE, type PageLinks } from './links.ts';
import { decodePageKey, encodePageKey, type Walk } from './page-key.ts';

/** A list of media in one order. */
export interface List {
  customerId: number;
  scope: Scope;
  sorting: Sorting;
  /** The path of the list in links. */
  path: string;
}

export interface Page {
  mediaIds: number[];
  walk: Walk;
  _links: PageLinks;
}

/**
 * Reads one page of a list. A new walk takes its filters from the request. A continued walk has them in its `page_key`,
 * with everything else that decides which media it shows.
 * @throws {ContentError} 404 for a forged key, a key of another list, or a key older than 12 hours
 */
export async function readPage(
  contentStore: ContentStore,
  links: Links,
  list: List,
  asked: Listing & { prev_id?: number },
  now: number,
): Promise<Page> {
  const walk =
    asked.page_key === undefined
      ? await begin(contentStore, list, asked, now)
      : continueWalk(contentStore, list, asked, now);
  const page = await contentStore.page(walk.query);
  return {
    mediaIds: page.places.map(({ mediaId }) => mediaId),
    walk,
    _links: linksOf(contentStore, links, list, walk, page),
  };
}

async function begin(
  contentStore: ContentStore,
  { customerId, scope, sorting }: List,
  asked: Listing & { prev_id?: number },
  now: number,
): Promise<Walk> {
  if (asked.page_number !== undefined && asked.page_number !== 1) throw noPagination();
  const snapshot = await contentStore.listSnapshot(now);
  const query: PageQuery = {
    scope,
    sorting,
    onlyWithRights: isOn(asked.rights_given, false),
    onlyInStock: isOn(asked.filter_media_without_products, false),
    snapshot,
    count: asked.count ?? 20,
  };
  if (asked.prev_id !== undefined) {
    const place = await contentStore.place(scope, sorting, snapshot, asked.prev_id);
    if (!place) throw noPagination();
    query.anchor = { go: 'after', place };
  }
  return { customerId, query, embedding: embeddingOf(asked), pageNumber: 1, begunAt: now };
}

function continueWalk(
  contentStore: ContentStore,
  { customerId, scope, sorting }: List,
  asked: Listing,
  now: number,
): Walk {
  const walk = decodePageKey(asked.page_key as string, { customerId, scope, sorting, now }, contentStore.secret);
  if (!walk) throw noPagination();
  const { page_number: pageNumber = walk.pageNumber, count = walk.query.count } = asked;
  const { anchor, ...query } = walk.query;
  if (pageNumber === walk.pageNumber) return { ...walk, query: { ...query, anchor, count } };
  // A key leads to its own page and to the first one.
  if (pageNumber !== 1) throw noPagination();
  return { ...walk, query: { ...query, count }, pageNumber };
}

function linksOf(
  contentStore: ContentStore,
  links: Links,
  list: List,
  walk: Walk,
  { places, hasPrevious, hasNext }: PageOfPlaces,
): PageLinks {
  const link = (pageNumber: number, anchor: PageQuery['anchor']): Link => {
    const key = encodePageKey({ ...walk, pageNumber, query: { ...walk.query, anchor } }, contentStore.secret);
    return links.to(list.path, { page_key: key, page_number: pageNumber });
  };
  const { anchor } = walk.query;
  const first = places[0];
  const last = places.at(-1) ?? (anchor?.place as Place);
  const isFirst = walk.pageNumber === 1 && anchor === undefined;
  return {
    first: link(1, undefined),
    self: link(walk.pageNumber, isFirst || !first ? anchor : { go: 'from', place: first }),
    prev: hasPrevious
      ? link(Math.max(1, walk.pageNumber - 1), { go: 'before', place: first ?? (anchor?.place as Place) })
      : NOWHERE,
    next: hasNext ? link(walk.pageNumber + 1, { go: first ? 'after' : 'from', place: last }) : NOWHERE,
  };
}
