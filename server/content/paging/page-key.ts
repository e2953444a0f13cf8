import { SORTINGS, type Sorting } from '../../../src/content/resources.ts';
import { sign, verify } from '../../http/signed-token.ts';
import { type PageQuery, SCOPE_KINDS, type Scope } from '../../store/content/content-store.ts';

/** "Expiration time for the pagination links is 43200 seconds (or 12 hours)." */
export const LIFETIME_MS = 43_200_000;

/** A walk through a list: all parameters of its first request, and its current page, which `query.anchor` names. */
export interface Walk {
  customerId: number;
  query: PageQuery;
  embedding: Embedding;
  pageNumber: number;
  /** The time of the request for the first page, in milliseconds. The links expire some time after it. */
  begunAt: number;
}

/** Which streams and categories are embedded in a media. */
export interface Embedding {
  streams: boolean;
  categories: boolean;
  taggedGalleries: boolean;
  inactiveGalleries: boolean;
}

/** The directions from an anchor. A key has the index. */
const GO = ['from', 'after', 'before'] as const;

/**
 * Makes a `page_key`: the walk, signed with the database's secret. The service keeps no state for it, and nobody can
 * forge a key or use it for another customer's media.
 */
export function encodePageKey({ customerId, query, embedding, pageNumber, begunAt }: Walk, secret: Buffer): string {
  const { scope, sorting, snapshot, anchor, count } = query;
  const fields = [
    customerId,
    SCOPE_KINDS.indexOf(scope.kind),
    scope.id,
    SORTINGS.indexOf(sorting),
    flags([
      query.onlyWithRights,
      query.onlyInStock,
      embedding.streams,
      embedding.categories,
      embedding.taggedGalleries,
      embedding.inactiveGalleries,
    ]),
    count,
    snapshot.seed,
    snapshot.ratingSnapshot,
    snapshot.watermark,
    begunAt,
    pageNumber,
    ...(anchor ? [GO.indexOf(anchor.go), anchor.place.value, anchor.place.mediaId] : []),
  ];
  return sign(fields.join(' '), secret);
}

/** Reads a key. @returns undefined if it is forged, older than 12 hours, or for another customer, list or order */
export function decodePageKey(
  key: string,
  wanted: { customerId: number; scope: Scope; sorting: Sorting; now: number },
  secret: Buffer,
): Walk | undefined {
  const text = verify(key, secret);
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
    embedding: { streams, categories, taggedGalleries, inactiveGalleries },
    pageNumber,
    begunAt,
  };
}

/** The fields that `encodePageKey` writes. The signature proves them, so their number needs no check. */
type Fields = [...Eleven, number, number, number];
type Eleven = [number, number, number, number, number, number, number, number, number, number, number];
type Six = [boolean, boolean, boolean, boolean, boolean, boolean];

function flags(bits: Six): number {
  return bits.reduce((sum, bit, i) => sum + (bit ? 1 << i : 0), 0);
}

function unflag(sum: number): Six {
  return Array.from({ length: 6 }, (_, i) => (sum & (1 << i)) !== 0) as Six;
}
