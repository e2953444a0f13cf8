import type { Entity } from '../../../src/content/resources.ts';
import type { Links } from '../paging/links.ts';
import { entity } from './entity.ts';

export function stashOf(links: Links, id: string): Entity {
  return entity(links, `/stashes/${id}`, id);
}
