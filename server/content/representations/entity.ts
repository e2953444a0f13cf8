import type { Analytics, Entity } from '../../../src/content/resources.ts';
import type { Links } from '../paging/links.ts';

/** The fields that every entity has. `path` is its own path. */
export function entity(links: Links, path: string, id: number | string): Entity {
  return { ...linked(links, path), id: String(id), _fixed: true };
}

/** A reference to an entity, without its other fields. Its link leads to the whole entity. */
export function stub(links: Links, path: string, id: number | string): Entity {
  return { ...entity(links, path, id), _fixed: false };
}

export function linked(links: Links, path: string): { _links: { self: { href: string } } } {
  return { _links: { self: links.to(path) } };
}

export function analytics(t: Analytics['t'], id: number | string): Analytics {
  return { oid: String(id), t, meta: ['user_agent', 'event_type', 'is_mobile'] };
}

/** Links to the lists of an entity's media, one for each order. */
export function mediaLists<S extends string>(links: Links, path: string, sortings: readonly S[]) {
  const lists = sortings.map((sorting) => [`media:${sorting}`, linked(links, `${path}/media/${sorting}`)]);
  return Object.fromEntries(lists) as Record<`media:${S}`, ReturnType<typeof linked>>;
}
