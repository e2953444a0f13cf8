import type { Link } from '../../../src/content/resources.ts';
import type { Slice } from '../../store/content/content-store.ts';
import type { PagingById } from '../parameters.ts';
import { type Links, NOWHERE } from './links.ts';

/**
 * Reads one page of a collection, with links by `prev_id` and `count`. A collection begins with the newest entity, and
 * its link `prev` leads to older ones. In the specification's examples it is the only link with a `prev_id`, also on a
 * first page, and the only way to further pages. `prev_id` is the id of the last entity of the page before.
 */
export async function pageByPreviousId<T extends { id: number }>(
  links: Links,
  { path, filters, read }: Filtered<T>,
  { prev_id: previous, count = 20 }: PagingById,
): Promise<{ entities: T[]; _links: Record<'self' | 'first' | 'prev', Link> }> {
  const found = await read({ after: previous, limit: count + 1 });
  const entities = found.slice(0, count);
  const last = entities.at(-1);
  const link = (previous: number | undefined) =>
    links.to(path, { ...(previous !== undefined && { prev_id: previous }), count, ...filters });
  return {
    entities,
    _links: {
      self: link(previous),
      first: link(undefined),
      prev: found.length > count && last ? link(last.id) : NOWHERE,
    },
  };
}

interface Filtered<T> {
  path: string;
  /** The parameters that links to further pages repeat. */
  filters: Record<string, string>;
  read(slice: Slice): Promise<T[]>;
}
