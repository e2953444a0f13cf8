import { seal, unseal } from '../../http/signed-token.ts';
import type { ContentStore, Slice } from '../../store/content/content-store.ts';
import { noPagination } from '../errors.ts';
import type { Paging } from '../parameters.ts';
import { type Links, NOWHERE, type PageLinks } from './links.ts';
import { LIFETIME_MS } from './page-key.ts';

/** A walk through a collection of entities. Without an anchor it stands at the beginning. */
interface Walk<Id> {
  count: number;
  pageNumber: number;
  /** When the walk's first page was asked for, in milliseconds. Links expire by it. */
  begunAt: number;
  anchor: { after: Id } | { before: Id } | null;
}

/** Where a collection is found, and how a part of it is read. */
export interface Collection<Id extends string | number, T extends { id: Id }> {
  path: string;
  read(slice: Slice<Id>): Promise<T[]>;
}

/**
 * One page of a collection of entities, with links by `page_key` and `page_number`. The key is the walk itself,
 * signed, and good for this path only.
 * @throws {ContentError} 404 for a key that is not ours, not this collection's or older than 12 hours
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
  // One more than a page has tells whether there is more; on the way back it is the first.
  const met = await read({ ...anchor, limit: count + 1 });
  const entities = back ? met.slice(-count) : met.slice(0, count);
  const [first, last] = [entities[0], entities.at(-1)];
  const more = met.length > count;
  const hasPrevious = back ? more : anchor !== null && first && (await read({ before: first.id, limit: 1 })).length > 0;
  const hasNext = back ? last && (await read({ after: last.id, limit: 1 })).length > 0 : more;

  const link = (pageNumber: number, anchor: Walk<Id>['anchor']) => {
    const key = seal(JSON.stringify([path, { ...walk, pageNumber, anchor }]), secret);
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
  const text = unseal(key, secret);
  // What we sealed for a list of media is no JSON.
  const [itsPath, sealed] = text?.startsWith('[') ? (JSON.parse(text) as [string, Walk<Id>]) : [];
  if (!sealed || itsPath !== path || now - sealed.begunAt > LIFETIME_MS) throw noPagination();
  const walk = { ...sealed, count: count ?? sealed.count };
  if (wanted === undefined || wanted === walk.pageNumber) return walk;
  // A key knows its own page and the way to the first, no other.
  if (wanted !== 1) throw noPagination();
  return { ...walk, pageNumber: 1, anchor: null };
}
