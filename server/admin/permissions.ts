import { PERMISSIONS, type Permission, type Permissions } from '../store/access.ts';
import type { ContentStore, CustomerRecord } from '../store/content/content-store.ts';
import { AdminError } from './actions.ts';

/** What a customer allows and forbids, for the command and for the endpoints alike. */

export async function permissionsOf(store: ContentStore, customerId: number): Promise<Permissions> {
  return { ...PERMISSIONS, ...(await customerOf(store, customerId)).settings.permissions };
}

/** Changes what is given. */
export async function setPermissions(
  store: ContentStore,
  customerId: number,
  wanted: Partial<Permissions>,
): Promise<Permissions> {
  const { key, name, domain, settings } = await customerOf(store, customerId);
  const permissions = { ...settings.permissions, ...wanted };
  await store.upsertCustomer({ key, name, domain, settings: { ...settings, permissions } });
  return { ...PERMISSIONS, ...permissions };
}

/** Reads `yes` and `no`. @throws {AdminError} */
export function readPermission(permission: Permission, given: string | undefined): Partial<Permissions> {
  if (given !== 'yes' && given !== 'no') throw new AdminError(400, `Say "permit ${permission} yes" or "… no".`);
  return { [permission]: given === 'yes' };
}

async function customerOf(store: ContentStore, customerId: number): Promise<CustomerRecord> {
  const customer = await store.customer(customerId);
  if (!customer) throw new AdminError(404, `There is no customer ${customerId}.`);
  return customer;
}
