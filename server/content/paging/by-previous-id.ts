import type { Link } from '../../../src/content/resources.ts';
import type { Slice } from '../../store/content/content-store.ts';
import type { PagingById } from '../parameters.ts';
import { type Links, NOWHERE } from './links.ts';

/**
 * One page of a collection, with links by `prev_id` and `count`. Collections begin with the newest, and `prev` leads
 * to what was there before them: in the specification's examples it is the one link with a `prev_id`, on a first page
 * too, and nothing else leads on. `prev_id` is the last entity of the page before.
 * @param filters what further pages must be asked with to be of the same collection
 */
export async function pageByPreviousId<T extends { id: number }>(
  links: Links,
  { path, filters, read }: Filtered<T>,
  { prev_id: previous, count = 20 }: PagingById,
): Promise<{ entities: T[]; _links: Record<'self' | 'first' | 'prev', Link> }> {
  const met = await read({ after: previous, limit: count + 1 });
  const entities = met.slice(0, count);
  const last = entities.at(-1);
  const link = (previous: number | undefined) =>
    links.to(path, { ...(previous !== undefined && { prev_id: previous }), count, ...filters });
  return {
    entities,
    _links: {
      self: link(previous),
      first: link(undefined),
      prev: met.length > count && last ? link(last.id) : NOWHERE,
    },
  };
}

interface Filtered<T> {
  path: string;
  filters: Record<string, string>;
  read(slice: Slice): Promise<T[]>;
}
