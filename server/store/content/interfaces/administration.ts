import type { Token } from '../../access.ts';
import type { CustomerRecord, InstanceRecord, RelayRecord, SigningRelay, StyleRecord, TokenRecord } from './records.ts';
import type { Upserted } from './writer.ts';

/** Removing answers whether there was anything to remove. */
export interface Administration {
  customers(): Promise<CustomerRecord[]>;
  /**
   * Takes away the customer's tokens, origins, hosts and relays, and hides it: from now on nobody finds it, and its key is
   * free. Its content goes by `removeSome`.
   * @param withEvents whether its events go, too; `removedCustomers` tells it until all is gone
   */
  removeCustomer(id: number, withEvents?: boolean): Promise<boolean>;
  /** Stores only the SHA-256 of `raw`. */
  addToken(customerId: number, kind: Token['kind'], label: string, raw: string): Promise<TokenRecord>;
  tokens(customerId: number): Promise<TokenRecord[]>;
  removeToken(customerId: number, id: number): Promise<boolean>;
  addOrigin(customerId: number, origin: string): Promise<void>;
  origins(customerId: number): Promise<string[]>;
  removeOrigin(customerId: number, origin: string): Promise<boolean>;
  addHost(customerId: number, hostname: string): Promise<void>;
  hosts(customerId: number): Promise<string[]>;
  removeHost(customerId: number, hostname: string): Promise<boolean>;
  /** Creates or replaces the instance of that id; an id of another customer's is an error. */
  putInstance(instance: InstanceRecord): Promise<void>;
  instances(customerId: number): Promise<InstanceRecord[]>;
  removeInstance(customerId: number, id: string): Promise<boolean>;
  /** By `name` within the customer. */
  upsertStyle(customerId: number, style: Omit<StyleRecord, 'id' | 'customerId'>): Promise<Upserted>;
  styles(customerId: number): Promise<StyleRecord[]>;
  removeStyle(customerId: number, id: number): Promise<boolean>;
}

/** What is left of customers that `removeCustomer` hid, removed in steps: each is one short transaction. */
export interface Removal {
  removedCustomers(): Promise<{ id: number; withEvents: boolean }[]>;
  /** Content hashes of the media that the next step may remove, so that their files can go before their rows. */
  nextRemovedMedia(customerId: number): Promise<string[]>;
  /** Removes a bounded number of rows. @returns whether some are left; at the end the customer's own row is gone */
  removeSome(customerId: number): Promise<boolean>;
}

/** The other servers to which activities of a customer are sent on. */
export interface Relays {
  /** Adds a relay, or gives the one to that datamart another server or key. */
  putRelay(customerId: number, relay: Omit<SigningRelay, 'id' | 'customerId'>): Promise<number>;
  relays(customerId: number): Promise<RelayRecord[]>;
  removeRelay(customerId: number, id: number): Promise<boolean>;
  /** All customers' relays to a datamart of this number, which several servers may have. */
  relayTo(datamart: string): Promise<{ id: number; customerId: number }[]>;
  signingRelay(id: number): Promise<SigningRelay | undefined>;
}
