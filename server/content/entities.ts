import type { Token } from '../store/access.ts';
import type {
  CategoryRecord,
  ContentStore,
  CustomerRecord,
  MediaRecord,
  StreamRecord,
  UserRecord,
} from '../store/content/content-store.ts';
import { type EntityType, inactive, notAllowed, notFound } from './errors.ts';

/**
 * The entities that a path names, for this token: 404 when there is none, 403 when it is another customer's, 404
 * with its own words when it is there but not shown.
 */

export async function ownCustomer(store: ContentStore, token: Token, id = token.customerId): Promise<CustomerRecord> {
  const customer = await store.customer(id);
  if (!customer) throw notFound('Customer', id);
  if (id !== token.customerId) throw notAllowed();
  return customer;
}

export async function shownMedia(store: ContentStore, token: Token, id: number): Promise<MediaRecord> {
  const [found] = await store.media([id]);
  const media = owned(found, token, 'Media', id);
  if (media.status !== 'approved') throw inactive('Media', id);
  return media;
}

/** A discontinued stream (INACTIVE) is shown to who asks for inactive ones. */
export async function shownStream(store: ContentStore, token: Token, id: number, inactiveToo: boolean) {
  return active(owned(await store.stream(id), token, 'Stream', id), id, inactiveToo);
}

export async function streamByKey(store: ContentStore, token: Token, key: string, inactiveToo: boolean) {
  return active(owned(await store.streamByKey(token.customerId, key), token, 'Stream', key), key, inactiveToo);
}

export async function shownCategory(store: ContentStore, token: Token, id: number): Promise<CategoryRecord> {
  return owned(await store.category(id), token, 'Category', id);
}

export async function categoryByKey(store: ContentStore, token: Token, key: string): Promise<CategoryRecord> {
  return owned(await store.categoryByKey(token.customerId, key), token, 'Category', key);
}

export async function shownUser(store: ContentStore, token: Token, id: number): Promise<UserRecord> {
  return owned(await store.user(id), token, 'User', id);
}

export async function userByInstagram(store: ContentStore, token: Token, handle: string): Promise<UserRecord> {
  return owned(await store.userByName(token.customerId, 'instagram', handle), token, 'User', handle);
}

export function owned<T extends { customerId: number }>(
  found: T | undefined,
  { customerId }: Token,
  type: EntityType,
  id: string | number,
): T {
  if (!found) throw notFound(type, id);
  if (found.customerId !== customerId) throw notAllowed();
  return found;
}

function active(stream: StreamRecord, id: string | number, inactiveToo: boolean): StreamRecord {
  if (stream.status === 'discontinued' && !inactiveToo) throw inactive('Stream', id);
  return stream;
}
