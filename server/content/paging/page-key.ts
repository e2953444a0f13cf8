import { SORTINGS, type Sorting } from '../../../src/content/resources.ts';
import { seal, unseal } from '../../http/signed-token.ts';
import { type PageQuery, SCOPE_KINDS, type Scope } from '../../store/content/content-store.ts';

/** "Expiration time for the pagination links is 43200 seconds (or 12 hours)." */
export const LIFETIME_MS = 43_200_000;

/** Everything a walk through a list began with; the page to show is where `query.anchor` says. */
export interface Walk {
  customerId: number;
  query: PageQuery;
  show: Show;
  pageNumber: number;
  /** When the walk's first page was asked for, in milliseconds. Links expire by it. */
  begunAt: number;
}

/** What of a media's streams and categories is embedded. */
export interface Show {
  streams: boolean;
  categories: boolean;
  taggedGalleries: boolean;
  inactiveGalleries: boolean;
}

const GO = ['from', 'after', 'before'] as const;

/**
 * A `page_key`: the walk itself, signed with the database's secret, so it cannot be made up or pointed at another
 * customer's media, and no state is kept for it.
 */
export function encodePageKey({ customerId, query, show, pageNumber, begunAt }: Walk, secret: Buffer): string {
  const { scope, sorting, snapshot, anchor, count } = query;
  const fields = [
    customerId,
    SCOPE_KINDS.indexOf(scope.kind),
    scope.id,
    SORTINGS.indexOf(sorting),
    flags([
      query.onlyWithRights,
      query.onlyInStock,
      show.streams,
      show.categories,
      show.taggedGalleries,
      show.inactiveGalleries,
    ]),
    count,
    snapshot.seed,
    snapshot.ratingSnapshot,
    snapshot.watermark,
    begunAt,
    pageNumber,
    ...(anchor ? [GO.indexOf(anchor.go), anchor.place.value, anchor.place.mediaId] : []),
  ];
  return seal(fields.join(' '), secret);
}

/** The walk of a key we made, for this customer, this list and this order, not older than 12 hours; else nothing. */
export function decodePageKey(
  key: string,
  wanted: { customerId: number; scope: Scope; sorting: Sorting; now: number },
  secret: Buffer,
): Walk | undefined {
  const text = unseal(key, secret);
  if (text === undefined) return;
  const fields = text.split(' ').map(Number) as Fields;
  const [customerId, kind, id, sorting, bits, count, seed, ratingSnapshot, watermark, begunAt, pageNumber] = fields;
  const { scope } = wanted;
  const itsList = SCOPE_KINDS[kind] === scope.kind && id === scope.id && SORTINGS[sorting] === wanted.sorting;
  if (customerId !== wanted.customerId || !itsList || wanted.now - begunAt > LIFETIME_MS) return;
  const [onlyWithRights, onlyInStock, streams, categories, taggedGalleries, inactiveGalleries] = unflag(bits);
  const [, , , , , , , , , , , go, value, mediaId] = fields;
  return {
    customerId,
    query: {
      scope,
      sorting: wanted.sorting,
      onlyWithRights,
      onlyInStock,
      snapshot: { seed, ratingSnapshot, watermark },
      count,
      ...(go !== undefined && { anchor: { go: GO[go] as (typeof GO)[number], place: { value, mediaId } } }),
    },
    show: { streams, categories, taggedGalleries, inactiveGalleries },
    pageNumber,
    begunAt,
  };
}

/** `noUncheckedIndexedAccess` aside: the signature says that these are what `encodePageKey` wrote. */
type Fields = [...Eleven, number, number, number];
type Eleven = [number, number, number, number, number, number, number, number, number, number, number];
type Six = [boolean, boolean, boolean, boolean, boolean, boolean];

function flags(bits: Six): number {
  return bits.reduce((sum, bit, i) => sum + (bit ? 1 << i : 0), 0);
}

function unflag(sum: number): Six {
  return Array.from({ length: 6 }, (_, i) => (sum & (1 << i)) !== 0) as Six;
}
