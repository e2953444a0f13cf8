import type { Link, Sorting } from '../../../src/content/resources.ts';
import type { ContentStore, PageOfPlaces, PageQuery, Place, Scope } from '../../store/content/content-store.ts';
import { noPagination } from '../errors.ts';
import { isOn, type Listing, showOf } from '../parameters.ts';
import { type Links, NOWHERE, type PageLinks } from './links.ts';
import { decodePageKey, encodePageKey, type Walk } from './page-key.ts';

/** Whose list, in which order, and where it is found. */
export interface List {
  customerId: number;
  scope: Scope;
  sorting: Sorting;
  /** Path of the list, as links to its pages have it. */
  path: string;
}

export interface Page {
  mediaIds: number[];
  walk: Walk;
  _links: PageLinks;
}

/**
 * One page of a list. A new walk takes its filters from the request; one that goes on has them, and everything else
 * that decides which media it meets, in its `page_key`.
 * @throws {ContentError} 404 for a key that is not ours, not this list's or older than 12 hours
 */
export async function readPage(
  store: ContentStore,
  links: Links,
  list: List,
  asked: Listing & { prev_id?: number },
  now: number,
): Promise<Page> {
  const walk = asked.page_key === undefined ? await begin(store, list, asked, now) : goOn(store, list, asked, now);
  const page = await store.page(walk.query);
  return {
    mediaIds: page.places.map(({ mediaId }) => mediaId),
    walk,
    _links: linksOf(store, links, list, walk, page),
  };
}

async function begin(
  store: ContentStore,
  { customerId, scope, sorting }: List,
  asked: Listing & { prev_id?: number },
  now: number,
): Promise<Walk> {
  if (asked.page_number !== undefined && asked.page_number !== 1) throw noPagination();
  const snapshot = await store.listSnapshot(now);
  const query: PageQuery = {
    scope,
    sorting,
    onlyWithRights: isOn(asked.rights_given, false),
    onlyInStock: isOn(asked.filter_media_without_products, false),
    snapshot,
    count: asked.count ?? 20,
  };
  if (asked.prev_id !== undefined) {
    const place = await store.place(scope, sorting, snapshot, asked.prev_id);
    if (!place) throw noPagination();
    query.anchor = { go: 'after', place };
  }
  return { customerId, query, show: showOf(asked), pageNumber: 1, begunAt: now };
}

function goOn(store: ContentStore, { customerId, scope, sorting }: List, asked: Listing, now: number): Walk {
  const walk = decodePageKey(asked.page_key as string, { customerId, scope, sorting, now }, store.secret);
  if (!walk) throw noPagination();
  const { page_number: pageNumber = walk.pageNumber, count = walk.query.count } = asked;
  const { anchor, ...query } = walk.query;
  if (pageNumber === walk.pageNumber) return { ...walk, query: { ...query, anchor, count } };
  // A key knows its own page and the way to the first, no other.
  if (pageNumber !== 1) throw noPagination();
  return { ...walk, query: { ...query, count }, pageNumber };
}

function linksOf(
  store: ContentStore,
  links: Links,
  list: List,
  walk: Walk,
  { places, hasPrevious, hasNext }: PageOfPlaces,
): PageLinks {
  const link = (pageNumber: number, anchor: PageQuery['anchor']): Link => {
    const key = encodePageKey({ ...walk, pageNumber, query: { ...walk.query, anchor } }, store.secret);
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
