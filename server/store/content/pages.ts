import { type Kysely, sql } from 'kysely';
import type { Sorting } from '../../../src/content/resources.ts';
import type { ListSnapshot, PageOfPlaces, PageQuery, Place, Scope } from './content-store.ts';
import { type ContentDatabase, SCOPE_CODES } from './schema.ts';

/** 32 random bits order a shuffled list. */
const SHUFFLE_SPACE = 2 ** 32;
/** `001-content-api-v2.2.txt`: "The randomness is recomputed every 30 minutes." */
const RESHUFFLE_MS = 30 * 60_000;

/** The values from `low` to `high`, both included. A range without bounds has all values. */
interface Range {
  low?: number;
  high?: number;
}
type Direction = 'asc' | 'desc';
type List = Pick<PageQuery, 'scope' | 'sorting' | 'onlyWithRights' | 'onlyInStock' | 'snapshot'>;

/**
 * One page of a list by keyset, from a place forward or from a place back. A shuffled list is the circle of random
 * values walked once round from the seed, so it has two ranges. Every other order has one.
 */
export async function page(db: Kysely<ContentDatabase>, query: PageQuery): Promise<PageOfPlaces> {
  const { anchor, count } = query;
  if (anchor?.go === 'before') {
    const back = await walk(db, query, 'back', anchor.place, false, count + 1);
    const places = back.slice(0, count).reverse();
    const last = places.at(-1);
    const ahead = await walk(db, query, 'forward', last ?? anchor.place, last === undefined, 1);
    return { places, hasPrevious: back.length > count, hasNext: ahead.length > 0 };
  }
  const ahead = await walk(db, query, 'forward', anchor?.place, anchor?.go === 'from', count + 1);
  const places = ahead.slice(0, count);
  const first = places[0] ?? anchor?.place;
  const behind = anchor && first ? await walk(db, query, 'back', first, false, 1) : [];
  return { places, hasPrevious: behind.length > 0, hasNext: ahead.length > count };
}

/** The place of a media in a list now. */
export async function place(
  db: Kysely<ContentDatabase>,
  scope: Scope,
  sorting: Sorting,
  snapshot: ListSnapshot,
  mediaId: number,
): Promise<Place | undefined> {
  const everything = { scope, sorting, snapshot, onlyWithRights: false, onlyInStock: false };
  // The entry is looked up first: no index of ratings begins with the media, and SQLite would read the whole list.
  const entry = sql.ref(sorting === 'rated' ? 'listing_id' : 'id');
  const { rows } = await sql<Place>`
    ${entries(everything)} and ${entry} = (
      select id from listings
      where media_id = ${mediaId} and scope_kind = ${SCOPE_CODES[scope.kind]} and scope_id = ${scope.id}
    )`.execute(db);
  return rows[0];
}

/** The snapshot of a walk that begins now. */
export async function listSnapshot(db: Kysely<ContentDatabase>, now: number): Promise<ListSnapshot> {
  const { rows } = await sql<Omit<ListSnapshot, 'seed'>>`
    select (select max(id) from rating_snapshots) as rating_snapshot, coalesce(max(id), 0) as watermark from listings
  `.execute(db);
  return { seed: seedOf(Math.floor(now / RESHUFFLE_MS)), ...(rows[0] as Omit<ListSnapshot, 'seed'>) };
}

/** Neighbouring half hours get seeds far apart (the finaliser of MurmurHash3). */
function seedOf(slot: number): number {
  let h = Math.imul(slot ^ (slot >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}

/** Up to `limit` places from `from` (or from the beginning of the order) on, in the order of the walk. */
async function walk(
  db: Kysely<ContentDatabase>,
  list: List,
  way: 'forward' | 'back',
  from: Place | undefined,
  inclusive: boolean,
  limit: number,
): Promise<Place[]> {
  const { ranges, direction } = order(list.sorting, list.snapshot.seed);
  const inOrder = way === 'forward' ? ranges : ranges.toReversed();
  const towards: Direction = (direction === 'asc') === (way === 'forward') ? 'asc' : 'desc';
  const begin = from ? inOrder.findIndex((range) => within(range, from.value)) : 0;
  const places: Place[] = [];
  for (let i = begin; i >= 0 && i < inOrder.length && places.length < limit; i++) {
    const start = i === begin ? from : undefined;
    places.push(...(await readRange(db, list, inOrder[i] as Range, towards, start, inclusive, limit - places.length)));
  }
  return places;
}

function order(sorting: Sorting, seed: number): { ranges: Range[]; direction: Direction } {
  if (sorting === 'media_position') return { ranges: [{}], direction: 'asc' };
  if (sorting !== 'shuffled') return { ranges: [{}], direction: 'desc' };
  const upper = { low: seed, high: SHUFFLE_SPACE };
  const lower = { low: 0, high: seed - 1 };
  return seed % 2 === 0 ? { ranges: [upper, lower], direction: 'asc' } : { ranges: [lower, upper], direction: 'desc' };
}

function within({ low = -Infinity, high = Infinity }: Range, value: number): boolean {
  return value >= low && value <= high;
}

/** The places of one range. */
async function readRange(
  db: Kysely<ContentDatabase>,
  list: List,
  { low, high }: Range,
  towards: Direction,
  from: Place | undefined,
  inclusive: boolean,
  limit: number,
): Promise<Place[]> {
  const column = sql.ref(COLUMNS[list.sorting]);
  // A place replaces the bound that it lies beyond: of two bounds on one side, SQLite may seek the wider one.
  const [min, max] = from ? (towards === 'asc' ? [undefined, high] : [low, undefined]) : [low, high];
  const conditions = [
    min === undefined ? sql`` : sql`and ${column} >= ${min}`,
    max === undefined ? sql`` : sql`and ${column} <= ${max}`,
    // A row value, so that SQLite seeks the place in the index instead of filtering up to it.
    from ? sql`and (${column}, media_id) ${BEYOND[towards](inclusive)} (${from.value}, ${from.mediaId})` : sql``,
  ];
  const direction = sql.raw(towards);
  const { rows } = await sql<Place>`
    ${entries(list)} ${sql.join(conditions, sql` `)}
    order by ${column} ${direction}, media_id ${direction} limit ${limit}
  `.execute(db);
  return rows;
}

const COLUMNS = {
  recent: 'published_at',
  shuffled: 'shuffle',
  photorank: 'photorank',
  rated: 'rating',
  media_position: 'position',
} as const satisfies Record<Sorting, string>;

const BEYOND = {
  asc: (inclusive: boolean) => sql.raw(inclusive ? '>=' : '>'),
  desc: (inclusive: boolean) => sql.raw(inclusive ? '<=' : '<'),
};

/** The entries of a list that are visible to a walk with this snapshot. */
function entries({ scope, sorting, onlyWithRights, onlyInStock, snapshot }: List) {
  const rated = sorting === 'rated';
  const kind = sql.raw(String(SCOPE_CODES[scope.kind])); // literal, or the partial index on position is not used
  return sql`
    select ${sql.ref(COLUMNS[sorting])} as value, media_id from ${sql.table(rated ? 'ratings' : 'listings')}
    where scope_kind = ${kind} and scope_id = ${scope.id}
    ${rated ? sql`and listing_id <= ${snapshot.watermark}` : sql`and id <= ${snapshot.watermark}`}
    ${rated ? sql`and since <= ${snapshot.ratingSnapshot} and until > ${snapshot.ratingSnapshot}` : sql``}
    ${onlyWithRights ? sql`and rights = 1` : sql``}
    ${onlyInStock ? sql`and in_stock = 1` : sql``}`;
}
