import { sign, verify } from '../../http/signed-token.ts';
import type { ContentStore, Slice } from '../../store/content/content-store.ts';
import { noPagination } from '../errors.ts';
import type { Paging } from '../parameters.ts';
import { type Links, NOWHERE, type PageLinks } from './links.ts';
import { LIFETIME_MS } from './page-key.ts';

/** A walk through a collection of entities, at one of its pages. Without an anchor it is at the first page. */
interface Walk<Id> {
  count: number;
  pageNumber: number;
  /** The time of the request for the first page, in milliseconds. The links expire some time after it. */
  begunAt: number;
  anchor: { after: Id } | { before: Id } | null;
}

/** The path of a collection, and how to read a part of it. */
export interface Collection<Id extends string | number, T extends { id: Id }> {
  path: string;
  read(slice: Slice<Id>): Promise<T[]>;
}

/**
 * Reads one page of a collection of entities, with links by `page_key` and `page_number`. The key contains the walk and
 * its path, and is signed.
 * @throws {ContentError} 404 for a forged key, a key of another collection, or a key older than 12 hours
 */
export async function pageByKey<Id extends string | number, T extends { id: Id }>(
  { secret }: Pick<ContentStore, 'secret'>,
  links: Links,
  { path, read }: Collection<Id, T>,
  asked: Paging,
  now: number,
): Promise<{ entities: T[]; _links: PageLinks }> {
  const walk = begin<Id>(path, asked, now, secret);
  const { anchor, count, pageNumber } = walk;
  const back = anchor !== null && 'before' in anchor;
  // One entity more than the page tells whether there is another page. On the way back, that entity is the first.
  const found = await read({ ...anchor, limit: count + 1 });
  const entities = back ? found.slice(-count) : found.slice(0, count);
  const [first, last] = [entities[0], entities.at(-1)];
  const more = found.length > count;
  const hasPrevious = back ? more : anchor !== null && first && (await read({ before: first.id, limit: 1 })).length > 0;
  const hasNext = back ? last && (await read({ after: last.id, limit: 1 })).length > 0 : more;

  const link = (pageNumber: number, anchor: Walk<Id>['anchor']) => {
    const key = sign(JSON.stringify([path, { ...walk, pageNumber, anchor }]), secret);
    return links.to(path, { page_key: key, page_number: pageNumber });
  };
  return {
    entities,
    _links: {
      first: link(1, null),
      self: link(pageNumber, anchor),
      prev: hasPrevious && first ? link(Math.max(1, pageNumber - 1), { before: first.id }) : NOWHERE,
      next: hasNext && last ? link(pageNumber + 1, { after: last.id }) : NOWHERE,
    },
  };
}

function begin<Id>(
  path: string,
  { page_key: key, page_number: wanted, count }: Paging,
  now: number,
  secret: Buffer,
): Walk<Id> {
  if (key === undefined) {
    if (wanted !== undefined && wanted !== 1) throw noPagination();
    return { count: count ?? 20, pageNumber: 1, begunAt: now, anchor: null };
  }
  const text = verify(key, secret);
  // A key of a media list is signed in the same way, but is no JSON.
  const [itsPath, signed] = text?.startsWith('[') ? (JSON.parse(text) as [string, Walk<Id>]) : [];
  if (!signed || itsPath !== path || now - signed.begunAt > LIFETIME_MS) throw noPagination();
  const walk = { ...signed, count: count ?? signed.count };
  if (wanted === undefined || wanted === walk.pageNumber) return walk;
  // A key leads to its own page and to the first one.
  if (wanted !== 1) throw noPagination();
  return { ...walk, pageNumber: 1, anchor: null };
}
