import { malformed } from './request.ts';
import type { Entity } from './resources.ts';

/**
 * The id of an entity. Real answers often name a stream, category or customer by no more than a link,
 * `//host/streams/42/…`.
 * @throws {VitrineError} `malformed`, naming the field
 */
export function idOf(entity: unknown, field: string): string {
  const { id, _links } = (entity ?? {}) as Partial<Entity>;
  const found =
    /^"?(\d+)"?$/.exec(JSON.stringify(id))?.[1] ??
    /\/(?:streams|categories|customers)\/(\d+)/.exec(JSON.stringify(_links))?.[1];
  if (!found) throw malformed(`${field}.id: expected digits`);
  return found;
}
