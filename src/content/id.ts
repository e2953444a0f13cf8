import { malformed } from './request.ts';
import type { Entity } from './resources.ts';
import { text } from './text.ts';

/**
 * The id of an entity. Real answers often name a stream, category or customer only by a link, `//host/streams/42/…`. The
 * id is read from it.
 * @throws {VitrineError} `malformed`, naming the field
 */
export function idOf(entity: unknown, field: string): string {
  const named = entity as Partial<Entity> | null | undefined;
  const found =
    /^\d+$/.exec(text(named?.id))?.[0] ??
    /(?:streams|categories|customers)\/(\d+)/.exec(JSON.stringify(named?._links))?.[1];
  if (!found) throw malformed(`${field}.id: expected digits`);
  return found;
}
