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
 * Finds the entities that a request names, for its token. Every method throws a {@link ContentError}: 404 if the entity
 * does not exist, 403 if it belongs to another customer, and 404 with the text "is inactive" if it is not visible.
 */
export class Entities {
  readonly #contentStore: ContentStore;
  readonly #token: Token;

  constructor(contentStore: ContentStore, token: Token) {
    this.#contentStore = contentStore;
    this.#token = token;
  }

  /** @param id the token's customer by default */
  async findOwnCustomer(id = this.#token.customerId): Promise<CustomerRecord> {
    const customer = await this.#contentStore.customer(id);
    if (!customer) throw notFound('Customer', id);
    if (id !== this.#token.customerId) throw notAllowed();
    return customer;
  }

  async findVisibleMedia(id: number): Promise<MediaRecord> {
    const [found] = await this.#contentStore.media([id]);
    const media = this.findOwned('Media', id, found);
    if (media.status !== 'approved') throw inactive('Media', id);
    return media;
  }

  /** @param withInactive whether a discontinued stream (status INACTIVE) is visible */
  async findVisibleStream(id: number, withInactive: boolean): Promise<StreamRecord> {
    return checkActive(this.findOwned('Stream', id, await this.#contentStore.stream(id)), id, withInactive);
  }

  async findVisibleStreamByKey(key: string, withInactive: boolean): Promise<StreamRecord> {
    const found = await this.#contentStore.streamByKey(this.#token.customerId, key);
    return checkActive(this.findOwned('Stream', key, found), key, withInactive);
  }

  async findVisibleCategory(id: number): Promise<CategoryRecord> {
    return this.findOwned('Category', id, await this.#contentStore.category(id));
  }

  async findVisibleCategoryByKey(key: string): Promise<CategoryRecord> {
    return this.findOwned('Category', key, await this.#contentStore.categoryByKey(this.#token.customerId, key));
  }

  async findVisibleUser(id: number): Promise<UserRecord> {
    return this.findOwned('User', id, await this.#contentStore.user(id));
  }

  async findVisibleUserByInstagram(handle: string): Promise<UserRecord> {
    const found = await this.#contentStore.userByName(this.#token.customerId, 'instagram', handle);
    return this.findOwned('User', handle, found);
  }

  findOwned<T extends { customerId: number }>(type: EntityType, id: string | number, found: T | undefined): T {
    return findOwned(this.#token, type, id, found);
  }
}

/**
 * The record of a look-up, if the token's customer owns it.
 * @throws {ContentError} 404 without a record, 403 for a record of another customer
 */
export function findOwned<T extends { customerId: number }>(
  { customerId }: Pick<Token, 'customerId'>,
  type: EntityType,
  id: string | number,
  found: T | undefined,
): T {
  if (!found) throw notFound(type, id);
  if (found.customerId !== customerId) throw notAllowed();
  return found;
}

function checkActive(stream: StreamRecord, id: string | number, withInactive: boolean): StreamRecord {
  if (stream.status === 'discontinued' && !withInactive) throw inactive('Stream', id);
  return stream;
}
